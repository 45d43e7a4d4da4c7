import { element, setText } from "../element.js";
import { count, percent } from "../model/format.js";

const note = "what the net sees";

// What the net sees of a drawing, its answer, and the probabilities.
export class Prediction {
  constructor(el) {
    const find = (name) => el.querySelector(`.Prediction-${name}`);
    Object.assign(this, { el, canvas: find("input"), label: find("label"), note: find("note"), bars: find("bars") });
    this.update({ classes: [..."0123456789"] });
  }

  // update takes any of: classes; input, the net's [height, width, channels];
  // answer, the API's, or null for none.
  update({ classes, input, answer }) {
    if (classes) this.setClasses(classes);
    if (input) [this.height, this.width] = input;
    if (answer !== undefined) this.show(answer);
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
    this.el.classList.toggle("is-empty", !answer);
    setText(this.label, answer ? this.classes[answer.label] : "–");
    setText(this.note, answer ? `${percent(answer.probabilities[answer.label])} at step ${count(answer.step)}` : note);
    this.el.dataset.step = answer ? answer.step : "";
    this.rows.forEach(({ fill, bar, text, el }, i) => {
      const probability = answer ? answer.probabilities[i] : 0;
      fill.style.transform = `scaleX(${probability})`;
      setText(text, answer ? percent(probability) : "");
      bar.ariaValueNow = Math.round(probability * 100);
      bar.ariaValueText = answer ? percent(probability) : "no drawing";
      el.classList.toggle("is-best", answer?.label === i);
    });
    this.drawInput(answer?.pixels);
    this.canvas.setAttribute("aria-label", answer ? `What the net sees: ${this.width} by ${this.height} pixels` : "What the net sees: nothing yet");
  }

  drawInput(pixels) {
    if (!pixels || this.width * this.height !== pixels.length) {
      this.canvas.getContext("2d").clearRect(0, 0, this.canvas.width, this.canvas.height);
      return;
    }
    const { canvas, width, height } = this;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const image = new ImageData(width, height);
    pixels.forEach((value, i) => image.data.set([value * 255, value * 255, value * 255, 255], i * 4));
    canvas.getContext("2d").putImageData(image, 0, 0);
  }
}
