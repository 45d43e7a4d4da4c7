const order = ["auto", "light", "dark"];
const names = { auto: "automatic", light: "light", dark: "dark" };
const system = matchMedia("(prefers-color-scheme: dark)");

// The theme: the system's, or the one that the button chose.
export class Theme {
  constructor(button, onChange) {
    this.button = button;
    this.onChange = onChange;
    this.choice = document.documentElement.dataset.theme ?? "auto";
    button.addEventListener("click", () => this.choose(order[(order.indexOf(this.choice) + 1) % order.length]));
    system.addEventListener("change", () => this.choice === "auto" && onChange());
    this.label();
  }

  // name is the theme that is seen: light or dark.
  get name() {
    if (this.choice !== "auto") return this.choice;
    return system.matches ? "dark" : "light";
  }

  choose(choice) {
    this.choice = choice;
    if (choice === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = choice;
    try {
      localStorage.setItem("theme", choice);
    } catch {
      // No storage: the choice lasts as long as the page.
    }
    this.label();
    this.onChange();
  }

  label() {
    const text = `Theme: ${names[this.choice]}`;
    this.button.setAttribute("aria-label", text);
    this.button.title = text;
  }
}
