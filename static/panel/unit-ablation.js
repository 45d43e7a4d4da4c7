import { readAblation } from "../api.js";
import { element, setText } from "../element.js";
import { count, percent } from "../model/format.js";
import { differences, newMistakes, points } from "../model/difference.js";

// What the net would answer without a unit, per class.
export class UnitAblation {
  constructor(el) {
    this.summary = el.querySelector("p");
    this.table = el.querySelector("table");
    this.button = el.querySelector("button");
    this.button.addEventListener("click", () => this.run());
  }

  // update takes unit, as the API tells it, and classes, their names. What was
  // found at another step is taken away.
  update({ unit, classes }) {
    const isOther = unit.step !== this.unit?.step;
    Object.assign(this, { unit, classes });
    if (!isOther || this.table.hidden) return;
    this.table.hidden = true;
    setText(this.summary, "The step is another now: try it again.");
  }

  async run() {
    if (!this.unit) return;
    const { run, step, level, unit } = this.unit;
    this.button.disabled = true;
    setText(this.summary, "The test images are being tried …");
    try {
      const answer = await readAblation(run, step, level, unit);
      if (step === this.unit.step) this.show(answer, step);
    } catch (error) {
      setText(this.summary, error.message);
    } finally {
      this.button.disabled = false;
    }
  }

  show({ before, without }, step) {
    const change = without.accuracy - before.accuracy;
    setText(this.summary, `At step ${step.toLocaleString("en")} accuracy is ${percent(before.accuracy, 2)} with it and ${percent(without.accuracy, 2)} without: ${points(change)}.`);
    const mistakes = newMistakes(before.confusion, without.confusion);
    const mistake = (one) => (one ? `${this.classes[one.prediction] ?? one.prediction} (+${count(one.more)})` : "–");
    const rows = differences(before.classAccuracy, without.classAccuracy).map(({ before: a, without: b, difference }, i) =>
      element("tr", { className: difference < 0 ? "is-worse" : difference > 0 ? "is-better" : "" },
        element("th", { scope: "row", textContent: this.classes[i] ?? i }), cell(percent(a, 1)), cell(percent(b, 1)), cell(mistake(mistakes[i])), cell(points(difference))));
    this.table.replaceChildren(
      element("thead", {}, element("tr", {}, ...["class", "with it", "without", "taken for", "difference"].map((text) => element("th", { scope: "col", textContent: text })))),
      element("tbody", {}, ...rows));
    this.table.hidden = false;
  }
}

const cell = (textContent) => element("td", { textContent });
