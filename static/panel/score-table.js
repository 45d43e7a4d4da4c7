import { element, setAttribute, setText } from "../element.js";
import { limitOf } from "../model/diverging.js";
import { fixed } from "../model/lesson-text.js";
import { DigitPicture } from "./digit-picture.js";

const thumbnail = 36; // CSS pixels

// A table of one number for each of four digits and each class, in which arrow
// keys move. A bar below each number shows its size and its sign.
export class ScoreTable {
  // caption says what the numbers are; onPoint({digit, unit}) is told which is
  // hovered over or focused; heads are the titles of further columns.
  constructor(el, { caption, onPoint, heads = [], decimals = 2 }) {
    Object.assign(this, { onPoint, heads, decimals, caption, cells: [], at: [0, 0] });
    this.table = element("table", { className: "Table ScoreTable" });
    this.table.setAttribute("role", "grid");
    el.append(this.table);
    this.table.addEventListener("keydown", (event) => this.press(event));
    for (const type of ["pointerover", "focusin"]) this.table.addEventListener(type, ({ target }) => this.tell(target.closest("[data-unit]")));
  }

  // update takes classes, digits, input (the image's shape) and rows, one for
  // each digit: {values, marked, truth, ends}: the class that is marked, the true
  // one, and the texts {text, tone} of the further columns.
  update({ classes, digits, input, rows }) {
    if (this.cells.length !== digits.length || this.cells[0].values.length !== classes.length) this.build(classes, digits.length);
    const limit = limitOf(rows.flatMap(({ values }) => values));
    rows.forEach(({ values, marked, truth, ends }, i) => {
      const row = this.cells[i];
      row.picture.update(digits[i], input, classes);
      values.forEach((value, k) => {
        const cell = row.values[k];
        setText(cell.firstChild, fixed(value, this.decimals));
        cell.lastChild.className = `Bar${value < 0 ? " is-negative" : ""}`;
        cell.lastChild.style.setProperty("--share", limit > 0 ? Math.abs(value) / limit : 0);
        cell.classList.toggle("is-marked", k === marked && Number.isFinite(value));
        cell.classList.toggle("is-truth", k === truth);
        setAttribute(cell, "aria-label", `${classes[k]}: ${fixed(value, this.decimals)}${k === marked ? ", marked" : ""}${k === truth ? ", the true class" : ""}`);
      });
      ends.forEach(({ text, tone = "" }, j) => {
        setText(row.ends[j], text);
        row.ends[j].className = `ScoreTable-end ${tone && `is-${tone}`}`;
      });
    });
  }

  build(classes, count) {
    const head = (text) => element("th", { scope: "col", textContent: text });
    this.cells = Array.from({ length: count }, (_, digit) => ({
      picture: new DigitPicture(thumbnail),
      values: classes.map((_, unit) => element("td", { tabIndex: -1, role: "gridcell", data: { digit, unit } }, element("span"), element("i"))),
      ends: this.heads.map(() => element("td")),
    }));
    const rows = this.cells.map(({ picture, values, ends }) => element("tr", {}, element("th", { scope: "row" }, picture.el), ...values, ...ends));
    this.table.replaceChildren(element("caption", { className: "Station-caption", textContent: this.caption }),
      element("thead", {}, element("tr", {}, head("digit"), ...classes.map(head), ...this.heads.map(head))), element("tbody", {}, ...rows));
    this.rove(0, 0);
  }

  tell(cell) {
    if (!cell) return;
    const { digit, unit } = cell.dataset;
    this.rove(Number(digit), Number(unit));
    this.onPoint({ digit: Number(digit), unit: Number(unit) });
  }

  // rove makes a cell the one that Tab leads to.
  rove(digit, unit) {
    const [d, u] = this.at;
    if (this.cells[d]?.values[u]) this.cells[d].values[u].tabIndex = -1;
    this.at = [digit, unit];
    this.cells[digit].values[unit].tabIndex = 0;
  }

  press(event) {
    const [digit, unit] = this.at;
    const to = { ArrowLeft: [digit, unit - 1], ArrowRight: [digit, unit + 1], ArrowUp: [digit - 1, unit], ArrowDown: [digit + 1, unit], Home: [digit, 0], End: [digit, this.cells[digit].values.length - 1] }[event.key];
    if (!to || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.cells[to[0]]?.values[to[1]]?.focus();
  }
}
