import { element } from "../element.js";

// Whether numbers are those with the weights before the step or after it. All
// choices of a page are one.
export class SideChoice {
  constructor(el, onSide) {
    const name = `side-${el.closest(".Station").dataset.station}`;
    this.labels = {};
    this.inputs = ["before", "after"].map((side) => {
      const input = element("input", { type: "radio", name, value: side, onchange: () => onSide(side) });
      this.labels[side] = element("span");
      el.append(element("label", { className: "Check" }, input, this.labels[side]));
      return input;
    });
  }

  update({ side, lesson }) {
    this.labels.before.textContent = `before step ${lesson.step}`;
    this.labels.after.textContent = lesson.after ? "after it" : `after it (${lesson.problem ? "cannot be taken" : "not taken yet"})`;
    for (const input of this.inputs) {
      input.checked = input.value === side;
      input.disabled = input.value === "after" && !lesson.after;
    }
  }
}
