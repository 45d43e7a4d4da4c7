import { readNearest, trainImageAddress } from "../drawing-api.js";
import { element, setText } from "../element.js";
import { count, number } from "../model/format.js";
import { labelChip } from "./label-chip.js";
import { Picture } from "./picture.js";

const asked = 9;

// The training images that the net finds most like the drawing.
export class NearestDigits {
  constructor(el) {
    Object.assign(this, { list: el.querySelector("ol"), about: el.querySelector(".NearestDigits-about"), classes: [] });
    this.show(null);
  }

  update({ classes }) {
    this.classes = classes;
  }

  ask(question, signal) {
    return readNearest({ ...question, k: asked }, signal);
  }

  // show takes the API's answer, or null.
  show(answer) {
    const { neighbours = [], layer, images } = answer ?? {};
    setText(this.about, answer ? `of ${images ? `${count(images)} ` : ""}training images, by what ${layer} makes of them` : "appear when something is drawn");
    while (this.list.children.length > neighbours.length) this.list.lastChild.remove();
    neighbours.forEach((neighbour, i) => this.fill(this.list.children[i] ?? this.add(), neighbour));
  }

  add() {
    const image = element("img", { className: "Nearest-picture", alt: "", width: 56, height: 56 });
    const el = element("li", { className: "Nearest" }, image, element("b"), element("span", { className: "Nearest-distance" }));
    el.picture = new Picture(image);
    this.list.append(el);
    return el;
  }

  fill(el, { image, label, distance }) {
    const name = this.classes[label] ?? label;
    labelChip(el.querySelector("b"), label, name);
    setText(el.querySelector("span"), distance.toFixed(2));
    el.title = `Training image ${count(image)}, a ${name}; distance ${number(distance)}`;
    el.picture.update({ address: trainImageAddress(image), alt: `training image ${image}, a ${name}, at distance ${number(distance)}` }).catch(() => null);
  }
}
