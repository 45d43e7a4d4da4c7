// The entry: wires the stream, the API and the panels.
import { readAddress, writeCompare, writeRun } from "./address.js";
import { readEvaluations, useVersion } from "./api.js";
import { setText } from "./element.js";
import { sentence } from "./model/format.js";
import { levelNames, streamViews, useDigits } from "./model/level-view.js";
import { MetricHistory } from "./model/metric-history.js";
import { drawingAddress, evaluationAddress, lessonAddress } from "./model/page-address.js";
import { isSameLens } from "./model/presentation.js";
import { levelShares } from "./model/tile-layout.js";
import { BatchPanel } from "./panel/batch-panel.js";
import { DrawingPad } from "./panel/drawing-pad.js";
import { LookChoice } from "./panel/look-choice.js";
import { EvaluationPanel } from "./panel/evaluation-panel.js";
import { Intro } from "./panel/intro.js";
import { Invitation } from "./panel/invitation.js";
import { Lead } from "./panel/lead.js";
import { LensBar } from "./panel/lens-bar.js";
import { LevelPanel } from "./panel/level-panel.js";
import { loupe } from "./panel/loupe.js";
import { Notice } from "./panel/notice.js";
import { Prediction } from "./panel/prediction.js";
import { RunControls } from "./panel/run-controls.js";
import { Comparison } from "./panel/comparison.js";
import { RunForm } from "./panel/run-form.js";
import { RunList } from "./panel/run-list.js";
import { RunStatus } from "./panel/run-status.js";
import { Timeline } from "./panel/timeline.js";
import { Audience } from "./audience.js";
import { Curves } from "./curves.js";
import { Insights } from "./insights.js";
import { Optics } from "./optics.js";
import { permit } from "./permission.js";
import { Pins } from "./pins.js";
import { Player } from "./player.js";
import { Predictor } from "./predictor.js";
import { readSketch, writeSketch } from "./sketch.js";
import { Stream } from "./stream.js";
import { Theme } from "./theme.js";
import { View } from "./view.js";

const find = (id) => document.getElementById(id);
const say = (sentence) => setText(find("control-message"), sentence);
const notice = new Notice(find("notice"));
const body = document.body;
const history = new MetricHistory();
let { run: addressed, step: wantedStep } = readAddress();

const theme = new Theme(find("theme-toggle"), () => {
  stream.sendOptions();
  pad.update();
  prediction.update({ answer: prediction.answer });
  everyPanel((panel) => panel.draw());
  batch.draw();
  curves.update({});
});
const batch = new BatchPanel(find("panel-data"));
new Intro(find("intro"), find("intro-open"));
const pins = new Pins(() => everyPanel((panel) => panel.arrange()));
const panels = Object.fromEntries(levelNames.map((name) => [name, new LevelPanel(find(`panel-${name}`), pins)]));
const lensBar = new LensBar(find("lens"), [...document.querySelectorAll("#levels [data-level] select")], (lens) => optics.choose(lens));
const curves = new Curves({ history, theme, changed: () => stream.sendOptions() });
const evaluation = new EvaluationPanel(find("panel-evaluation"), () => readEvaluations(view.run));
const prediction = new Prediction(find("prediction"));
const status = new RunStatus(find("run-status"));
const controls = new RunControls({ changed: showRun, stepped: () => view.step !== null && view.seek(null), started: (run) => openRun(run.id), say });
const view = new View({ panels, drawing, onSeek: showStep, say });
const player = new Player({ where: () => ({ step: view.step, steps: timeline.places }), seek: (step) => view.seek(step), changed: (isPlaying) => timeline.showPlaying(isPlaying) });
const timeline = new Timeline(find("timeline-panel"), find("timeline-live"), player, (step, isJump) => view.seek(step, isJump), (scale) => optics.choose({ ...optics.lens, scale }));
const runList = new RunList(find("runs-dialog"), find("runs-open"), {
  open: (run) => openRun(run.id),
  compare: (run) => {
    writeCompare(run?.id ?? "");
    compare(run?.id ?? "");
  },
  again: (run) => runForm.again(run),
  renamed: (run) => runList.update({ run: run.id === view.run ? run : undefined }),
  deleted: (run) => run.id === comparison.run && compare(""),
});
const runForm = new RunForm(find("run-form-dialog"), { create: find("run-new"), branch: find("run-branch"), again: find("control-again") }, {
  nameOf: (run) => runList.nameOf(run),
  where: () => ({ run: runList.run, step: view.step ?? runList.run.step }),
  started: (run) => {
    find("runs-dialog").close();
    openRun(run.id);
  },
});
const comparison = new Comparison(find("comparison"), panels, pins, () => {
  writeCompare("");
  compare("");
});
const predictor = new Predictor({ where: () => view, show: (answer) => prediction.update({ answer }), say });
const look = new LookChoice(find("look-method"), (explanation) => prediction.update({ explanation }), () => insights.now());
const insights = new Insights({ predictor, where: () => view, questions: [look], say });
const pad = new DrawingPad(find("panel-draw"), () => {
  writeSketch(drawing());
  predictor.ask(drawing());
  insights.ask(drawing());
  if (optics.lens.image === "drawing") view.refresh();
});

