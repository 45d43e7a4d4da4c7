import { explain } from "../drawing-api.js";
import { element, setText } from "../element.js";
import { methods } from "../model/explanation.js";
import { signed } from "../model/format.js";
import { NetInput } from "./net-input.js";

// Where the net looked, by each method: beside each other, each on its own scale.
export class Explanations {
  // changed() is told when another class is chosen.
  constructor(el, changed) {
    this.el = el;
    this.select = el.querySelector("select");
    this.select.addEventListener("change", changed);
    this.cards = methods.map((one) => this.card(one));
    el.querySelector(".Explanations-cards").append(...this.cards.map((card) => card.el));
    this.clear();
  }

  card({ method, text, about }) {
    const frame = element("div", { className: "Explanation-picture" }, element("canvas", { role: "img", width: 1, height: 1 }));
    const ends = [element("span"), element("span")];
    const scale = element("p", { className: "Explanation-scale" }, ends[0], element("i", { className: "Explanation-bar", ariaHidden: "true" }), ends[1]);
    const words = element("p", { className: "Explanation-text" });
    const el = element("figure", { className: "Explanation", data: { method } },
      element("figcaption", {}, element("h3", { className: "Explanation-title", textContent: text }), element("p", { className: "Panel-caption", textContent: about })),
      frame, scale, words);
    frame.firstChild.setAttribute("role", "img");
    return { method, el, picture: new NetInput(frame), ends, words };
  }

  // questions are for Insights, one for each method.
  get questions() {
    return this.cards.map((card) => ({
      ask: (question, signal) => explain({ ...question, method: card.method, ...(this.select.value !== "" && { class: Number(this.select.value) }) }, signal),
      show: (explanation) => this.show(card, explanation),
    }));
  }

  // update takes any of: classes, their names; and image, what the net sees
  // {pixels, width, height}, or null.
  update({ classes, image }) {
    if (classes) this.select.replaceChildren(element("option", { value: "", textContent: "the prediction" }), ...classes.map((name, i) => element("option", { value: i, textContent: name })));
    if (image !== undefined) this.image = image;
  }

  clear() {
    for (const card of this.cards) this.show(card, null);
  }

  show(card, explanation) {
    card.el.dataset.of = explanation ? explanation.class : "";
    card.picture.update({ image: explanation && this.image ? { ...this.image, box: null } : null, explanation, alt: explanation?.alt ?? "Nothing is drawn yet" });
    const limit = explanation && Math.max(...explanation.range.map(Math.abs));
    setText(card.ends[0], explanation ? signed(-limit) : "against");
    setText(card.ends[1], explanation ? signed(limit) : "for");
    setText(card.words, explanation?.alt ?? "");
  }
}
