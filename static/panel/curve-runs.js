import { listRuns } from "../api.js";
import { element, setText } from "../element.js";
import { mostRuns } from "../model/curve-view.js";
import { closeMenu } from "./menu.js";

// The menu of the runs whose curves are drawn beside the one that is shown.
export class CurveRuns {
  // changed(ids) is told of the runs that are chosen.
  constructor(menu, changed) {
    Object.assign(this, { menu, changed, runs: [], own: "", compared: "", chosen: [], drawn: [] });
    this.list = menu.querySelector(".CurveRuns-list");
    this.note = menu.querySelector(".CurveRuns-note");
    this.count = menu.querySelector(".CurveRuns-count");
    closeMenu(menu);
    menu.addEventListener("toggle", () => menu.open && this.read());
  }

  // update takes any of: own, the run that is shown; compared, the one beside it;
  // chosen, further ones; and drawn, all of them in the order of their colours.
  update(change) {
    Object.assign(this, change);
    setText(this.count, this.drawn.length ? String(this.drawn.length) : "");
    if (this.menu.open) this.fill();
  }

  async read() {
    try {
      this.runs = await listRuns();
      setText(this.note, "");
    } catch (error) {
      setText(this.note, error.message);
    }
    this.fill();
  }

  fill() {
    const others = this.runs.filter(({ id }) => id !== this.own);
    const focused = document.activeElement?.value;
    this.list.replaceChildren(...others.map((run) => this.row(run)));
    if (focused) [...this.list.querySelectorAll("input")].find(({ value }) => value === focused)?.focus();
    if (!others.length) setText(this.note, "There is no other run yet.");
    else if (this.drawn.length >= mostRuns) setText(this.note, `${mostRuns} runs are the most.`);
  }

  row({ id, name }) {
    const isCompared = id === this.compared;
    const isChosen = isCompared || this.chosen.includes(id);
    const place = this.drawn.indexOf(id);
    const box = element("input", {
      type: "checkbox", value: id, checked: isChosen, disabled: isCompared || (!isChosen && this.drawn.length >= mostRuns),
      onchange: ({ target }) => this.changed(target.checked ? [...this.chosen, id] : this.chosen.filter((other) => other !== id)),
    });
    const line = element("span", { className: `RunLine${place < 0 ? "" : ` RunLine--${place + 1}`}` });
    return element("li", {}, element("label", { className: "Check" }, box, line, element("span", { className: "CurveRuns-name", textContent: name || id }),
      ...(isCompared ? [element("small", { textContent: "compared" })] : [])));
  }
}