// drawing is what the pad holds, as the API takes it, or null.
function drawing() {
  return pad.strokes.isEmpty ? null : { strokes: pad.strokes };
}

const optics = new Optics({
  bar: lensBar, panels, timeline, comparison, view,
  chosen() {
    stream.sendOptions();
    audience.moved();
  },
});
new Invitation(find("invitation"), find("invite"));
const lead = new Lead(find("lead"), find("lead-status"), () => audience.toggle());
const audience = new Audience({
  where: () => ({ run: view.run, step: wantedStep ?? view.step, lens: optics.lens }),
  follow: showPresented, changed: showLead, say: (sentence) => notice.update(sentence),
});

const messages = {
  hello(message) {
    const { run, levels: convolutions, classes, dataset, digits, input } = message;
    useDigits(digits);
    const levels = [...convolutions, { name: "classes", units: classes.length, receptiveField: input }];
    if (run.id !== view.run) clear(run.id);
    body.dataset.run = run.id;
    document.title = `${run.name || run.id} · Filterscope`;
    const shares = levelShares(levels).map((share) => `minmax(var(--level-least), ${share}fr)`).join(" ");
    for (const row of document.querySelectorAll(".Dashboard-levels")) row.style.setProperty("--shares", shares);
    view.describe(levels);
    everyPanel((panel) => panel.update({ classes }));
    comparison.update({ levels, classes });
    batch.update({ run: run.id, classes, newest: run.step });
    lensBar.update({ classes, dataset, digits });
    loupe().update({ input });
    optics.take(optics.lens);
    curves.update({ run: run.id, name: run.name });
    stream.sendOptions();
    evaluation.update({ classes, dataset });
    prediction.update({ classes, input });
    linkPages();
    showRun(run);
    restore();
    predictor.now();
    permit(message.mayChange);
    audience.take(message);
    audience.moved();
  },
  presentation: (message) => audience.take(message),
  run(message) {
    showRun(message.run);
    lensBar.update({ cost: message });
  },
  metrics(message) {
    if (!history.add(message)) stream.open(view.run);
    curves.tell({});
  },
  snapshots({ steps }) {
    view.steps = steps;
    timeline.update({ steps });
    if (wantedStep !== null) view.seek(wantedStep);
    else view.follow();
    wantedStep = null;
    audience.follow();
  },
  evaluation: (message) => evaluation.update({ evaluation: message }),
  picture: (header, payload) => view.receive(header, payload),
  curve: (header, payload) => curves.receive(header, payload),
  closing: ({ reason }) => say(sentence(reason)),
};

const stream = new Stream({
  message: (header, payload) => messages[header.type]?.(header, payload),
  connection(state) {
    body.dataset.connection = state;
    const text = { live: "connected", reconnecting: "reconnecting", closed: "closed" }[state];
    setText(find("connection").firstElementChild, text);
    find("connection").title = text;
    if (state === "live") say("");
  },
  gone() {
    const gone = view.run;
    openRun("");
    notice.update(`The run ${gone} is not on the server any more. This is the newest one.`);
  },
  refused: (reason) => notice.update(`The server closed the connection: ${reason}. Load the page again to go on.`),
  held: () => history.length,
  presenter: audience.name,
  options: () => ({ ...curves.wishes, views: streamViews(optics.lens) }),
});

