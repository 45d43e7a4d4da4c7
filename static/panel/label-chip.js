import { setText } from "../element.js";

const dark = [4, 5, 8]; // labels whose colour needs bright text

// labelChip makes an element show a label in its colour.
export function labelChip(el, label, name) {
  setText(el, String(name));
  el.className = "Label";
  el.style.setProperty("--label", `var(--label-${label % 10})`);
  el.classList.toggle("is-dark", dark.includes(label % 10));
}
