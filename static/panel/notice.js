import { setText } from "../element.js";

// A sentence that stays until it has been read.
export class Notice {
  constructor(el) {
    this.el = el;
    this.text = el.querySelector("p");
    el.querySelector("button").addEventListener("click", () => this.update(""));
  }

  // update shows a sentence, or nothing for "".
  update(sentence) {
    setText(this.text, sentence);
    this.el.hidden = !sentence;
  }
}
