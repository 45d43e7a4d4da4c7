import { setText } from "../element.js";
import { PenCursor } from "../model/pen-cursor.js";

// Draws on a pad by keys: arrows move the pen, with Shift a little; Space puts it
// down and lifts it, Backspace takes a stroke back, Escape clears. What they do is
// told to those who do not see it.
export class PadKeys {
  // canvas takes the keys; said is a live region; the handlers: begin(x, y) and
  // extend(x, y) draw, undo() and clear() take back, isEmpty() tells whether there
  // is a stroke, and moved() is told when the pen is to be drawn anew.
  constructor(canvas, said, handlers) {
    Object.assign(this, { said, on: handlers, pen: new PenCursor(), isSeen: false });
    canvas.addEventListener("keydown", (event) => this.press(event));
    canvas.addEventListener("blur", () => this.hide());
  }

  // cursor is the pen where it is seen, or null.
  get cursor() {
    return this.isSeen ? this.pen : null;
  }

  // hide is for when the pad is left, or somebody draws otherwise.
  hide() {
    this.isSeen = false;
    this.pen.lift();
    this.on.moved();
  }

  press(event) {
    const { key, ctrlKey, metaKey, shiftKey } = event;
    if (key === "Escape") this.clear();
    else if (key === "Backspace" || (key === "z" && (ctrlKey || metaKey))) this.undo();
    else if (key === " ") this.dip();
    else if (this.pen.move(key, shiftKey)) this.drag();
    else return;
    event.preventDefault();
    this.isSeen = true;
    this.on.moved();
    const isArrow = key.startsWith("Arrow");
    setText(this.said, this.on.isEmpty() && !isArrow ? "The pad is empty" : this.pen.text);
  }

  dip() {
    this.pen.isDown = !this.pen.isDown;
    if (this.pen.isDown) this.on.begin(this.pen.x, this.pen.y);
  }

  drag() {
    if (this.pen.isDown) this.on.extend(this.pen.x, this.pen.y);
  }

  undo() {
    this.pen.lift();
    this.on.undo();
  }

  clear() {
    this.pen.rest();
    this.on.clear();
  }
}
