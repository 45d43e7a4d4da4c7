import { fitCanvas } from "../element.js";
import { Strokes } from "../model/strokes.js";
import { PadKeys } from "./pad-keys.js";
import { drawPad } from "./pad-picture.js";

// Browsers hold movements back until the next frame, unless they are asked for
// the raw ones.
const movement = "onpointerrawupdate" in globalThis ? "pointerrawupdate" : "pointermove";

// The pad: strokes by mouse, finger or pen, or by keys. Pressure does not count,
// since the net's pen has one width.
export class DrawingPad {
  // onChange(strokes) is told after every change that somebody made.
  constructor(el, onChange) {
    Object.assign(this, { onChange, strokes: new Strokes(), image: null });
    this.canvas = el.querySelector("#draw-canvas");
    this.hint = el.querySelector(".DrawingPanel-hint");
    this.buttons = { undo: el.querySelector("#draw-undo"), clear: el.querySelector("#draw-clear") };
    this.buttons.undo.addEventListener("click", () => this.undo());
    this.buttons.clear.addEventListener("click", () => this.clear());
    this.keys = new PadKeys(this.canvas, el.querySelector(".DrawingPanel-said"), {
      begin: (x, y) => this.beginAt(x, y),
      extend: (x, y) => this.strokes.extend(x, y) && this.changed(),
      undo: () => this.undo(), clear: () => this.clear(),
      isEmpty: () => this.strokes.isEmpty, moved: () => this.update(),
    });
    this.listen();
    new ResizeObserver(() => this.resize()).observe(this.canvas.parentElement);
  }

  listen() {
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => this.begin(event));
    canvas.addEventListener(movement, (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      canvas.addEventListener(end, (event) => this.end(event));
    }
  }

  begin(event) {
    if (this.pointer !== undefined || event.button !== 0) return;
    this.pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this.keys.hide();
    this.beginAt(...this.at(event));
  }

  beginAt(x, y) {
    this.image = null;
    this.strokes.begin(x, y);
    this.changed();
  }

  move(event) {
    if (event.pointerId !== this.pointer) return;
    let isNew = false;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const e of events.length ? events : [event]) isNew = this.strokes.extend(...this.at(e)) || isNew;
    if (isNew) this.changed();
  }

  end(event) {
    if (event.pointerId === this.pointer) this.pointer = undefined;
  }

  undo() {
    this.strokes.undo();
    this.changed();
  }

  clear() {
    this.strokes.clear();
    this.image = null;
    this.changed();
  }

  // show puts strokes into the pad, or an image {pixels, width, height} that is
  // looked at instead.
  show({ strokes = [], image = null }) {
    this.strokes.all = strokes;
    this.image = image;
    this.refresh();
  }

  // at returns the place of an event in a pad whose side is 1.
  at({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect();
    return [(clientX - box.left) / box.width, (clientY - box.top) / box.height];
  }

  changed() {
    this.refresh();
    this.onChange(this.strokes);
  }

  refresh() {
    const isEmpty = this.strokes.isEmpty && !this.image;
    this.hint.hidden = !isEmpty;
    this.buttons.undo.disabled = this.strokes.isEmpty;
    this.buttons.clear.disabled = isEmpty;
    this.update();
  }

  resize() {
    const { clientWidth, clientHeight } = this.canvas.parentElement;
    fitCanvas(this.canvas, clientWidth, clientHeight);
    this.update();
  }

  // update draws anew with the next frame, as after a change of the theme.
  update() {
    this.frame ??= requestAnimationFrame(() => this.draw());
  }

  draw() {
    this.frame = null;
    drawPad(this.canvas, { strokes: this.strokes.all, image: this.image, cursor: this.keys.cursor });
  }
}
