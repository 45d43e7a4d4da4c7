const key = "intro";

// The introduction: there until somebody closes it, and again when it is asked
// for. What was chosen is remembered; early.js reads it before the first
// paint.
export class Intro {
  constructor(el, opener) {
    Object.assign(this, { el, opener });
    opener.addEventListener("click", () => this.show(!this.isShown));
    el.querySelector("button").addEventListener("click", () => {
      this.show(false);
      opener.focus();
    });
    this.label();
  }

  get isShown() {
    return document.documentElement.dataset.intro !== "closed";
  }

  show(isShown) {
    document.documentElement.dataset.intro = isShown ? "open" : "closed";
    try {
      localStorage.setItem(key, isShown ? "open" : "closed");
    } catch {
      // No storage: the choice lasts as long as the page.
    }
    this.label();
  }

  label() {
    this.opener.setAttribute("aria-expanded", this.isShown);
  }
}
