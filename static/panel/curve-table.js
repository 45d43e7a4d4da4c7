import { element } from "../element.js";

const sets = ["train", "test"];

// The read-out of all runs of a curve at the place that is pointed at, which the
// line below the curve names.
export class CurveTable {
  constructor(el) {
    this.el = el;
  }

  // update takes the runs {name, values}, the first of them the one that is shown,
  // how a value is shown, and on which side there is room; no runs hide it.
  update({ runs, show, isRight }) {
    this.el.hidden = runs.length < 2;
    if (this.el.hidden) return;
    this.el.classList.toggle("is-right", isRight);
    const head = element("tr", {}, element("td"), ...sets.map((name) => element("th", { scope: "col", textContent: name })));
    this.el.replaceChildren(element("thead", {}, head), element("tbody", {}, ...runs.map(({ name, values }, i) => element("tr", {},
      element("th", { scope: "row" }, element("span", { className: `RunLine RunLine--${i}` }), element("span", { className: "CurveTable-name", textContent: name })),
      ...sets.map((set) => element("td", { textContent: show(values.find((value) => value.name === set)?.value) }))))));
  }
}
