import { testImageAddress } from "../api.js";
import { element, fitCanvas, setText } from "../element.js";
import { centred } from "../model/field.js";
import { sheetPlace } from "../model/tile-layout.js";
import { drawField } from "./field-picture.js";

const side = 168; // CSS pixels of the enlarged tile's longer side, about
const fieldSide = 84;
const distance = 10; // CSS pixels from the tile

// Shows one tile enlarged beside itself, with what is known of its unit and how
// much of an image it sees. There is one on the page.
class Loupe {
  constructor() {
    Object.assign(this, { canvas: element("canvas"), fieldCanvas: element("canvas"), fieldText: element("figcaption"), text: element("p", { className: "Loupe-text" }), images: new Map() });
    this.field = element("figure", { className: "Loupe-field" }, this.fieldCanvas, this.fieldText);
    this.el = element("div", { className: "Loupe", hidden: true, ariaHidden: "true" }, this.canvas, this.field, this.text);
    document.body.append(this.el);
  }

  // update tells the size [height, width] of the net's input, and the test image
  // that fields are drawn on.
  update({ input = this.input, image = this.image }) {
    Object.assign(this, { input, image });
  }

  // show enlarges a unit of a picture; at is its tile's place on the screen,
  // field the size [height, width] of what it sees, text what is said of it.
  show({ header, bitmap }, unit, at, field, text) {
    const { width, height } = header.tile;
    const ratio = devicePixelRatio || 1;
    const scale = Math.max(1, Math.round((side * ratio) / Math.max(width, height))) / ratio;
    fitCanvas(this.canvas, width * scale, height * scale);
    const context = this.canvas.getContext("2d");
    context.imageSmoothingEnabled = false;
    const from = sheetPlace(header, unit);
    context.drawImage(bitmap, from.x, from.y, width, height, 0, 0, this.canvas.width, this.canvas.height);
    this.showField(field);
    setText(this.text, text);
    this.el.hidden = false;
    const box = this.el.getBoundingClientRect();
    const right = at.right + distance + box.width < innerWidth;
    const left = right ? at.right + distance : Math.max(4, at.left - distance - box.width);
    const top = Math.min(Math.max(4, at.top + at.height / 2 - box.height / 2), innerHeight - box.height - 4);
    this.el.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }

  // showField draws a field's size in the middle of an image, unless it is all
  // of it.
  showField(field) {
    const size = this.input?.slice(0, 2);
    this.field.hidden = !field || !size || (field[0] >= size[0] && field[1] >= size[1]);
    if (this.field.hidden) return;
    this.drawOn = (image) => drawField(this.fieldCanvas, image, size, centred(field, size), fieldSide);
    this.drawOn(this.digit());
    setText(this.fieldText, `sees ${field[0]}×${field[1]} of ${size[0]}×${size[1]}`);
  }

  // digit returns the image to draw on, or null until it is loaded.
  digit() {
    if (!Number.isInteger(this.image)) return null;
    let image = this.images.get(this.image);
    if (!image) {
      image = element("img", { src: testImageAddress(this.image) });
      this.images.set(this.image, image);
      image.decode().then(() => this.drawOn(image), () => null);
    }
    return image.naturalWidth ? image : null;
  }

  hide() {
    this.el.hidden = true;
  }
}

let only;
export const loupe = () => (only ??= new Loupe());
