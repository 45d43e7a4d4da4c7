import { listRuns } from "../api.js";
import { element } from "../element.js";

// The choice of the run, when there is more than one.
export class RunSelect {
  constructor(select, onChoose) {
    this.select = select;
    select.addEventListener("change", () => onChoose(select.value));
  }

  // update asks for the runs and marks the one that is shown.
  async update({ run }) {
    this.run = run;
    const runs = await listRuns().catch(() => []);
    this.select.closest("label").hidden = runs.length < 2;
    if (document.activeElement === this.select && this.select.options.length === runs.length) return;
    this.select.replaceChildren(...runs.map(({ id, name, state }) =>
      element("option", { value: id, textContent: `${name || id} · ${state}`, selected: id === this.run })));
  }
}
