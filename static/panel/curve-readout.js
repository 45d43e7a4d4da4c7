import { element, setAttribute } from "../element.js";
import { place as placeOn } from "../model/axis.js";
import { count, elapsed, number, percent } from "../model/format.js";
import { CurveTable } from "./curve-table.js";

const shows = { loss: (value) => number(value, 4), accuracy: (value) => percent(value, 2) };

// What a curve says in words and numbers: its own run's values in a line, and
// those of all runs in a table at the place that is pointed at.
export class CurveReadout {
  // el is the curve's element.
  constructor(el, figure) {
    this.show = shows[figure];
    this.view = el.querySelector(".CurvePanel-view");
    this.line = el.querySelector(".CurvePanel-readout");
    this.table = new CurveTable(el.querySelector(".CurvePanel-table"));
  }

  // update takes the runs {name, values}, the first of them the one that is shown
  // and has length steps, the horizontal axis x, and the place on it that is
  // pointed at, or null.
  update({ runs, length, x, place }) {
    const [{ values }] = runs;
    this.line.replaceChildren(...values.map((value, i) => this.reading(value, values[i + 1])));
    if (!values.length) this.line.textContent = "No steps yet.";
    const isPointed = Boolean(x) && place !== null;
    this.table.update({ runs: isPointed ? runs : [], show: this.show, isRight: isPointed && placeOn(x, place) < 0.5 });
    setAttribute(this.view, "aria-valuemax", length);
    setAttribute(this.view, "aria-valuenow", values[0]?.step ?? 0);
    setAttribute(this.view, "aria-valuetext", this.text(isPointed ? runs : runs.slice(0, 1)) || "no steps yet");
  }

  // reading says when its value was, unless the next one, of the same step, does.
  reading(value, next) {
    const when = value.name === "train" ? whenText(value) : value.step === next?.step ? "" : `at ${count(value.step)}`;
    return element("span", { className: `CurvePanel-value CurvePanel-value--${value.name}` },
      `${value.name} `, element("b", { textContent: this.show(value.value) }), " ", element("small", { textContent: when }));
  }

  text(runs) {
    return runs.flatMap(({ name, values }, i) => values.map((value) => `${i ? `${name} ` : ""}${value.name} ${this.show(value.value)} at step ${value.step}`)).join(", ");
  }
}

// whenText tells where a point is on all axes.
function whenText({ step, epoch, seconds }) {
  return [`step ${count(step)}`, ...(epoch ? [`epoch ${number(epoch, 4)}`] : []), ...(seconds ? [elapsed(seconds)] : [])].join(" · ");
}
