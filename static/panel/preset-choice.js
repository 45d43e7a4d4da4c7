import { element, setAttribute, setText } from "../element.js";

// Buttons for configurations or architectures that have names. Which of them is
// pressed is for the owner to say.
export class PresetChoice {
  // about, unless null, is where the pressed one is explained.
  constructor(el, about, chosen) {
    Object.assign(this, { el, about, chosen });
  }

  // update shows presets [{name, about, …}], and which of them is chosen.
  update({ presets, name }) {
    if (presets) {
      this.presets = presets;
      this.el.replaceChildren(...presets.map((preset) => element("button", { className: "Button Button--compact", type: "button", textContent: preset.name, title: preset.about, onclick: () => this.chosen(preset) })));
    }
    for (const button of this.el.children) setAttribute(button, "aria-pressed", button.textContent === name);
    if (this.about) setText(this.about, this.presets?.find((preset) => preset.name === name)?.about ?? "");
  }
}
