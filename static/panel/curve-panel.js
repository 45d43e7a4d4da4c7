import { element } from "../element.js";
import { count, number, percent } from "../model/format.js";
import { place, valueAt } from "../model/axis.js";

// One curve: the server's drawing, and a read-out from the whole history.
export class CurvePanel {
  // onPoint(step) is told the step pointed at, or null.
  constructor(el, figure, history, onPoint) {
    Object.assign(this, { el, figure, history, onPoint });
    const find = (name) => el.querySelector(`.CurvePanel-${name}`);
    Object.assign(this, { view: find("view"), image: find("picture"), cursor: find("cursor"), mark: find("mark"), readout: find("readout") });
    this.view.addEventListener("pointermove", (event) => this.pointAt(event));
    this.view.addEventListener("pointerdown", (event) => this.pointAt(event));
    this.view.addEventListener("pointerleave", () => onPoint(null));
    this.view.addEventListener("blur", () => onPoint(null));
    this.view.addEventListener("keydown", (event) => this.moveBy(event));
    new ResizeObserver(() => this.place()).observe(this.view);
  }

  // update takes any of: curve {header, svg}; point, the step to read out, or
  // null for the newest; mark, the step of the timeline, or null.
  update({ curve, point = this.point, mark = this.mark_ }) {
    if (curve) this.show(curve);
    this.point = point;
    this.mark_ = mark;
    this.el.dataset.points = this.history.length;
    this.place();
    this.tell();
  }

  show({ header, svg }) {
    this.header = header;
    const old = this.image.src;
    this.image.src = URL.createObjectURL(new Blob([svg], { type: header.mime }));
    this.image.hidden = false;
    this.image.alt = header.alt;
    if (old) URL.revokeObjectURL(old);
    this.view.style.aspectRatio = `${header.width} / ${header.height}`;
  }

  clear() {
    this.header = null;
    this.image.hidden = true;
    this.update({ point: null, mark: null });
  }

  // place puts the vertical lines where their steps are.
  place() {
    this.line(this.cursor, this.point);
    this.line(this.mark, this.mark_);
  }

  line(el, step) {
    const at = this.header && step !== null && step !== undefined ? place(this.header.x, step) : NaN;
    el.hidden = !(at >= -0.001 && at <= 1.001);
    if (el.hidden) return;
    const { plot, width, height } = this.header;
    const scale = this.view.clientWidth / width;
    el.style.transform = `translateX(${(plot.left + at * (plot.right - plot.left)) * scale}px)`;
    el.style.top = `${(plot.top / height) * 100}%`;
    el.style.height = `${((plot.bottom - plot.top) / height) * 100}%`;
  }

  pointAt(event) {
    if (!this.header) return;
    const box = this.view.getBoundingClientRect();
    const { plot, width, x } = this.header;
    const at = ((event.clientX - box.left) / box.width) * width;
    const fraction = (at - plot.left) / (plot.right - plot.left);
    this.onPoint(this.within(valueAt(x, Math.min(Math.max(fraction, 0), 1))));
  }

  // moveBy moves the read-out by keys: about a hundredth of the axis, one step
  // with Shift.
  moveBy(event) {
    const sign = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    const end = { Home: 1, End: this.history.length }[event.key];
    if (event.key === "Escape") this.onPoint(null);
    if (!this.header || (!sign && !end)) return;
    event.preventDefault();
    if (end) return this.onPoint(end);
    const now = this.point ?? this.history.length;
    const { x } = this.header;
    const next = Math.round(valueAt(x, place(x, now) + sign / 100));
    this.onPoint(this.within(event.shiftKey || next === now ? now + sign : next));
  }

  within(step) {
    return Math.min(Math.max(Math.round(step), 0), Math.max(this.history.length, 0));
  }

  tell() {
    const step = this.point ?? this.mark_ ?? this.history.length;
    const values = this.history.valuesAt(step, this.figure);
    const show = this.figure === "loss" ? number : (value) => percent(value, 1);
    this.readout.replaceChildren(...values.map(({ name, step: at, value }, i) =>
      reading(name, show(value), at === values[i + 1]?.step ? "" : name === "train" ? `step ${count(at)}` : `at ${count(at)}`)));
    if (!values.length) this.readout.textContent = "No steps yet.";
    this.view.setAttribute("aria-valuemax", this.history.length);
    this.view.setAttribute("aria-valuenow", step);
    const text = values.map(({ name, step: at, value }) => `${name} ${show(value)} at step ${at}`).join(", ");
    this.view.setAttribute("aria-valuetext", text || "no steps yet");
  }
}

function reading(name, value, at) {
  return element("span", { className: `CurvePanel-value CurvePanel-value--${name}` },
    `${name} `, element("b", { textContent: value }), " ", element("small", { textContent: at }));
}
