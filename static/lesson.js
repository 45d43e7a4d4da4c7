// The entry of the lesson: wires the stream, the API and the stations.
import { useVersion } from "./api.js";
import { setText } from "./element.js";
import { sentence } from "./model/format.js";
import { problemText } from "./model/lesson-text.js";
import { readPlace, stations as lastStation } from "./model/lesson-place.js";
import { dashboardAddress } from "./model/page-address.js";
import { Glossary } from "./panel/glossary.js";
import { LessonRail } from "./panel/lesson-rail.js";
import { LessonStep } from "./panel/lesson-step.js";
import { Notice } from "./panel/notice.js";
import { StationBackward } from "./panel/station-backward.js";
import { StationBatch } from "./panel/station-batch.js";
import { StationForward } from "./panel/station-forward.js";
import { StationLearned } from "./panel/station-learned.js";
import { StationLoss } from "./panel/station-loss.js";
import { StationScores } from "./panel/station-scores.js";
import { StationStart } from "./panel/station-start.js";
import { StationUpdate } from "./panel/station-update.js";
import { WhatIf } from "./panel/what-if.js";
import { LessonView } from "./lesson-view.js";
import { followRun } from "./run-stream.js";
import { Theme } from "./theme.js";

const find = (id) => document.getElementById(id);
const say = (text) => setText(find("control-message"), text);
const runID = document.body.dataset.run;
const state = { lesson: null, digit: 0, side: "before", key: "", run: null };

new Theme(find("theme-toggle"), () => draw());
const notice = new Notice(find("notice"));
const view = new LessonView(runID, readPlace(new URLSearchParams(location.search)), { show, moved, busy, say });
const asks = { maps: (layer, digit, of) => view.maps(layer, digit, of), origin: (point) => view.origin(point), digit: chooseDigit, side: chooseSide };
const stations = [
  new StationStart(find("station-1"), runID),
  new StationForward(find("station-2"), asks),
  new StationScores(find("station-3"), asks),
  new StationLoss(find("station-4"), asks),
  new StationBackward(find("station-5"), asks),
  new StationUpdate(find("station-6"), (filter) => view.choose(filter)),
  new StationBatch(find("station-7")),
  new StationLearned(find("station-8"), runID),
];
const rail = new LessonRail(find("lesson-rail"), (station) => view.go({ ...view.place, station }));
const whatIf = new WhatIf(find("what-if"), { leave: () => view.leave(), keep: () => view.keep(state.run) });
const step = new LessonStep(find("lesson-step"), {
  next: () => view.next(), undo: () => view.undo(), tryOut: (settings) => view.tryOut(settings),
  go: (to) => view.go({ ...view.place, step: to, from: null, learningRate: null, batchSize: null }),
});
new Glossary(find("glossary"), document);

// show shows a step's numbers at all stations, first at the one that is seen.
function show(lesson) {
  state.lesson = lesson;
  state.key = JSON.stringify([lesson.step, lesson.whatIf, lesson.whatIf && lesson.settings.learningRate]);
  if (!lesson.after) state.side = "before";
  if (!state.run || lesson.newest > state.run.step) takeRun({ ...state.run, step: lesson.newest, state: lesson.state });
  whatIf.update({ lesson });
  find("lesson-problem").hidden = !lesson.problem;
  setText(find("lesson-problem"), problemText(lesson));
  step.update({ lesson, place: view.place });
  update();
}

// update gives the seen station what is new, and the others when the browser has
// time: they may be printed.
async function update() {
  const { lesson } = state;
  const seen = stations[view.place.station - 1];
  try {
    await seen.update(state);
    document.body.dataset.step = lesson.step;
    document.body.dataset.key = state.key;
    for (const station of stations) {
      await new Promise((resolve) => setTimeout(resolve));
      if (lesson !== state.lesson) return;
      if (station !== seen) await station.update(state);
    }
    document.body.dataset.ready = state.key;
  } catch (error) {
    say(error.message);
  }
}

function draw() {
  for (const station of stations) station.draw?.();
  whatIf.draw();
}

function chooseDigit(digit) {
  if (digit === state.digit) return;
  state.digit = digit;
  update();
}

function chooseSide(side) {
  state.side = side;
  update();
}

function moved(place) {
  rail.update({ station: place.station, moved: true, query: { step: place.step, from: place.from, learningRate: place.learningRate, batchSize: place.batchSize } });
  step.update({ place });
  for (const id of ["run-link", "dashboard-link"]) find(id).href = dashboardAddress(runID, { step: place.from === null && place.step <= view.newest ? place.step : null });
  if (state.lesson) draw();
}

function busy(isBusy) {
  find("stations").setAttribute("aria-busy", isBusy);
  step.update({ busy: isBusy });
}

function takeRun(run) {
  state.run = run;
  useVersion(run.unitChanges);
  document.body.dataset.state = run.state;
  document.body.dataset.newest = run.step;
  step.update({ state: run });
}

const messages = {
  hello({ run }) {
    const isFirst = view.newest === null;
    setText(find("run-link"), run.name || run.id);
    takeRun(run);
    if (isFirst) view.open(run.step).then(() => moved(view.place));
    else view.update({ newest: run.step });
  },
  run({ run }) {
    takeRun(run);
    view.update({ newest: run.step });
  },
  closing: ({ reason }) => say(sentence(reason)),
};

const keys = {
  ArrowLeft: () => view.go({ ...view.place, station: Math.max(view.place.station - 1, 1) }),
  ArrowRight: () => view.go({ ...view.place, station: Math.min(view.place.station + 1, lastStation) }),
  n: () => step.next.disabled || view.next(),
  u: () => view.undo(),
};

addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest("input, select, textarea")) return;
  const action = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!action || view.newest === null) return;
  event.preventDefault();
  action();
});
addEventListener("popstate", () => {
  const place = readPlace(new URLSearchParams(location.search));
  view.go({ ...place, step: place.step ?? Math.max(1, view.newest) }, { write: false });
});
// All stations are printed, so their canvases need their place on the page.
for (const [type, isPrinting] of [["beforeprint", true], ["afterprint", false]])
  addEventListener(type, () => {
    document.body.classList.toggle("is-printing", isPrinting);
    draw();
  });
rail.update({ station: view.place.station });
followRun(runID, messages, notice, { starts: false });