function openRun(run) {
  addressed = run;
  curves.take({ ...curves.view, zoom: null });
  writeRun(run, optics.lens, curves.view);
  clear(run);
  stream.open(run);
}

// compare shows another run beside this one, or none for "".
function compare(run) {
  comparison.open(run);
  curves.update({ compare: run });
  runList.update({ compared: run });
  stream.sendOptions();
}

function everyPanel(action) {
  for (const panel of [...Object.values(panels), ...Object.values(comparison.panels)]) action(panel);
}

function clear(run) {
  player.stop();
  history.clear();
  view.open(run);
  batch.clear();
  evaluation.clear();
  prediction.update({ answer: null });
  timeline.update({ steps: [], newest: 0, step: null });
  curves.clear();
}

function showRun(run) {
  if (run.id !== view.run) return;
  useVersion(run.unitChanges);
  if (run.unitChanges !== Number(body.dataset.unitChanges ?? 0)) view.forget();
  body.dataset.unitChanges = run.unitChanges;
  if (run.step !== Number(body.dataset.step) && view.step === null) {
    predictor.again();
    insights.again();
  }
  body.dataset.step = run.step;
  body.dataset.state = run.state;
  tellMessage(run);
  for (const panel of Object.values(panels)) panel.update({ held: run.units ?? [] });
  status.update(run);
  controls.update(run);
  runList.update({ run });
  evaluation.update({ run });
  if (view.step === null) comparison.update({ step: run.step });
  batch.update({ newest: run.step });
  timeline.update({ newest: run.step, stepsPerEpoch: run.stepsPerEpoch });
}

// showPresented shows what the presenter shows.
function showPresented({ run, step, lens }) {
  if (!isSameLens(lens, optics.lens)) optics.choose(lens);
  if (run !== view.run) openRun(run);
  if (!view.steps.length) wantedStep = step;
  else if (step !== view.step) view.seek(step);
}

function showLead({ leads, isLed }) {
  if (isLed) player.stop();
  lead.update({ leads, isLed });
  timeline.update({ isLed });
  lensBar.update({ isLed });
  find("runs-open").disabled = isLed;
}

// tellMessage says what there is to say of the run: beside the timeline, and so
// that it is not missed where the run cannot go on.
function tellMessage({ message, state }) {
  const text = sentence(message);
  if (text === find("run-message").textContent) return;
  setText(find("run-message"), text);
  timeline.update({ note: text });
  notice.update(state === "failed" || state === "stalled" ? text : "");
}

function showStep(step) {
  timeline.update({ step });
  audience.moved();
  evaluation.update({ step });
  batch.update({ step });
  if (step !== null) comparison.update({ step });
  curves.tell({ step });
  predictor.now();
  insights.now();
  linkPages();
}

// restore puts the drawing into the pad that another page of this tab has held.
function restore() {
  const { strokes } = readSketch() ?? {};
  if (!strokes || !pad.strokes.isEmpty) return;
  pad.show({ strokes });
  predictor.ask(drawing());
  insights.ask(drawing());
  view.refresh();
}

function linkPages() {
  find("evaluation-link").href = evaluationAddress(view.run, { step: view.step });
  find("drawing-link").href = drawingAddress(view.run, { step: view.step });
  for (const id of ["lesson-link", "intro-lesson"]) find(id).href = lessonAddress(view.run, { step: view.step || null });
}

find("bar-more").addEventListener("click", ({ currentTarget: more }) => {
  const isOpen = more.getAttribute("aria-expanded") !== "true";
  more.setAttribute("aria-expanded", isOpen);
  more.closest(".RunBar").classList.toggle("is-open", isOpen);
});
addEventListener("popstate", () => {
  if (audience.isLed) return view.seek(view.step);
  const { run, step, compare: other, lens, curves: looked } = readAddress();
  optics.take(lens);
  curves.take(looked);
  stream.sendOptions();
  if (other !== comparison.run) compare(other);
  if (run === addressed) return view.seek(step);
  [addressed, wantedStep] = [run, step];
  clear(run);
  stream.open(run);
});
optics.take(readAddress().lens);
curves.take(readAddress().curves);
stream.open(addressed);
compare(readAddress().compare);
