import { setAttribute } from "../element.js";
import { stepAt, stepPlace, stepTicks } from "../model/step-axis.js";

const margin = { left: 44, right: 14, top: 8, bottom: 20 }; // CSS pixels
const height = 132;

// A small chart of shares over the kept steps, which are chosen on it by pointer
// and by keys. Its lines differ in stroke, not in colour alone.
export class StepChart {
  // el is a slider; onSeek(step) is told of a step that is chosen; textAt(i) says
  // what there is at the i-th step.
  constructor(el, onSeek, textAt) {
    Object.assign(this, { el, onSeek, textAt, steps: [], series: [], scale: "log", step: null });
    this.svg = svg("svg", { class: "StepChart-picture", "aria-hidden": "true" });
    el.append(this.svg);
    el.addEventListener("click", (event) => this.pick(event));
    el.addEventListener("keydown", (event) => this.press(event));
    new ResizeObserver(() => this.draw()).observe(el);
  }

  // update takes any of: steps; series, [{name, values}] of shares or null, the
  // first drawn whole and the second dashed; scale, "log" or "epochs";
  // stepsPerEpoch; and step, the one looked at, null meaning live.
  update(part) {
    Object.assign(this, part);
    this.draw();
    const i = this.index;
    setAttribute(this.el, "aria-valuemax", this.steps.at(-1) ?? 0);
    setAttribute(this.el, "aria-valuenow", this.steps[i] ?? 0);
    setAttribute(this.el, "aria-valuetext", i < 0 ? "no steps yet" : `step ${this.steps[i].toLocaleString("en")}: ${this.textAt(i)}`);
  }

  // index is the place of the step looked at, or of the newest.
  get index() {
    if (this.step === null || !this.steps.length) return this.steps.length - 1;
    return Math.max(0, this.steps.findLastIndex((step) => step <= this.step));
  }

  pick({ clientX }) {
    if (!this.steps.length) return;
    const fraction = (clientX - this.el.getBoundingClientRect().left - margin.left) / this.width;
    this.onSeek(this.steps[stepAt(this.steps, fraction, this.scale)]);
  }

  press(event) {
    const to = { ArrowLeft: this.index - 1, ArrowDown: this.index - 1, ArrowRight: this.index + 1, ArrowUp: this.index + 1, Home: 0, End: this.steps.length - 1 }[event.key];
    if (to === undefined || !this.steps.length) return;
    event.preventDefault();
    this.onSeek(this.steps[Math.min(Math.max(to, 0), this.steps.length - 1)]);
  }

  get width() {
    return Math.max(1, this.el.clientWidth - margin.left - margin.right);
  }

  x(step) {
    return margin.left + this.width * stepPlace(step, this.steps.at(-1), this.scale);
  }

  y(share) {
    return margin.top + (1 - share) * (height - margin.top - margin.bottom);
  }

  draw() {
    this.el.dataset.steps = this.steps.length;
    setAttribute(this.svg, "viewBox", `0 0 ${Math.max(1, this.el.clientWidth)} ${height}`);
    const right = margin.left + this.width;
    const grid = [0, 0.5, 1].flatMap((share) => [
      svg("line", { class: "StepChart-grid", x1: margin.left, x2: right, y1: this.y(share), y2: this.y(share) }),
      svg("text", { class: "StepChart-tick", x: margin.left - 6, y: this.y(share) + 4, "text-anchor": "end" }, `${share * 100} %`),
    ]);
    this.svg.replaceChildren(...grid, ...(this.steps.length ? [...this.ticks(), this.mark(), ...this.series.map((one, i) => this.line(one, i))] : []));
  }

  ticks() {
    const most = Math.max(1, Math.floor(this.width / 64));
    return stepTicks(this.steps.at(-1), this.scale, this.stepsPerEpoch, most).map(({ step, text }) =>
      svg("text", { class: "StepChart-tick", x: this.x(step), y: height - 5, "text-anchor": "middle" }, text));
  }

  mark() {
    const x = this.x(this.steps[this.index]);
    return svg("line", { class: "StepChart-mark", x1: x, x2: x, y1: margin.top, y2: height - margin.bottom });
  }

  line({ values }, i) {
    const points = values.map((value, j) => (value === null ? null : [this.x(this.steps[j]), this.y(value)]));
    const path = points.map((point, j) => (point ? `${points[j - 1] ? "L" : "M"}${point.map((v) => v.toFixed(1)).join(" ")}` : "")).join("");
    return svg("path", { class: `StepChart-line StepChart-line--${i ? "second" : "first"}`, d: path });
  }
}

function svg(tag, attributes, text = "") {
  const el = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) el.setAttribute(name, value);
  el.textContent = text;
  return el;
}
