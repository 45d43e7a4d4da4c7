import { fitCanvas, setAttribute } from "../element.js";
import { fitSheet, mapPlace, movePoint, pointAt } from "../model/map-sheet.js";
import { imageBitmap } from "./number-canvas.js";

// The images of a batch on one canvas; those that are read wrongly are framed.
export class BatchImages {
  // onImage(i) is told which image the pointer or the keys are on.
  constructor(canvas, onImage) {
    Object.assign(this, { canvas, onImage, batch: null, layout: null, at: null });
    canvas.setAttribute("role", "application");
    canvas.setAttribute("aria-roledescription", "images");
    for (const type of ["pointermove", "pointerdown"]) canvas.addEventListener(type, (event) => this.aim(event));
    canvas.addEventListener("keydown", (event) => this.press(event));
  }

  // update takes the batch's members, its pixels as bytes, and the images' shape.
  update({ members, pixels, shape }) {
    Object.assign(this, { batch: { members, shape }, at: null });
    const size = shape[0] * shape[1] * shape[2];
    this.bitmaps = members.map((_, i) => imageBitmap(pixels, shape, 255, i * size));
    setAttribute(this.canvas, "aria-label", `${members.length} images of this batch. Arrow keys go from one to the next.`);
    this.draw();
  }

  aim({ clientX, clientY }) {
    if (!this.layout) return;
    const box = this.canvas.getBoundingClientRect();
    const point = pointAt(this.layout, clientX - box.left, clientY - box.top);
    if (point) this.choose(point.unit);
  }

  press(event) {
    if (!this.layout) return;
    const { units, columns } = this.layout;
    const at = this.at ?? 0;
    const point = movePoint({ units: 1, height: Math.ceil(units / columns), width: columns }, { unit: 0, row: Math.floor(at / columns), column: at % columns }, event.key);
    if (!point) return;
    event.preventDefault();
    event.stopPropagation();
    this.choose(Math.min(point.row * columns + point.column, units - 1));
  }

  choose(i) {
    if (i === this.at) return;
    this.at = i;
    this.draw();
    this.onImage(i);
  }

  draw() {
    const width = this.canvas.parentElement.clientWidth;
    if (!this.batch || !width) return;
    const { members, shape } = this.batch;
    this.layout = fitSheet({ units: members.length, height: shape[0], width: shape[1] }, width, 420, 56);
    const ratio = fitCanvas(this.canvas, this.layout.sheetWidth, this.layout.sheetHeight);
    const context = this.canvas.getContext("2d");
    const style = getComputedStyle(this.canvas);
    context.imageSmoothingEnabled = false;
    context.scale(ratio, ratio);
    const [w, h] = [shape[1] * this.layout.scale, shape[0] * this.layout.scale];
    context.lineWidth = 2;
    this.bitmaps.forEach((bitmap, i) => {
      const { x, y } = mapPlace(this.layout, i);
      context.drawImage(bitmap, x, y, w, h);
      const isWrong = members[i].prediction !== members[i].label;
      context.strokeStyle = style.getPropertyValue(i === this.at ? "--mark-box" : "--mark-for");
      if (isWrong || i === this.at) context.strokeRect(x + 1, y + 1, w - 2, h - 2);
    });
    this.canvas.dataset.shown = members.length;
  }
}
