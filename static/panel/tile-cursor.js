import { setAttribute } from "../element.js";

// The frame around the tile of the unit that is chosen, with a button that pins
// it.
export class TileCursor {
  // el is the frame, canvas has the tiles; onPin() is told of the button.
  constructor(el, canvas, onPin) {
    Object.assign(this, { el, canvas, pin: el.querySelector("button") });
    this.pin.addEventListener("click", (event) => {
      event.stopPropagation(); // of the tile below it
      onPin();
    });
  }

  // update frames a unit's place {x, y, width, height} on the canvas, or none for
  // null.
  update({ place, unit, isPinned }) {
    this.el.hidden = !place;
    if (!place) return;
    const { offsetLeft, offsetTop } = this.canvas;
    Object.assign(this.el.style, { transform: `translate(${offsetLeft + place.x}px, ${offsetTop + place.y}px)`, width: `${place.width}px`, height: `${place.height}px` });
    setAttribute(this.pin, "aria-label", `${isPinned ? "Unpin" : "Pin"} unit ${unit}`);
    setAttribute(this.pin, "aria-pressed", isPinned);
  }

  // box is where the frame is on the screen.
  get box() {
    return this.el.getBoundingClientRect();
  }
}
