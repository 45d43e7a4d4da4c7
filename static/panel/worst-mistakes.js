import { setText } from "../element.js";
import { count } from "../model/format.js";
import { fillCards } from "./image-card.js";

// The mistakes of the largest loss.
export class WorstMistakes {
  constructor(el, run) {
    Object.assign(this, { el, run, cards: [], about: el.querySelector(".WorstMistakes-about"), list: el.querySelector("ol") });
  }

  // update takes evaluation, as the API tells it, and the classes' names.
  update({ evaluation: { worst, mistakes, step }, classes }) {
    this.el.dataset.step = step;
    setText(this.about, mistakes ? `the ${count(worst.length)} of the largest loss, of ${count(mistakes)}` : "there are none");
    fillCards(this.list, this.cards, worst, classes, this.run, step);
  }
}
