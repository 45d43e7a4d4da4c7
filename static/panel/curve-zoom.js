import { rangeAround, rangeBetween } from "../model/curve-zoom.js";

const slack = 6; // CSS pixels that a pointer moves before it drags
const factors = { "+": 0.5, "=": 0.5, "-": 2, _: 2 };

// Zooms a curve by dragging over a part of it, and by + and −; a double click, 0
// and Escape go back.
export class CurveZoom {
  // curve is its CurvePanel; zoom(range) is told what is to be seen, null for all.
  constructor(curve, selection, zoom) {
    Object.assign(this, { curve, selection, zoom, from: null });
    const { view } = curve;
    view.addEventListener("pointerdown", (event) => this.press(event));
    view.addEventListener("pointermove", (event) => this.drag(event));
    view.addEventListener("pointerup", (event) => this.release(event));
    view.addEventListener("pointercancel", () => this.end());
    view.addEventListener("dblclick", () => zoom(null));
    view.addEventListener("keydown", (event) => this.key(event));
  }

  press(event) {
    if (event.button !== 0 || !this.curve.header) return;
    this.from = event.clientX;
    this.curve.view.setPointerCapture(event.pointerId);
  }

  drag(event) {
    if (this.from === null || (this.selection.hidden && Math.abs(event.clientX - this.from) < slack)) return;
    const { plot, width, height } = this.curve.header;
    const [a, b] = [this.from, event.clientX].map((x) => this.curve.fractionAt(x)).sort((a, b) => a - b);
    const scale = this.curve.view.clientWidth / width;
    Object.assign(this.selection.style, {
      left: `${(plot.left + a * (plot.right - plot.left)) * scale}px`,
      width: `${(b - a) * (plot.right - plot.left) * scale}px`,
      top: `${(plot.top / height) * 100}%`, height: `${((plot.bottom - plot.top) / height) * 100}%`,
    });
    this.selection.hidden = false;
  }

  release(event) {
    const isDragged = !this.selection.hidden;
    const { header } = this.curve;
    const range = isDragged && header && rangeBetween(header.x, header.axis, this.curve.fractionAt(this.from), this.curve.fractionAt(event.clientX));
    this.end();
    if (range) this.zoom(range);
  }

  end() {
    this.from = null;
    this.selection.hidden = true;
  }

  key(event) {
    const { header } = this.curve;
    if (!header || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") this.end();
    if (event.key === "0" || event.key === "Escape") return this.zoom(null);
    const factor = factors[event.key];
    if (!factor) return;
    event.preventDefault();
    const range = rangeAround(header.x, header.whole, header.axis, this.curve.place ?? header.x.max, factor);
    if (range !== undefined) this.zoom(range);
  }
}
