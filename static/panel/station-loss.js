import { setText } from "../element.js";
import { fixed, softmaxNumbers, totalNumbers } from "../model/lesson-text.js";
import { ScoreTable } from "./score-table.js";
import { SideChoice } from "./side-choice.js";

// Station 4: probabilities, the error of each image, and the mean of them.
export class StationLoss {
  constructor(el, { digit, side }) {
    Object.assign(this, { numbers: el.querySelector("[data-numbers]"), total: el.querySelector("[data-total]") });
    this.side = new SideChoice(el.querySelector("[data-side]"), side);
    this.table = new ScoreTable(el.querySelector("[data-table]"), { caption: "Probabilities; the true class is underlined", heads: ["error"], decimals: 3, onPoint: (point) => digit(point.digit) });
  }

  update(state) {
    const { lesson, side, digit } = state;
    const at = lesson[side];
    this.side.update(state);
    this.table.update({
      classes: lesson.network.classes, digits: lesson.digits, input: lesson.network.input,
      rows: lesson.digits.map(({ label }, i) => ({ values: at.probabilities[i], marked: at.predictions[i], truth: label, ends: [{ text: fixed(at.losses[i]) }] })),
    });
    setText(this.numbers, softmaxNumbers(at.logits[digit], at.probabilities[digit], lesson.digits[digit].label, at.losses[digit]));
    setText(this.total, totalNumbers(at));
  }
}
