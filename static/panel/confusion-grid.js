import { element, setAttribute, setText } from "../element.js";
import { cellText, moveCell, rowTotal, strength, summaryText } from "../model/confusion.js";
import { percent } from "../model/format.js";

// The confusion matrix as a grid of buttons, of which one is in the order of
// the Tab key.
export class ConfusionGrid {
  // onOpen(cell) is told the cell {label, prediction} that is opened.
  constructor(el, onOpen) {
    Object.assign(this, { el, onOpen, classes: [], cells: [], rights: [], at: { label: 0, prediction: 0 } });
    this.table = el.querySelector("table");
    this.summary = el.querySelector(".Confusion-summary");
    this.table.addEventListener("keydown", (event) => this.press(event));
    this.table.addEventListener("click", ({ target }) => this.open(target.closest("button")));
  }

  // update takes any of: classes, their names; evaluation, as the API tells it;
  // and cell, the open one.
  update({ classes, evaluation, cell }) {
    if (classes && classes.join() !== this.classes.join()) this.lay(classes);
    if (evaluation) this.show(evaluation);
    if (cell) {
      this.at = cell;
      this.mark(cell);
    }
  }

  lay(classes) {
    this.classes = classes;
    const head = classes.map((name) => element("th", { scope: "col", textContent: name }));
    const row = (name, label) => {
      this.cells[label] = classes.map((_, prediction) => element("button", { type: "button", className: "Confusion-cell", tabIndex: -1, data: { label, prediction } }));
      this.rights[label] = element("td", { className: "Confusion-right" });
      const tds = this.cells[label].map((cell) => grid(element("td", {}, cell), "gridcell"));
      return grid(element("tr", {}, grid(element("th", { scope: "row", textContent: name }), "rowheader"), ...tds, grid(this.rights[label], "gridcell")), "row");
    };
    this.table.replaceChildren(
      element("thead", {}, grid(element("tr", {}, element("td"), ...head.map((th) => grid(th, "columnheader")), grid(element("th", { scope: "col", className: "Confusion-right", textContent: "right" }), "columnheader")), "row")),
      element("tbody", {}, ...classes.map(row)),
    );
    this.table.style.setProperty("--classes", classes.length);
    this.cells[0][0].tabIndex = 0;
  }

  show(evaluation) {
    const { confusion, classAccuracy, step } = evaluation;
    this.el.dataset.step = step;
    setText(this.summary, summaryText(evaluation));
    confusion.forEach((row, label) => {
      const total = rowTotal(row);
      row.forEach((n, prediction) => this.fill(this.cells[label][prediction], n, total, label, prediction));
      setText(this.rights[label], percent(classAccuracy[label], 1));
    });
  }

  fill(cell, n, total, label, prediction) {
    setText(cell, String(n));
    cell.classList.toggle("is-zero", n === 0);
    cell.classList.toggle("is-right", label === prediction);
    cell.style.setProperty("--strength", strength(n, total, label === prediction).toFixed(3));
    cell.title = cellText(n, label, prediction, this.classes);
    setAttribute(cell, "aria-label", cell.title);
  }

  press(event) {
    const { label, prediction } = event.target.dataset;
    const to = label === undefined ? null : moveCell({ label: Number(label), prediction: Number(prediction) }, event.key, this.classes.length, event.ctrlKey);
    if (!to) return;
    event.preventDefault();
    this.cells[label][prediction].tabIndex = -1;
    const cell = this.cells[to.label][to.prediction];
    cell.tabIndex = 0;
    cell.focus();
  }

  open(button) {
    if (!button) return;
    const cell = { label: Number(button.dataset.label), prediction: Number(button.dataset.prediction) };
    this.mark(cell);
    this.onOpen(cell);
  }

  mark({ label, prediction }) {
    for (const cell of this.cells.flat()) {
      cell.tabIndex = -1;
      setAttribute(cell, "aria-pressed", false);
    }
    const cell = this.cells[label]?.[prediction];
    if (!cell) return;
    cell.tabIndex = 0;
    setAttribute(cell, "aria-pressed", true);
  }
}

// grid gives an element of a table its role in a grid.
function grid(el, role) {
  el.setAttribute("role", role);
  return el;
}
