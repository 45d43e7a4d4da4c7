import { element } from "../element.js";
import { moveCell, rowTotal, strength } from "../model/confusion.js";
import { percent } from "../model/format.js";
import { evaluationAddress } from "../model/page-address.js";

// The confusion matrix in small, whose cells lead to their images. One of them is
// in the order of the Tab key; the arrow keys go to the others.
export class ConfusionTable {
  constructor(el) {
    Object.assign(this, { el, at: { label: 0, prediction: 0 } });
    el.addEventListener("keydown", (event) => this.press(event));
  }

  hide() {
    this.el.hidden = true;
  }

  // update takes confusion and classAccuracy, as the API tells them; classes, their
  // names; and the run and the step that they are of, null for none.
  update({ confusion, classAccuracy, classes, run, step }) {
    const isFocused = this.el.contains(document.activeElement);
    Object.assign(this, { classes, run, step });
    this.el.replaceChildren(
      element("caption", { textContent: "Row: the true label. Column: the prediction." }),
      element("thead", {}, this.headRow()),
      element("tbody", {}, ...confusion.map((row, label) => this.row(row, label, classAccuracy[label]))),
    );
    this.el.hidden = false;
    const cell = this.stop(this.at);
    if (isFocused) cell?.focus();
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

  cell(n, total, label, prediction) {
    const right = label === prediction;
    const cell = element("td", { className: n === 0 ? "is-zero" : right ? "is-right" : "is-wrong" });
    cell.style.setProperty("--strength", strength(n, total, right).toFixed(3));
    cell.append(this.step === null ? String(n) : this.link(n, label, prediction));
    return cell;
  }

  link(n, label, prediction) {
    const title = `label ${this.classes[label]}, prediction ${this.classes[prediction]}: ${n} images`;
    const href = evaluationAddress(this.run, { step: String(this.step), label: String(label), prediction: String(prediction) });
    return element("a", { textContent: n, title, ariaLabel: title, href, tabIndex: -1, data: { cell: `${label} ${prediction}` } });
  }

  // stop makes a cell the one that the Tab key reaches, and returns it.
  stop(at) {
    this.at = at;
    for (const link of this.el.querySelectorAll("a[tabindex='0']")) link.tabIndex = -1;
    const cell = this.el.querySelector(`a[data-cell="${at.label} ${at.prediction}"]`);
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
}
