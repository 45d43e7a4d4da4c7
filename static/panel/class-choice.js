import { element, setAttribute, setText } from "../element.js";
import { labelChip } from "./label-chip.js";

// Buttons for the classes: those that are pressed stand out from the others.
export class ClassChoice {
  // el is a fieldset; onChange(chosen) is told the set of pressed classes, which
  // is empty when all are alike.
  constructor(el, onChange) {
    Object.assign(this, { el, onChange, chosen: new Set(), buttons: [] });
  }

  // update takes any of: classes, their names; and texts, one to tell beside each.
  update({ classes, texts }) {
    if (classes && classes.length !== this.buttons.length) {
      this.buttons = classes.map((name, i) => this.button(name, i));
      this.el.replaceChildren(this.el.querySelector("legend"), ...this.buttons.map(({ el }) => el));
    }
    texts?.forEach((text, i) => setText(this.buttons[i].value, text));
  }

  button(name, i) {
    const chip = element("b");
    labelChip(chip, i, name);
    const value = element("span");
    const el = element("button", { type: "button", className: "ClassChoice-class", onclick: () => this.toggle(i) }, chip, value);
    setAttribute(el, "aria-pressed", false);
    return { el, value };
  }

  toggle(i) {
    if (!this.chosen.delete(i)) this.chosen.add(i);
    setAttribute(this.buttons[i].el, "aria-pressed", this.chosen.has(i));
    this.onChange(this.chosen);
  }
}
