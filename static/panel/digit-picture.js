import { element, fitCanvas, setAttribute } from "../element.js";
import { article } from "../model/verdict.js";
import { imageBitmap } from "./number-canvas.js";

// A digit as the net sees it.
export class DigitPicture {
  // side is in CSS pixels.
  constructor(side) {
    this.side = side;
    this.el = element("canvas", { className: "DigitPicture", width: 1, height: 1 });
    this.el.setAttribute("role", "img");
  }

  // update takes a digit {label, pixels}, the input's shape and the classes.
  update(digit, shape, classes) {
    setAttribute(this.el, "aria-label", article(classes[digit.label]));
    if (this.digit?.pixels === digit.pixels) return;
    this.digit = digit;
    const ratio = fitCanvas(this.el, this.side, this.side);
    const context = this.el.getContext("2d");
    context.imageSmoothingEnabled = false;
    context.drawImage(imageBitmap(digit.pixels, shape), 0, 0, this.side * ratio, this.side * ratio);
  }
}
