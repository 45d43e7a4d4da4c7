// The entry of a level's film: wires the options and the film.
import { filmFileAddress, readFilm, readRun, replayAddress } from "./api.js";
import { element, setText } from "./element.js";
import { choicesOf, viewOf } from "./model/level-view.js";
import { dashboardAddress, filmAddress } from "./model/page-address.js";
import { Film } from "./panel/film.js";
import { Theme } from "./theme.js";

const find = (id) => document.getElementById(id);
const { run, level, levels: levelsText } = document.body.dataset;
const levels = JSON.parse(levelsText);
const query = new URLSearchParams(location.search);
const controls = { view: find("film-view"), steps: find("film-steps"), columns: find("film-columns") };
const kind = level === "classes" ? "classes" : level === levels[0].name ? "low" : "mid";
const choices = choicesOf(kind).filter(({ view }) => view !== "maps");
const theme = new Theme(find("theme-toggle"), () => film.draw());
const film = new Film(find("film"), { run, level });

// take puts what the address says into the controls.
function take() {
  controls.view.replaceChildren(...choices.map(({ choice, text }) => element("option", { value: choice, textContent: text.toLowerCase() })));
  const wanted = choices.find(({ view, rule = "guided", scale = "level" }) =>
    view === query.get("view") && rule === (query.get("rule") ?? "guided") && scale === (query.get("scale") ?? "level"));
  controls.view.value = (wanted ?? choices[0]).choice;
  controls.steps.value = query.get("steps") === "epochs" ? "epochs" : "log";
}

// asked is what the server is asked for.
const asked = () => ({ ...viewOf(kind, controls.view.value), steps: controls.steps.value, columns: Number(controls.columns.value) });

async function show() {
  const { columns, ...what } = asked();
  history.replaceState(null, "", filmAddress(run, level, what) + location.hash);
  showLinks(what);
  setText(find("film-message"), "");
  try {
    const answer = await readFilm(run, level, { ...what, columns });
    await film.update({ film: answer, view: viewOf(kind, controls.view.value) });
    const [, unit] = /^#unit-(\d+)$/.exec(location.hash) ?? [];
    if (unit) film.find(unit);
  } catch (error) {
    setText(find("film-message"), error.message);
  }
}

function showLinks(what) {
  const file = (format, text) => element("a", { href: filmFileAddress(run, level, format, { ...asked(), theme: theme.name }), download: `${run}-${level}.${format}`, textContent: text });
  find("film-downloads").replaceChildren(file("gif", "Animated GIF"), file("png", "Contact sheet (PNG)"), element("a", { href: replayAddress(run), download: `${run}.html`, textContent: "Replay of the run (HTML)" }));
  find("film-levels").replaceChildren(...levels.map(({ name }) =>
    element("a", { className: "Button", href: filmAddress(run, name, { steps: what.steps === "epochs" && "epochs" }), textContent: name, ...(name === level && { ariaCurrent: "page" }) })));
  for (const id of ["dashboard-link", "run-link"]) find(id).href = dashboardAddress(run);
}

take();
find("film-options").addEventListener("submit", (event) => event.preventDefault());
find("film-options").addEventListener("change", show);
show();
readRun(run).then(({ name, id }) => setText(find("run-link"), name || id), (error) => setText(find("film-message"), error.message));
