import { explain } from "../drawing-api.js";
import { element } from "../element.js";
import { methods } from "../model/explanation.js";

// The choice of how to see where the net looked: off, or a method. As a question
// of Insights it is asked only while one is chosen.
export class LookChoice {
  // show(explanation) gets the API's, or null; changed() is told of a choice.
  constructor(select, show, changed) {
    Object.assign(this, { select, show });
    select.append(element("option", { value: "", textContent: "off" }), ...methods.map(({ method, text }) => element("option", { value: method, textContent: text })));
    select.addEventListener("change", () => {
      if (!select.value) show(null);
      changed();
    });
  }

  ask(question, signal) {
    return this.select.value ? explain({ ...question, method: this.select.value }, signal) : null;
  }
}
