import { setAttribute, setText } from "../element.js";

// The switch to lead everyone, and word that somebody does. Which step it is
// stands at the timeline.
export class Lead {
  constructor(button, status, toggle) {
    Object.assign(this, { button, status, isLed: false });
    button.addEventListener("click", toggle);
  }

  update({ leads, isLed }) {
    setAttribute(this.button, "aria-pressed", leads);
    setAttribute(document.body, "data-led", isLed);
    if (isLed !== this.isLed) setText(this.status, isLed ? "The presenter leads. Your timeline follows." : "Your timeline is yours again.");
    this.isLed = isLed;
  }
}
