import { setText } from "../element.js";
import { readCell } from "../evaluation-api.js";
import { cellText } from "../model/confusion.js";
import { count } from "../model/format.js";
import { fillCards } from "./image-card.js";

// The images of a cell of the confusion matrix, at the step looked at.
export class CellImages {
  // say(sentence) is told of failures.
  constructor(el, run, say) {
    Object.assign(this, { el, run, say, cards: [], items: [], cell: null, step: null, classes: [] });
    const find = (name) => el.querySelector(`.CellImages-${name}`);
    Object.assign(this, { about: find("about"), list: find("list"), more: find("more").firstElementChild });
    this.more.addEventListener("click", () => this.load(this.items.length));
  }

  // update takes any of: classes, their names; cell {label, prediction}; and step,
  // the one looked at. It resolves when the images are listed.
  async update({ classes = this.classes, cell = this.cell, step = this.step }) {
    const isOther = cell !== this.cell || step !== this.step;
    Object.assign(this, { classes, cell, step });
    if (cell && step !== null && isOther) await this.load(0);
  }

  async load(from) {
    this.asked?.abort();
    const asked = (this.asked = new AbortController());
    const { cell, step } = this;
    try {
      const answer = await readCell(this.run, step, cell, from || null, asked.signal);
      if (asked !== this.asked) return;
      this.show(answer, from);
    } catch (error) {
      if (asked === this.asked) this.say(error.message);
    }
  }

  show({ images, items, label, prediction, step }, from) {
    this.items = from ? [...this.items, ...items] : items;
    this.el.dataset.cell = `${label} ${prediction} ${step}`;
    const first = this.items.length < images ? `; these are the ${count(this.items.length)} of the largest loss` : "";
    setText(this.about, `${cellText(images, label, prediction, this.classes)}${first}.`);
    fillCards(this.list, this.cards, this.items, this.classes, this.run, step);
    this.more.hidden = this.items.length >= images;
  }
}
