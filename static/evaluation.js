// The entry of the evaluation page: wires the stream, the API and the panels.
import { useVersion } from "./api.js";
import { setText } from "./element.js";
import { EvaluationView } from "./evaluation-view.js";
import { readLens, writeLens } from "./model/lens.js";
import { dashboardAddress } from "./model/page-address.js";
import { CellImages } from "./panel/cell-images.js";
import { ClassCurves } from "./panel/class-curves.js";
import { ConfusionGrid } from "./panel/confusion-grid.js";
import { MapScatter } from "./panel/map-scatter.js";
import { Notice } from "./panel/notice.js";
import { Reliability } from "./panel/reliability.js";
import { Timeline } from "./panel/timeline.js";
import { WorstMistakes } from "./panel/worst-mistakes.js";
import { Player } from "./player.js";
import { followRun, stepMessages } from "./run-stream.js";
import { Theme } from "./theme.js";

const find = (id) => document.getElementById(id);
const say = (text) => setText(find("control-message"), text);
const runID = document.body.dataset.run;
const query = new URLSearchParams(location.search);
const numberIn = (name) => (/^\d+$/.test(query.get(name) ?? "") ? Number(query.get(name)) : null);
const state = { classes: [], run: null, evaluation: null, scale: readLens(query).scale };
const wantedStep = numberIn("step");
let wantedCell = numberIn("label") !== null && numberIn("prediction") !== null ? { label: numberIn("label"), prediction: numberIn("prediction") } : null;

const theme = new Theme(find("theme-toggle"), () => {
  map.draw();
  plotSoon();
});
const notice = new Notice(find("notice"));
const view = new EvaluationView(runID, { show, showMap: (one) => map.update({ map: one }), onSeek: showStep, say });
const player = new Player({ where: () => ({ step: view.step, steps: timeline.places }), seek: (step) => view.seek(step), changed: (isPlaying) => timeline.showPlaying(isPlaying) });
const timeline = new Timeline(find("timeline-panel"), find("timeline-live"), player, (step, isJump) => view.seek(step, isJump), chooseScale);
const grid = new ConfusionGrid(find("panel-confusion"), openCell);
const cell = new CellImages(find("panel-cell"), runID, say);
const map = new MapScatter(find("panel-map"), runID);
const worst = new WorstMistakes(find("panel-worst"), runID);
const curves = new ClassCurves(find("panel-classes"), runID, say);
const reliability = new Reliability(find("panel-reliability"));

function show(evaluation) {
  state.evaluation = evaluation;
  document.body.dataset.shown = evaluation.step;
  const about = { evaluation, classes: state.classes };
  for (const panel of [grid, worst, curves, reliability]) panel.update(about);
  cell.update({ step: evaluation.step });
  plotSoon();
}

// openCell shows a cell's images, and puts it into the address.
function openCell(chosen) {
  const url = new URL(location.href);
  url.searchParams.set("label", chosen.label);
  url.searchParams.set("prediction", chosen.prediction);
  history.replaceState(null, "", url);
  cell.update({ cell: chosen });
}

// plotSoon draws the classes' curves when a step has been looked at for a moment:
// while the run goes on only what it judges itself, which takes nothing from it.
const moment = 250; // milliseconds
let timer = null;
function plotSoon() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (!state.run || !state.evaluation) return;
    const isTraining = state.run.state === "running";
    curves.plot({
      step: state.evaluation.step, live: view.step === null, theme: theme.name, scale: state.scale,
      steps: isTraining || state.scale === "epochs" ? "epochs" : "log", newest: isTraining ? state.run.epoch : view.steps.at(-1),
    });
  }, moment);
}

function chooseScale(scale) {
  state.scale = scale;
  const url = new URL(location.href);
  writeLens(url.searchParams, { ...readLens(url.searchParams), scale });
  history.replaceState(null, "", url);
  timeline.update({ scale });
  plotSoon();
}

function showStep(step) {
  timeline.update({ step });
  find("run-link").href = find("dashboard-link").href = dashboardAddress(runID, { step });
}

function takeRun(run) {
  const isChanged = state.run && run.unitChanges !== state.run.unitChanges;
  state.run = run;
  document.body.dataset.step = run.step;
  document.body.dataset.state = run.state;
  setText(find("run-link"), run.name || run.id);
  useVersion(run.unitChanges);
  if (isChanged) view.again();
  view.update({ isTraining: run.state === "running" });
  timeline.update({ newest: run.step, stepsPerEpoch: run.stepsPerEpoch });
  plotSoon();
}

const messages = {
  hello({ run, classes, dataset }) {
    state.classes = classes;
    for (const panel of [grid, cell, map, curves]) panel.update({ classes });
    setText(find("evaluation-about"), `of ${dataset.test.toLocaleString("en")} images it never trains on`);
    takeRun(run);
    if (wantedCell && Math.max(wantedCell.label, wantedCell.prediction) < classes.length) {
      grid.update({ cell: wantedCell });
      cell.update({ cell: wantedCell });
    }
    wantedCell = null;
  },
  run: ({ run }) => takeRun(run),
  ...stepMessages(view, timeline, wantedStep, say),
};

timeline.update({ scale: state.scale });
followRun(runID, messages, notice);
