import { element, setText } from "../element.js";
import { isOf } from "../model/explanation.js";
import { count, percent } from "../model/format.js";
import { labelText, verdictText } from "../model/verdict.js";
import { NetInput } from "./net-input.js";

// What the net sees of a drawing, its answer, and the probabilities.
export class Prediction {
  constructor(el) {
    const find = (name) => el.querySelector(`.Prediction-${name}`);
    Object.assign(this, { el, input: new NetInput(find("input")), label: find("label"), verdict: find("verdict"), note: find("note"), bars: find("bars") });
    this.update({ classes: [..."0123456789"] });
  }

  // update takes any of: classes; input, the net's [height, width, channels];
  // answer, the API's, or null for none; and explanation, which is seen as long as
  // it is of the answer's image, or null.
  update({ classes, input, answer, explanation }) {
    if (classes) this.setClasses(classes);
    if (input) [this.height, this.width] = input;
    if (explanation !== undefined) Object.assign(this, { explanation, explained: this.answer?.pixels });
    if (answer !== undefined) this.show(answer);
    else if (explanation !== undefined) this.showInput();
  }

  setClasses(classes) {
    this.classes = classes;
    this.rows = classes.map((name) => {
      const fill = element("span", { className: "Prediction-fill" });
      const bar = element("span", { className: "Prediction-bar", role: "meter", ariaLabel: `Probability of ${name}`, ariaValueMin: 0, ariaValueMax: 100, ariaValueNow: 0, ariaValueText: "no drawing" }, fill);
      const text = element("span", { className: "Prediction-percent" });
      return { fill, bar, text, el: element("li", { className: "Prediction-row" }, element("span", { className: "Prediction-name", textContent: name }), bar, text) };
    });
    this.bars.replaceChildren(...this.rows.map(({ el }) => el));
    this.show(null);
  }

  show(answer) {
    this.answer = answer;
    this.el.classList.toggle("is-empty", !answer);
    this.el.dataset.step = answer ? answer.step : "";
    this.el.dataset.verdict = answer?.verdict ?? "";
    setText(this.label, answer ? labelText(answer, this.classes) : "–");
    setText(this.verdict, answer ? verdictText(answer, this.classes) : "");
    setText(this.note, answer ? `at step ${count(answer.step)}` : "what the net sees");
    this.rows.forEach(({ fill, bar, text, el }, i) => {
      const probability = answer ? answer.probabilities[i] : 0;
      fill.style.transform = `scaleX(${probability})`;
      setText(text, answer ? percent(probability) : "");
      bar.ariaValueNow = Math.round(probability * 100);
      bar.ariaValueText = answer ? percent(probability) : "no drawing";
      el.classList.toggle("is-best", answer?.label === i);
    });
    this.showInput();
  }

  showInput() {
    const { answer, width, height } = this;
    const isKnown = answer && width * height > 0 && answer.pixels.length % (width * height) === 0;
    const explanation = isKnown && isOf(this.explained, answer.pixels) ? this.explanation : null;
    this.el.dataset.explained = explanation?.method ?? "";
    this.input.update({
      image: isKnown ? { ...answer, width, height } : null, explanation,
      alt: explanation?.alt ?? (isKnown ? `What the net sees: ${width} by ${height} pixels; the ink is ${inkText(answer)}` : "What the net sees: nothing yet"),
    });
  }
}

const inkText = ({ box: [left, top, right, bottom] }) => `${(right - left).toFixed(1)} wide and ${(bottom - top).toFixed(1)} high`;
