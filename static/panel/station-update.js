import { element, setText } from "../element.js";
import { count, number, signed } from "../model/format.js";
import { limitOf } from "../model/diverging.js";
import { exaggeration } from "../model/lesson-maths.js";
import { fixed, problemText, rateText, ruleText, scaleText, updateNumbers } from "../model/lesson-text.js";
import { MapSheet } from "./map-sheet.js";
import { ruleFormula } from "./rule-formula.js";

const room = { height: 220, largest: 110 }; // CSS pixels
const names = ["before", "gradient", "step", "after"];

// Station 6: one filter before, its gradient, the step, and after.
export class StationUpdate {
  // choose({level, unit}) is told which filter is looked at.
  constructor(el, choose) {
    const find = (name) => el.querySelector(`[data-${name}]`);
    Object.assign(this, { rule: find("rule"), numbers: find("numbers"), words: find("words"), readout: find("readout"), figures: find("figures") });
    this.level = element("select", { className: "Select" });
    this.unit = element("input", { className: "Input Input--short", type: "number", min: 0, step: 1, inputMode: "numeric" });
    const form = find("choice");
    form.append(element("label", { className: "Field" }, element("span", { className: "Field-label", textContent: "Layer" }), this.level), element("label", { className: "Field" }, element("span", { className: "Field-label", textContent: "Filter" }), this.unit));
    form.addEventListener("submit", (event) => event.preventDefault());
    this.level.addEventListener("change", () => choose({ level: this.level.value, unit: 0 }));
    this.unit.addEventListener("change", () => this.unit.reportValidity() && choose({ level: this.level.value, unit: Number(this.unit.value) }));
    this.cards = names.map((name) => {
      const [canvas, title, scale] = [element("canvas", { width: 1, height: 1 }), element("b"), element("span", { className: "Station-scale" })];
      find("pictures").append(element("figure", { className: "UpdatePicture", data: { name } }, element("figcaption", {}, title, scale), element("div", {}, canvas)));
      return { name, title, scale, sheet: new MapSheet(canvas, (point) => this.tell(point), room) };
    });
  }

  update({ lesson }) {
    const { update, settings, batch, network } = lesson;
    Object.assign(this, { lesson });
    this.level.replaceChildren(...network.layers.filter(({ kind }) => kind === "conv").map(({ name }) => element("option", { value: name, textContent: name, selected: name === update.layer })));
    Object.assign(this.unit, { max: update.units - 1, value: update.unit });
    setText(this.words, ruleText(settings));
    this.rule.replaceChildren(ruleFormula(settings));
    setText(this.numbers, problemText(lesson) || updateNumbers(update, settings) || "The step is not taken yet: take this batch.");
    const step = update.after?.map((w, i) => w - update.before[i]);
    const factor = step ? exaggeration(update.before, step) : 1;
    const limit = Math.max(limitOf(update.before), limitOf(update.after ?? []));
    const [height, width, units] = update.shape;
    const values = { before: update.before, gradient: update.gradient, step, after: update.after };
    const limits = { before: limit, after: limit, gradient: limitOf(update.gradient), step: limit / factor };
    const titles = { before: "Before", gradient: "Gradient", step: factor > 1 ? `The step, ${count(factor)} times enlarged` : "The step", after: "After" };
    for (const { name, title, scale, sheet } of this.cards) {
      setText(title, titles[name]);
      setText(scale, values[name] ? scaleText(limits[name], values[name]) : lesson.problem ? "cannot be taken" : "not taken yet");
      sheet.canvas.parentElement.hidden = !values[name];
      if (values[name]) sheet.update({ maps: { height, width, units, values: values[name] }, limit: limits[name], name: `${titles[name]}: unit ${update.unit} of ${update.layer}` });
    }
    this.show([
      ["Learning rate", rateText(settings)],
      ["Bias", update.biasAfter === null ? number(update.bias) : `${number(update.bias, 4)} → ${number(update.biasAfter, 4)}, its gradient is ${signed(update.gradientBias)}`],
      ["Error of this batch", batch.lossAfter === null ? fixed(batch.loss) : `${fixed(batch.loss)} before, ${fixed(batch.lossAfter)} after the step`],
      ["Change that the gradient predicted", batch.predicted === null ? "–" : signed(batch.predicted)],
      ["Change that happened", batch.actual === null ? "–" : signed(batch.actual)],
    ]);
  }

  show(figures) {
    this.figures.replaceChildren(...figures.map(([name, value]) => element("div", {}, element("dt", { textContent: name }), element("dd", { textContent: value }))));
  }

  tell(point) {
    for (const { sheet } of this.cards) sheet.show(point);
    const { update } = this.lesson;
    const i = (point.row * update.shape[1] + point.column) * update.shape[2] + point.unit;
    const w = update.before[i];
    const change = update.after ? `: ${number(w, 4)} ${update.after[i] < w ? "−" : "+"} ${number(Math.abs(update.after[i] - w))} = ${number(update.after[i], 4)}` : ` is ${number(w, 4)}`;
    setText(this.readout, `Weight in row ${point.row}, column ${point.column}, channel ${point.unit}${change}; its gradient is ${signed(update.gradient[i])}.`);
  }

  draw() {
    for (const { sheet } of this.cards) sheet.draw();
  }
}
