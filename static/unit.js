// The entry of a unit's page: wires the stream, the API and the panels.
import { useVersion } from "./api.js";
import { setText } from "./element.js";
import { readLens, writeLens } from "./model/lens.js";
import { unitAddress } from "./model/page-address.js";
import { forgetImages } from "./panel/picture.js";
import { Notice } from "./panel/notice.js";
import { Timeline } from "./panel/timeline.js";
import { UnitAblation } from "./panel/unit-ablation.js";
import { UnitConnections } from "./panel/unit-connections.js";
import { UnitFilm } from "./panel/unit-film.js";
import { UnitHeading } from "./panel/unit-heading.js";
import { UnitInterventions } from "./panel/unit-interventions.js";
import { UnitPatches } from "./panel/unit-patches.js";
import { UnitPlace } from "./panel/unit-place.js";
import { UnitPortrait } from "./panel/unit-portrait.js";
import { UnitVitals } from "./panel/unit-vitals.js";
import { Pins } from "./pins.js";
import { Player } from "./player.js";
import { followRun, stepMessages } from "./run-stream.js";
import { Theme } from "./theme.js";
import { UnitView } from "./unit-view.js";

const find = (id) => document.getElementById(id);
const say = (text) => setText(find("control-message"), text);
const { run: runID, level, unit: unitText, levels: levelsText } = document.body.dataset;
const unitIndex = Number(unitText);
const levels = JSON.parse(levelsText);
const lowest = levels[0].name;
const query = new URLSearchParams(location.search);
const state = { lowest, unit: null, classes: [], run: null, patch: null, rule: query.get("rule") ?? "guided", untrained: query.get("untrained") === "1", scale: readLens(query).scale };
const wantedStep = /^\d+$/.test(query.get("step") ?? "") ? Number(query.get("step")) : null;

const theme = new Theme(find("theme-toggle"), () => refreshSlowly());
const notice = new Notice(find("notice"));
const view = new UnitView(runID, level, unitIndex, { show, onSeek: showStep, say });
const player = new Player({ where: () => ({ step: view.step, steps: timeline.places }), seek: (step) => view.seek(step), changed: (isPlaying) => timeline.showPlaying(isPlaying) });
const timeline = new Timeline(find("timeline-panel"), find("timeline-live"), player, (step, isJump) => view.seek(step, isJump), (scale) => choose({ scale }));
const portrait = new UnitPortrait(find("unit-portrait"));
const place = new UnitPlace(find("unit-place"));
const patches = new UnitPatches(find("unit-patches"), (patch, picture) => {
  Object.assign(state, { patch, picture });
  place.update(state);
}, choose);
const film = new UnitFilm(find("unit-film"), (step) => view.seek(step, true));
const vitals = new UnitVitals(find("unit-vitals"), say);
const connections = new UnitConnections(find("unit-connections"));
const ablation = new UnitAblation(find("unit-ablation"));
const interventions = new UnitInterventions(find("unit-interventions"), {
  changed: takeRun,
  started: (run) => location.assign(unitAddress(run.id, level, unitIndex)),
});
const heading = new UnitHeading({ run: runID, level, unit: unitIndex }, levels, new Pins(() => heading.update({})));

// show shows the unit at a step; it resolves when its own pictures are seen,
// which come before all others.
async function show(unit) {
  state.unit = unit;
  document.body.dataset.step = unit.step;
  heading.update(state);
  ablation.update(state);
  interventions.update({ unit, step: unit.step });
  try {
    await Promise.all([portrait.update(state), patches.update(state)]);
  } finally {
    if (unit === state.unit) refreshSlowly();
  }
}

// refreshSlowly updates what grows with the run or takes many pictures: at most
// so often while it goes on, and when a step has been looked at for a moment.
const patience = 2500; // milliseconds
const moment = 100;
let timer = null;
let refreshedAt = -Infinity;
function refreshSlowly() {
  clearTimeout(timer);
  const wait = view.step === null && state.run?.state === "running" ? Math.max(0, refreshedAt + patience - performance.now()) : refreshedAt > 0 ? moment : 0;
  timer = setTimeout(() => {
    if (!state.unit) return;
    refreshedAt = performance.now();
    const more = { ...state, newest: view.steps.at(-1), theme: theme.name, live: view.step === null, stepsPerEpoch: state.run?.stepsPerEpoch, view: level === lowest ? "filter" : "maximization" };
    connections.update({ ...state, query: linkQuery() });
    film.update(more).catch((error) => say(error.message));
    vitals.update(more);
  }, wait);
}

// choose takes another rule, scale, or step 0's weights.
function choose(part) {
  Object.assign(state, part);
  const url = new URL(location.href);
  writeLens(url.searchParams, { ...readLens(url.searchParams), untrained: state.untrained, scale: state.scale });
  if (state.rule === "guided") url.searchParams.delete("rule");
  else url.searchParams.set("rule", state.rule);
  history.replaceState(null, "", url);
  timeline.update({ scale: state.scale });
  heading.update({ query: linkQuery() });
  if (state.unit) show(state.unit).catch((error) => say(error.message));
}

const linkQuery = () => ({ step: view.step, rule: state.rule === "guided" ? "" : state.rule, untrained: state.untrained && 1, steps: state.scale === "epochs" && "epochs" });

function showStep(step) {
  timeline.update({ step });
  heading.update({ query: linkQuery() });
}

function takeRun(run) {
  const isChanged = state.run && run.unitChanges !== state.run.unitChanges;
  state.run = run;
  useVersion(run.unitChanges);
  if (isChanged) {
    forgetImages();
    vitals.forget();
    view.again();
  }
  heading.update({ run });
  view.update({ isTraining: run.state === "running" });
  interventions.update({ run });
  timeline.update({ newest: run.step, stepsPerEpoch: run.stepsPerEpoch });
}

const messages = {
  hello({ run, classes }) {
    state.classes = classes;
    if (state.unit) show(state.unit); // by its classes' names
    takeRun(run);
  },
  run: ({ run }) => takeRun(run),
  ...stepMessages(view, timeline, wantedStep, say),
};

timeline.update({ scale: state.scale });
heading.update({ query: linkQuery() });
if (wantedStep !== null) view.begin(wantedStep);
followRun(runID, messages, notice);
