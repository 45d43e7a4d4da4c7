import { testImageAddress } from "../api.js";
import { setAttribute, setText } from "../element.js";
import { mistakeText } from "../model/confusion.js";
import { count, percent } from "../model/format.js";
import { drawingAddress } from "../model/page-address.js";
import { between, nearestPoint, neighbour, reach } from "../model/scatter.js";
import { ClassChoice } from "./class-choice.js";
import { MapPicture } from "./map-picture.js";

const drift = 300; // milliseconds from a step's places to the next one's
const grasp = 0.12; // how near the pointer must be to an image, in units of the map
const directions = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const calm = matchMedia("(prefers-reduced-motion: reduce)");

// The map of images, which drift from step to step.
export class MapScatter {
  constructor(el, run) {
    Object.assign(this, { el, run, map: null, points: null, at: -1, classes: [] });
    const find = (name) => el.querySelector(`.MapScatter-${name}`);
    Object.assign(this, { canvas: find("canvas"), about: find("about"), caption: find("caption"), image: find("image"), text: find("text"), link: find("link") });
    this.picture = new MapPicture(this.canvas);
    this.choice = new ClassChoice(find("classes"), () => this.draw());
    this.canvas.addEventListener("pointermove", (event) => this.point(event));
    this.canvas.addEventListener("pointerdown", (event) => this.point(event));
    this.canvas.addEventListener("keydown", (event) => this.press(event));
    new ResizeObserver(() => this.draw()).observe(this.canvas.parentElement);
  }

  // update takes any of: classes, their names; and map, as the API tells it.
  update({ classes = this.classes, map }) {
    this.classes = classes;
    this.choice.update({ classes });
    if (!map || !classes.length) return;
    this.map = map;
    this.el.dataset.step = map.step;
    const mistakes = map.labels.filter((label, i) => label !== map.predictions[i]).length;
    setText(this.about, `the first ${count(map.images)} test images at step ${count(map.step)}`);
    setText(this.caption, `${map.layer === "input" ? `This net has no hidden layer, so it is the input's ${count(map.width)} values` : `${map.layer} has ${count(map.width)} values`} for each image; of their variance the two axes show ${percent(map.explained[0])} and ${percent(map.explained[1])} (any two could show ${percent(map.most)}). They are turned so that images drift from step to step. A number is where its class's images have their centre; a ring is one of ${count(mistakes)} mistakes.`);
    setAttribute(this.canvas, "aria-label", `Map of ${count(map.images)} images at step ${count(map.step)}, with ${count(mistakes)} mistakes. Arrow keys go to the nearest image in their direction, Enter opens it.`);
    this.tell();
    this.move();
  }

  // move lets the points drift from where they are to where the map has them.
  move() {
    cancelAnimationFrame(this.frame);
    const before = this.points?.x.length === this.map.x.length ? this.points : this.map;
    const began = performance.now();
    const turn = (now) => {
      const share = calm.matches ? 1 : Math.min(1, Math.max(0, (now - began) / drift));
      this.points = share < 1 ? between(before, this.map, share) : { x: this.map.x, y: this.map.y };
      this.draw();
      if (share < 1) this.frame = requestAnimationFrame(turn);
      else this.el.dataset.drawn = this.map.step;
    };
    turn(began + (before === this.map ? drift : 0));
  }

  draw() {
    if (this.points) this.picture.draw({ points: this.points, map: this.map, classes: this.classes, chosen: this.choice.chosen, at: this.at });
  }

  isShown = (i) => !this.choice.chosen.size || this.choice.chosen.has(this.map.labels[i]);

  point({ clientX, clientY }) {
    if (!this.points) return;
    const box = this.canvas.getBoundingClientRect();
    const at = { x: ((clientX - box.left) / box.width * 2 - 1) * reach, y: (1 - (clientY - box.top) / box.height * 2) * reach };
    const found = nearestPoint(this.points, at, grasp, this.isShown);
    if (found >= 0) this.choose(found);
  }

  press(event) {
    if (!this.map) return;
    if (event.key === "Enter" && this.at >= 0) return this.link.click();
    const direction = directions[event.key];
    if (!direction) return;
    event.preventDefault();
    const from = this.at >= 0 ? neighbour(this.points, this.at, direction, this.isShown) : nearestPoint(this.points, { x: 0, y: 0 }, Infinity, this.isShown);
    if (from >= 0) this.choose(from);
  }

  choose(i) {
    if (i === this.at) return;
    this.at = i;
    this.tell();
    this.draw();
  }

  // tell shows the chosen image, and what the net says of it.
  tell() {
    if (this.at < 0 || this.at >= this.map.images) return;
    const { labels, predictions, probabilities, step } = this.map;
    const [label, prediction] = [labels[this.at], predictions[this.at]];
    const address = testImageAddress(this.at);
    if (this.image.getAttribute("src") !== address) this.image.src = address;
    const words = mistakeText({ index: this.at, label, prediction, probabilities: { [prediction]: probabilities[this.at] } }, this.classes).split(";")[0];
    this.el.dataset.image = this.at;
    setText(this.text, `${words}.`);
    this.link.href = drawingAddress(this.run, { test: String(this.at), step });
    this.link.hidden = false;
  }
}
