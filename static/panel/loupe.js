import { element, fitCanvas } from "../element.js";
import { sheetPlace } from "../model/tile-layout.js";

const side = 168; // CSS pixels of the enlarged tile's longer side, about
const distance = 10; // CSS pixels from the tile

// Shows one tile enlarged beside itself. There is one on the page.
class Loupe {
  constructor() {
    this.canvas = element("canvas");
    this.el = element("div", { className: "Loupe", hidden: true, ariaHidden: "true" }, this.canvas);
    document.body.append(this.el);
  }

  // show enlarges a unit of a picture; at is its tile's place on the screen.
  show({ header, bitmap }, unit, at) {
    const { width, height } = header.tile;
    const ratio = devicePixelRatio || 1;
    const scale = Math.max(1, Math.round((side * ratio) / Math.max(width, height))) / ratio;
    if (Math.max(width, height) * scale < 1.3 * Math.max(at.width, at.height)) return this.hide();
    fitCanvas(this.canvas, width * scale, height * scale);
    const context = this.canvas.getContext("2d");
    context.imageSmoothingEnabled = false;
    const from = sheetPlace(header, unit);
    context.drawImage(bitmap, from.x, from.y, width, height, 0, 0, this.canvas.width, this.canvas.height);
    this.el.hidden = false;
    const box = this.el.getBoundingClientRect();
    const right = at.right + distance + box.width < innerWidth;
    const left = right ? at.right + distance : Math.max(4, at.left - distance - box.width);
    const top = Math.min(Math.max(4, at.top + at.height / 2 - box.height / 2), innerHeight - box.height - 4);
    this.el.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }

  hide() {
    this.el.hidden = true;
  }
}

let only;
export const loupe = () => (only ??= new Loupe());
