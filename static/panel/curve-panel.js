import { place, valueAt } from "../model/axis.js";
import { CurveReadout } from "./curve-readout.js";
import { CurveZoom } from "./curve-zoom.js";

// One curve: the server's drawing, and a read-out from the whole history.
export class CurvePanel {
  // on.point(place) is told the place on the axis that is pointed at, or null;
  // on.zoom(range) the range to see. others(id) returns {name, history} of a run.
  constructor(el, figure, { history, others, on }) {
    Object.assign(this, { el, figure, history, others, on, place: null, step: null, name: "" });
    const find = (name) => el.querySelector(`.CurvePanel-${name}`);
    Object.assign(this, { view: find("view"), image: find("picture"), cursor: find("cursor"), mark: find("mark") });
    this.readout = new CurveReadout(el, figure);
    for (const type of ["pointermove", "pointerdown"]) this.view.addEventListener(type, (event) => this.pointAt(event));
    for (const type of ["pointerleave", "blur"]) this.view.addEventListener(type, () => on.point(null));
    this.view.addEventListener("keydown", (event) => this.moveBy(event));
    new CurveZoom(this, find("selection"), on.zoom);
    new ResizeObserver(() => this.lines()).observe(this.view);
  }

  // update takes any of: curve {header, svg}; place, what is pointed at on the
  // axis, or null for the newest; step, the timeline's, or null; per, what train
  // points are of; name, the run's.
  update({ curve, ...change }) {
    if (curve) this.draw(curve);
    Object.assign(this, change);
    this.el.dataset.points = this.history.length;
    this.lines();
    this.tell();
  }

  get axis() {
    return this.header?.axis ?? "step";
  }

  draw({ header, svg }) {
    this.header = header;
    const old = this.image.src;
    this.image.src = URL.createObjectURL(new Blob([svg], { type: header.mime }));
    this.image.hidden = false;
    this.image.alt = header.alt;
    if (old) URL.revokeObjectURL(old);
    this.view.style.aspectRatio = `${header.width} / ${header.height}`;
    this.el.dataset.curves = Number(this.el.dataset.curves ?? 0) + 1;
    this.el.dataset.axis = `${header.axis} ${header.x.scale} ${header.y.scale} ${header.x.min} ${header.x.max}`;
  }

  clear() {
    this.header = null;
    this.image.hidden = true;
    this.update({ place: null, step: null });
  }

  // lines puts the vertical lines where their places are.
  lines() {
    this.line(this.cursor, this.place);
    this.line(this.mark, this.step === null ? null : this.history.placeOf(this.step, this.axis));
  }

  line(el, value) {
    const at = this.header && value !== null ? place(this.header.x, value) : NaN;
    el.hidden = !(at >= -0.001 && at <= 1.001);
    if (el.hidden) return;
    const { plot, width, height } = this.header;
    const scale = this.view.clientWidth / width;
    el.style.transform = `translateX(${(plot.left + at * (plot.right - plot.left)) * scale}px)`;
    el.style.top = `${(plot.top / height) * 100}%`;
    el.style.height = `${((plot.bottom - plot.top) / height) * 100}%`;
  }

  // fractionAt returns where a pointer is between the axis' ends, 0 to 1.
  fractionAt(clientX) {
    const box = this.view.getBoundingClientRect();
    const { plot, width } = this.header;
    const at = ((clientX - box.left) / box.width) * width;
    return Math.min(Math.max((at - plot.left) / (plot.right - plot.left), 0), 1);
  }

  pointAt(event) {
    if (this.header) this.on.point(this.snapped(valueAt(this.header.x, this.fractionAt(event.clientX))));
  }

  // snapped is the place of the nearest train point, if the run was there.
  snapped(value) {
    const { history, axis } = this;
    const last = history.placeOf(history.length, axis);
    return value > last ? value : history.placeOf(history.stepAt(value, axis), axis);
  }

  // moveBy moves the read-out by keys: about a hundredth of the axis, one step
  // with Shift.
  moveBy(event) {
    const sign = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    const end = { Home: 1, End: this.history.length }[event.key];
    if (event.key === "Escape") this.on.point(null);
    if (!this.header || (!sign && !end) || !this.history.length) return;
    event.preventDefault();
    const { history, axis, header: { x } } = this;
    const now = history.stepAt(this.place ?? Infinity, axis);
    const next = history.stepAt(valueAt(x, place(x, this.place ?? history.placeOf(now, axis)) + sign / 100), axis);
    const step = end ?? (event.shiftKey || next === now || !next ? now + sign : next);
    this.on.point(history.placeOf(Math.min(Math.max(step, 1), history.length), axis));
  }

  valuesOf(history) {
    const at = this.place ?? (this.step === null ? Infinity : this.history.placeOf(this.step, this.axis));
    return history.valuesAt(at, this.figure, this.axis, this.per);
  }

  tell() {
    const beside = (this.header?.runs ?? []).map((id) => this.others(id)).map((run) => ({ name: run?.name ?? "", values: run ? this.valuesOf(run.history) : [] }));
    const runs = [{ name: this.name, values: this.valuesOf(this.history) }, ...beside];
    this.readout.update({ runs, length: this.history.length, x: this.header?.x, place: this.place });
  }
}
