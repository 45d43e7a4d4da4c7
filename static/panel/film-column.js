import { element, fitCanvas, setAttribute } from "../element.js";
import { sheetPlace } from "../model/tile-layout.js";
import { drawPin, tileColours } from "./tile-marks.js";

const gap = 4; // CSS pixels between two units

// One step of a film: the units of a level one below the other.
export class FilmColumn {
  // isMarked(unit) tells where only the strongest image is another.
  constructor(step, units, isMarked) {
    Object.assign(this, { step, units, isMarked, canvas: element("canvas", { className: "Film-column", role: "img", ariaLabel: `Step ${step}: not drawn yet`, width: 1, height: 1 }) });
  }

  // update takes picture {header, bitmap}, and side, which a tile's longer side
  // is not to exceed, in CSS pixels, if it has no more pixels.
  update({ picture, side }) {
    const { width, height } = picture.header.tile;
    const scale = Math.max(1, Math.floor(side / Math.max(width, height)));
    Object.assign(this, { picture, width: width * scale, height: height * scale, pitch: height * scale + gap });
    this.draw();
    setAttribute(this.canvas, "aria-label", picture.header.alt);
  }

  get header() {
    return this.picture.header;
  }

  draw() {
    if (!this.picture) return;
    const { header, bitmap } = this.picture;
    const ratio = fitCanvas(this.canvas, this.width, this.pitch * this.units.length);
    const context = this.canvas.getContext("2d");
    context.imageSmoothingEnabled = false;
    const colours = tileColours(this.canvas);
    const px = (length) => Math.round(length * ratio);
    this.units.forEach((unit, i) => {
      const from = sheetPlace(header, unit);
      const y = px(i * this.pitch);
      context.drawImage(bitmap, from.x, from.y, header.tile.width, header.tile.height, 0, y, px(this.width), px(this.height));
      if (this.isMarked(unit)) drawPin(context, colours, { x: 0, y }, ratio);
    });
  }

  // unitAt returns the unit at an event's place, or undefined.
  unitAt({ clientY }) {
    if (!this.picture) return undefined;
    return this.units[Math.floor((clientY - this.canvas.getBoundingClientRect().top) / this.pitch)];
  }
}
