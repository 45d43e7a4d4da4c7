import { fitCanvas } from "../element.js";
import { Strokes } from "../model/strokes.js";

const penWidth = 0.075; // of the side; about MNIST's proportion for a digit of usual size

// The pad: strokes by mouse, finger or pen. Pressure does not count, since the
// net's pen has one width.
export class DrawingPad {
  // onChange(strokes) is told after every change.
  constructor(el, onChange) {
    this.el = el;
    this.onChange = onChange;
    this.strokes = new Strokes();
    this.canvas = el.querySelector("canvas");
    this.hint = el.querySelector(".DrawingPanel-hint");
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
    canvas.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.clear();
      else if (event.key === "z" && (event.ctrlKey || event.metaKey)) this.undo();
      else return;
      event.preventDefault();
    });
  }

  begin(event) {
    if (this.pointer !== undefined || event.button !== 0) return;
    this.pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
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

  undo() {
    this.strokes.undo();
    this.changed();
  }

  clear() {
    this.strokes.clear();
    this.changed();
  }

  // at returns the place of an event in a pad whose side is 1.
  at({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect();
    return [(clientX - box.left) / box.width, (clientY - box.top) / box.height];
  }

  changed() {
    this.hint.hidden = !this.strokes.isEmpty;
    this.buttons.undo.disabled = this.buttons.clear.disabled = this.strokes.isEmpty;
    this.update();
    this.onChange(this.strokes);
  }

  resize() {
    const { clientWidth, clientHeight } = this.canvas.parentElement;
    fitCanvas(this.canvas, clientWidth, clientHeight);
    this.update();
  }

  // update draws anew, as after a change of the theme.
  update() {
    const { canvas } = this;
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.strokeStyle = getComputedStyle(canvas).color;
    Object.assign(context, { lineWidth: penWidth * canvas.width, lineCap: "round", lineJoin: "round" });
    for (const [first, ...more] of this.strokes.all) {
      context.beginPath();
      context.moveTo(first[0] * canvas.width, first[1] * canvas.height);
      for (const [x, y] of more.length ? more : [first]) context.lineTo(x * canvas.width, y * canvas.height);
      context.stroke();
    }
  }
}
