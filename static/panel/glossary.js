import { element } from "../element.js";
import { glossary } from "../model/glossary.js";

const gap = 6; // CSS pixels between a term and what is said of it

// The terms of a page, dfn elements with data-term, say on hover, focus and touch
// what they mean. el is the popover.
export class Glossary {
  constructor(el, root) {
    Object.assign(this, { el, current: null });
    for (const term of root.querySelectorAll("dfn[data-term]")) this.mark(term);
    el.addEventListener("toggle", ({ newState }) => newState === "closed" && this.forget());
    addEventListener("scroll", () => this.hide(), { passive: true });
  }

  mark(term) {
    const button = element("button", { type: "button", className: "Term" }, ...term.childNodes);
    hold(term);
    term.replaceChildren(button);
    const show = () => this.show(button, term.dataset.term);
    button.addEventListener("pointerenter", ({ pointerType }) => pointerType === "mouse" && show());
    button.addEventListener("pointerleave", ({ pointerType }) => pointerType === "mouse" && this.hide());
    button.addEventListener("focus", () => button.matches(":focus-visible") && show());
    button.addEventListener("blur", () => this.hide());
    button.addEventListener("click", show);
  }

  show(button, term) {
    const [title, text] = glossary[term];
    this.forget();
    this.current = button;
    this.el.replaceChildren(element("b", { textContent: title }), element("p", { textContent: text }));
    button.setAttribute("aria-describedby", this.el.id);
    if (!this.el.matches(":popover-open")) this.el.showPopover();
    const from = button.getBoundingClientRect();
    const { width, height } = this.el.getBoundingClientRect();
    const left = Math.min(Math.max(from.left, gap), innerWidth - width - gap);
    const top = from.bottom + gap + height < innerHeight ? from.bottom + gap : from.top - gap - height;
    Object.assign(this.el.style, { left: `${left}px`, top: `${Math.max(gap, top)}px` });
  }

  hide() {
    if (this.el.matches(":popover-open")) this.el.hidePopover();
    this.forget();
  }

  forget() {
    this.current?.removeAttribute("aria-describedby");
    this.current = null;
  }
}

// hold keeps a bracket that opens before a term on its line.
function hold(term) {
  const before = term.previousSibling;
  if (!before?.data?.endsWith("(")) return;
  before.data = before.data.slice(0, -1);
  const together = element("span", { className: "Term-bracket" });
  term.replaceWith(together);
  together.append("(", term);
}
