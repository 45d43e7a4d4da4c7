import { setText } from "../element.js";
import { count, number, percent } from "../model/format.js";
import { ConfusionTable } from "./confusion-table.js";

// The newest evaluation at the step looked at: loss, accuracy, and the confusion
// matrix, whose cells lead to their images.
export class EvaluationPanel {
  // readAll() returns all evaluations of the run that is shown.
  constructor(el, readAll) {
    Object.assign(this, { el, readAll });
    const find = (name) => el.querySelector(`.EvaluationPanel-${name}`);
    Object.assign(this, { about: find("about"), summary: find("summary"), progress: find("progress"), confusion: new ConfusionTable(el.querySelector("table")) });
    this.clear();
  }

  clear() {
    Object.assign(this, { evaluation: null, newest: null, all: null, step: null });
    this.confusion.hide();
    this.classes = [];
  }

  // update takes any of: run, classes, dataset and evaluation, as the stream
  // tells them; and step, the one looked at, null meaning live.
  update({ run, classes, dataset, evaluation, step }) {
    if (classes) this.classes = classes;
    if (classes && !this.evaluation) this.empty();
    if (dataset) this.dataset = dataset;
    if (evaluation?.set === "test") {
      this.newest = evaluation;
      this.all = null;
    }
    if (step !== undefined) this.step = step;
    if (evaluation || step !== undefined) this.choose();
    if (run) {
      this.run = run.id;
      this.showProgress(run);
    }
    if (this.dataset) setText(this.about, `on ${count(this.dataset.test)} unseen images`);
  }

  // choose shows the newest evaluation that is not behind the step looked at.
  async choose() {
    if (this.step === null || (this.newest && this.newest.step <= this.step)) {
      if (this.newest) this.show(this.newest);
      return;
    }
    const reading = (this.all ??= this.readAll());
    let all;
    try {
      all = await reading;
    } catch (error) {
      if (reading !== this.all) return;
      this.all = null;
      return this.lack(error.message);
    }
    if (reading !== this.all || this.step === null) return;
    const fitting = all.findLast(({ set, step }) => set === "test" && step <= this.step);
    if (fitting) return this.show(fitting);
    this.lack(`At step ${count(this.step)} it had not been judged yet.`);
  }

  // lack says why there is no evaluation to show.
  lack(sentence) {
    this.empty();
    setText(this.summary, sentence);
  }

  empty() {
    this.evaluation = null;
    this.fill(this.classes.map(() => this.classes.map(() => 0)), []);
  }

  show(evaluation) {
    this.evaluation = evaluation;
    const { confusion, classAccuracy, step, epoch, loss, accuracy } = evaluation;
    setText(this.summary, `${percent(accuracy, 2)} right · loss ${number(loss)} · epoch ${epoch}, step ${count(step)}`);
    this.fill(confusion, classAccuracy);
  }

  // fill fills the table; before the first evaluation it is empty, to keep the
  // place.
  fill(confusion, classAccuracy) {
    this.confusion.update({ confusion, classAccuracy, classes: this.classes, run: this.run, step: this.evaluation?.step ?? null });
  }

  showProgress({ evaluating, stepsPerEpoch, epoch }) {
    this.progress.classList.toggle("is-idle", !(evaluating > 0));
    this.progress.value = evaluating ?? 0;
    if (this.evaluation || this.step !== null) return;
    const next = (epoch + 1) * stepsPerEpoch;
    setText(this.summary, evaluating > 0
      ? "The first evaluation is under way."
      : `Judged after every epoch: first at step ${count(next)}.`);
  }
}
