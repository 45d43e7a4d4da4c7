// The entry of the drawing page: wires the stream, the API and the panels.
import { writeStep } from "./address.js";
import { startRun } from "./api.js";
import { setText } from "./element.js";
import { sentence } from "./model/format.js";
import { readLens, writeLens } from "./model/lens.js";
import { dashboardAddress, drawingAddress } from "./model/page-address.js";
import { atOrBefore } from "./model/search.js";
import { fitStrokes, shownText } from "./model/shown.js";
import { BeliefFilm } from "./panel/belief-film.js";
import { DrawingPad } from "./panel/drawing-pad.js";
import { DrawnMaps } from "./panel/drawn-maps.js";
import { Explanations } from "./panel/explanations.js";
import { LookChoice } from "./panel/look-choice.js";
import { NearestDigits } from "./panel/nearest-digits.js";
import { Notice } from "./panel/notice.js";
import { OtherInputs } from "./panel/other-inputs.js";
import { OwnDrawings } from "./panel/own-drawings.js";
import { Prediction } from "./panel/prediction.js";
import { Timeline } from "./panel/timeline.js";
import { Insights } from "./insights.js";
import { Player } from "./player.js";
import { Predictor } from "./predictor.js";
import { followRun } from "./run-stream.js";
import { readSketch, writeSketch } from "./sketch.js";
import { Theme } from "./theme.js";

const find = (id) => document.getElementById(id);
const say = (text) => setText(find("control-message"), text);
const { run: runID, levels: levelsText } = document.body.dataset;
const convolutions = JSON.parse(levelsText).map(({ name }) => name).filter((name) => name !== "classes");
const query = new URLSearchParams(location.search);
const state = { steps: [], step: null, shown: null, size: [28, 28], scale: readLens(query).scale };
const numberIn = (name) => (/^\d+$/.test(query.get(name) ?? "") ? Number(query.get(name)) : null);
let wantedStep = numberIn("step");

const theme = new Theme(find("theme-toggle"), () => {
  pad.update();
  own.fill();
  prediction.update({ answer: prediction.answer });
  insights.now();
});
const notice = new Notice(find("notice"));
const player = new Player({ where: () => ({ step: state.step, steps: timeline.places }), seek, changed: (isPlaying) => timeline.showPlaying(isPlaying) });
const timeline = new Timeline(find("timeline-panel"), find("timeline-live"), player, seek, chooseScale);
const jump = (step) => seek(step, true);
const where = () => ({ run: runID, step: state.step });
const pad = new DrawingPad(find("panel-draw"), (strokes) => show(strokes.isEmpty ? null : { strokes }));
const prediction = new Prediction(find("prediction"));
const film = new BeliefFilm(find("panel-belief"), jump);
const explanations = new Explanations(find("panel-explain"), () => insights.now());
const look = new LookChoice(find("look-method"), (explanation) => prediction.update({ explanation }), () => insights.now());
const nearest = new NearestDigits(find("panel-nearest"));
const maps = new DrawnMaps(find("panel-maps"), convolutions, () => state.step ?? state.steps.at(-1) ?? null);
const own = new OwnDrawings(find("panel-own"), {
  shown: () => (state.shown?.strokes ? { ...state.shown, ...where(), ...(state.step === null && { step: undefined }) } : null),
  open: ({ strokes }) => open({ strokes: fitStrokes(strokes) }),
  seek: jump, teach,
});
const others = new OtherInputs(find("other-inputs"), find("panel-draw"), open);
const predictor = new Predictor({ where, show: showAnswer, say });
const insights = new Insights({ predictor, where, say, questions: [look, ...explanations.questions, film, nearest, ...maps.questions] });

// open shows something that was not drawn here: strokes, a picture's pixels or a
// test image.
function open(shown) {
  pad.show({ strokes: shown.strokes });
  show(shown);
}

// show shows the net something else, or null for nothing.
function show(shown) {
  state.shown = shown;
  writeSketch(shown);
  writeTest(shown?.test);
  setText(find("shown-name"), shownText(shown));
  others.update({ test: shown?.test ?? null });
  own.update({ canKeep: Boolean(shown?.strokes) });
  predictor.ask(shown);
  insights.ask(shown);
}

function writeTest(test) {
  const url = new URL(location.href);
  if (test === undefined) url.searchParams.delete("test");
  else url.searchParams.set("test", test);
  if (url.href !== location.href) history.replaceState(null, "", url);
}

function showAnswer(answer) {
  prediction.update({ answer });
  const [height, width] = state.size;
  const image = answer && { pixels: answer.pixels, width, height };
  explanations.update({ image });
  if (image && state.shown && !state.shown.strokes && pad.image?.pixels.join() !== image.pixels.join()) pad.show({ image });
}

// seek looks at the kept step at or before the wanted one, or at the newest
// weights again; it resolves when its prediction is seen.
function seek(wanted, isJump = false) {
  const i = wanted === null ? -1 : atOrBefore(state.steps, wanted);
  state.step = i < 0 ? null : state.steps[i];
  writeStep(state.step, isJump);
  place();
  insights.now();
  return predictor.now();
}

// teach starts a branch at the step looked at that trains on one's own set too,
// and goes to it. Where the run itself ends, the branch gets an epoch.
async function teach() {
  const { id, pace, lastStep, epochs, step: newest } = state.run;
  const step = state.step ?? newest;
  const branch = await startRun({ from: { run: id, step }, teach: true, pace, ...(step >= lastStep && { epochs: epochs + 1 }) });
  location.assign(drawingAddress(branch.id));
}

// place tells all panels of the step and the scale of the axes.
function place() {
  const at = { step: state.step, scale: state.scale, stepsPerEpoch: state.run?.stepsPerEpoch };
  timeline.update({ step: at.step, scale: at.scale });
  film.update(at);
  own.update(at);
  find("run-link").href = find("dashboard-link").href = dashboardAddress(runID, { step: state.step });
  find("maps-link").href = dashboardAddress(runID, { view: "low-maps.mid-maps.high-maps", image: "drawing", step: state.step });
}

function chooseScale(scale) {
  state.scale = scale;
  const url = new URL(location.href);
  writeLens(url.searchParams, { ...readLens(url.searchParams), scale });
  history.replaceState(null, "", url);
  place();
}

function takeRun(run) {
  const isNew = state.run?.step !== run.step;
  state.run = run;
  document.body.dataset.step = run.step;
  document.body.dataset.state = run.state;
  setText(find("run-link"), run.name || run.id);
  timeline.update({ newest: run.step, stepsPerEpoch: run.stepsPerEpoch });
  place();
  if (isNew && state.step === null) {
    predictor.again();
    insights.again();
  }
}

const messages = {
  hello({ run, classes, dataset, input }) {
    state.size = input;
    for (const panel of [explanations, film, nearest]) panel.update({ classes });
    own.update({ classes, run: run.id });
    prediction.update({ classes, input });
    others.update({ dataset });
    takeRun(run);
    const shown = numberIn("test") === null ? readSketch() : { test: numberIn("test") };
    if (shown && !state.shown) open(shown);
  },
  run: ({ run }) => takeRun(run),
  snapshots({ steps }) {
    state.steps = steps;
    timeline.update({ steps });
    if (wantedStep !== null) seek(wantedStep);
    wantedStep = null;
  },
  closing: ({ reason }) => say(sentence(reason)),
};

addEventListener("popstate", () => {
  const step = new URLSearchParams(location.search).get("step");
  seek(step === null ? null : Number(step));
});
followRun(runID, messages, notice);
