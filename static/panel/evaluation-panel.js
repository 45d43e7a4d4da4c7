import { element, setText } from "../element.js";
import { moveCell, rowTotal, strength } from "../model/confusion.js";
import { count, number, percent } from "../model/format.js";
import { evaluationAddress } from "../model/page-address.js";

// The newest evaluation at the step looked at: loss, accuracy, and the confusion
// matrix, whose cells lead to their images.
export class EvaluationPanel {
  // readAll() returns all evaluations of the run that is shown.
  constructor(el, readAll) {
    Object.assign(this, { el, readAll });
    const find = (name) => el.querySelector(`.EvaluationPanel-${name}`);
    Object.assign(this, { about: find("about"), summary: find("summary"), progress: find("progress"), table: el.querySelector("table") });
    this.at = { label: 0, prediction: 0 };
    this.table.addEventListener("keydown", (event) => this.press(event));
    this.clear();
  }

  clear() {
    Object.assign(this, { evaluation: null, newest: null, all: null, step: null });
    this.table.hidden = true;
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
    if (this.dataset) setText(this.about, `${count(this.dataset.test)} images it never trains on`);
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

  // fill makes the table; before the first evaluation it is empty, to keep the
  // place.
  fill(confusion, classAccuracy) {
    this.table.replaceChildren(
      element("caption", { textContent: "Row: the true label. Column: the prediction." }),
      element("thead", {}, this.headRow()),
      element("tbody", {}, ...confusion.map((row, label) => this.row(row, label, classAccuracy[label]))),
    );
    this.table.hidden = false;
    this.stop(this.at);
  }

  // stop makes a cell the one that the Tab key reaches, and returns it.
  stop(at) {
    this.at = at;
    for (const link of this.table.querySelectorAll("a[tabindex='0']")) link.tabIndex = -1;
    const cell = this.table.querySelector(`a[data-cell="${at.label} ${at.prediction}"]`);
    if (cell) cell.tabIndex = 0;
    return cell;
  }

  press(event) {
    const [label, prediction] = (event.target.dataset.cell ?? "").split(" ").map(Number);
    const to = prediction === undefined ? null : moveCell({ label, prediction }, event.key, this.classes.length, event.ctrlKey);
    if (!to) return;
    event.preventDefault();
    this.stop(to)?.focus();
  }

  headRow() {
    const names = this.classes.map((name) => element("th", { scope: "col", textContent: name }));
    return element("tr", {}, element("td"), ...names, element("th", { scope: "col", textContent: "right", className: "ConfusionTable-right" }));
  }

  row(counts, label, accuracy) {
    const total = rowTotal(counts);
    const cells = counts.map((n, prediction) => this.cell(n, total, label, prediction));
    const right = element("td", { textContent: percent(accuracy, 1).replace(" %", ""), className: "ConfusionTable-right", title: `label ${this.classes[label]}: ${percent(accuracy, 2)} right` });
    return element("tr", {}, element("th", { scope: "row", textContent: this.classes[label] }), ...cells, right);
  }

  // cell shades a count, and links to its images.
  cell(n, total, label, prediction) {
    const right = label === prediction;
    const cell = element("td", { className: n === 0 ? "is-zero" : right ? "is-right" : "is-wrong" });
    cell.style.setProperty("--strength", strength(n, total, right).toFixed(3));
    cell.append(this.evaluation ? this.link(n, label, prediction) : String(n));
    return cell;
  }

  link(n, label, prediction) {
    const title = `label ${this.classes[label]}, prediction ${this.classes[prediction]}: ${count(n)} images`;
    const href = evaluationAddress(this.run ?? this.evaluation.run, { step: String(this.evaluation.step), label: String(label), prediction: String(prediction) });
    return element("a", { textContent: n, title, ariaLabel: title, href, tabIndex: -1, data: { cell: `${label} ${prediction}` } });
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
