import { fitCanvas, setText } from "../element.js";
import { PenCursor } from "../model/pen-cursor.js";
import { Strokes } from "../model/strokes.js";
import { drawPad } from "./pad-picture.js";

// The pad: strokes by mouse, finger or pen, or by keys. Pressure does not count,
// since the net's pen has one width.
export class DrawingPad {
  // onChange(strokes) is told after every change that somebody made.
  constructor(el, onChange) {
    Object.assign(this, { el, onChange, strokes: new Strokes(), image: null, cursor: new PenCursor(), byKeys: false });
    this.canvas = el.querySelector("#draw-canvas");
    this.hint = el.querySelector(".DrawingPanel-hint");
    this.said = el.querySelector(".DrawingPanel-said");
    this.buttons = { undo: el.querySelector("#draw-undo"), clear: el.querySelector("#draw-clear") };
    this.buttons.undo.addEventListener("click", () => this.undo());
    this.buttons.clear.addEventListener("click", () => this.clear());
    this.listen();
    new ResizeObserver(() => this.resize()).observe(this.canvas.parentElement);
  }

  listen() {
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => this.begin(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      canvas.addEventListener(end, (event) => this.end(event));
    }
    canvas.addEventListener("keydown", (event) => this.press(event));
    canvas.addEventListener("blur", () => this.showCursor(false));
  }

  begin(event) {
    if (this.pointer !== undefined || event.button !== 0) return;
    this.pointer = event.pointerId;
    this.byKeys = false;
    this.cursor.lift();
    this.canvas.setPointerCapture(event.pointerId);
    this.image = null;
    this.strokes.begin(...this.at(event));
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

  // press draws by keys: arrows move the pen, Space puts it down and lifts it.
  press(event) {
    const { key, ctrlKey, metaKey, shiftKey } = event;
    if (key === "Escape") this.clear();
    else if (key === "Backspace" || (key === "z" && (ctrlKey || metaKey))) this.undo();
    else if (key === " ") this.dip();
    else if (this.cursor.move(key, shiftKey)) this.drag();
    else return;
    event.preventDefault();
    this.showCursor(true);
    setText(this.said, this.strokes.isEmpty && !this.cursor.isDown && !key.startsWith("Arrow") ? "The pad is empty" : this.cursor.text);
  }

  dip() {
    this.cursor.isDown = !this.cursor.isDown;
    if (!this.cursor.isDown) return;
    this.image = null;
    this.strokes.begin(this.cursor.x, this.cursor.y);
    this.changed();
  }

  drag() {
    if (this.cursor.isDown && this.strokes.extend(this.cursor.x, this.cursor.y)) this.changed();
  }

  showCursor(isShown) {
    this.byKeys = isShown;
    if (!isShown) this.cursor.lift();
    this.update();
  }

  undo() {
    this.cursor.lift();
    this.strokes.undo();
    this.changed();
  }

  clear() {
    this.cursor.rest();
    this.strokes.clear();
    this.image = null;
    this.changed();
  }

  // show puts strokes into the pad, or an image {pixels, width, height} that is
  // looked at instead.
  show({ strokes = [], image = null }) {
    this.strokes.all = strokes;
    this.image = image;
    this.cursor.rest();
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

  // update draws anew, as after a change of the theme.
  update() {
    drawPad(this.canvas, { strokes: this.strokes.all, image: this.image, cursor: this.byKeys ? this.cursor : null });
  }
}
