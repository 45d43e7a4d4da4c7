import { setText } from "../element.js";
import { scoresText } from "../model/lesson-text.js";
import { article } from "../model/verdict.js";
import { Origin } from "./origin.js";
import { ScoreTable } from "./score-table.js";
import { SideChoice } from "./side-choice.js";

// Station 3: the scores of four digits, and where each comes from.
export class StationScores {
  constructor(el, { origin, digit, side }) {
    Object.assign(this, { words: el.querySelector("[data-words]"), numbers: el.querySelector("[data-numbers]"), onDigit: digit, state: null });
    this.side = new SideChoice(el.querySelector("[data-side]"), side);
    this.origin = new Origin(el.querySelector("[data-origin]"), origin, (numbers) => setText(this.numbers, numbers));
    this.table = new ScoreTable(el.querySelector("[data-table]"), { caption: "Scores (logits); the largest is framed, the true class underlined", heads: ["answer"], onPoint: (point) => this.ask(point) });
  }

  update(state) {
    this.state = state;
    const { lesson, side, digit, key } = state;
    const { classes, input } = lesson.network;
    const at = lesson[side];
    setText(this.words, scoresText(at, lesson.digits, lesson.init));
    this.side.update(state);
    this.table.update({
      classes, digits: lesson.digits, input,
      rows: lesson.digits.map(({ label }, i) => {
        const answer = at.predictions[i];
        return { values: at.logits[i], marked: answer, truth: label, ends: [answer === label ? { text: `${classes[answer]} ✓ right`, tone: "good" } : { text: `${classes[answer]} ✗ wrong`, tone: "bad" }] };
      }),
    });
    if (this.key === `${key} ${side}`) return;
    this.key = `${key} ${side}`;
    const { unit = at.predictions[digit], digit: row = digit } = this.origin.point ?? {};
    this.ask({ digit: row, unit });
  }

  ask({ digit, unit }) {
    const { lesson, side } = this.state;
    const { classes, layers } = lesson.network;
    this.origin.ask({ layer: layers.at(-1).name, digit, unit, row: 0, column: 0, side, name: `Score of class ${classes[unit]} for ${article(classes[lesson.digits[digit].label])}` });
    if (digit !== this.state.digit) this.onDigit(digit);
  }
}
