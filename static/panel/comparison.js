import { readMetrics, readRun, readSteps } from "../api.js";
import { element, setText } from "../element.js";
import { count, number, percent } from "../model/format.js";
import { usualLens } from "../model/lens.js";
import { pictureOf } from "../model/level-view.js";
import { MetricHistory } from "../model/metric-history.js";
import { filmAddress } from "../model/page-address.js";
import { atOrBefore } from "../model/search.js";
import { StepPictures } from "../step-pictures.js";
import { LevelPanel } from "./level-panel.js";

const interval = 3000; // milliseconds between two looks at a run that may go on

// Another run beside the one that is shown, on the same clock: its levels in a
// row of their own, and its figures at the step that is looked at.
export class Comparison {
  // el is the row; panels are the level panels that it copies, which show pins;
  // stopped() is told when nothing is to be compared any more.
  constructor(el, panels, pins, stopped) {
    Object.assign(this, { el, pins, run: "", steps: [], levels: [], step: 0, lens: usualLens });
    this.text = el.querySelector(".Comparison-text");
    this.pictures = new StepPictures();
    this.history = new MetricHistory();
    this.panels = Object.fromEntries(Object.entries(panels).map(([name, { el: original }]) => [name, this.copy(original)]));
    el.querySelector(".Comparison-levels").append(...Object.values(this.panels).map((panel) => panel.el));
    el.querySelector("button").addEventListener("click", stopped);
  }

  copy(original) {
    const el = original.cloneNode(true);
    for (const part of [el, ...el.querySelectorAll("[id]")]) part.id += "-other";
    for (const part of [el, ...el.querySelectorAll("[aria-labelledby], [aria-describedby]")]) {
      for (const name of ["aria-labelledby", "aria-describedby"]) if (part.hasAttribute(name)) part.setAttribute(name, `${part.getAttribute(name)}-other`);
    }
    el.querySelector(".LevelPanel-choice").remove();
    return new LevelPanel(el, this.pins);
  }

  // open compares with a run, or with none for "".
  async open(run) {
    clearInterval(this.timer);
    Object.assign(this, { run, steps: [], name: run, known: "", shown: null });
    this.pictures.cancel();
    this.history.clear();
    for (const [level, panel] of Object.entries(this.panels)) {
      panel.clear();
      panel.el.querySelector(".LevelPanel-film").href = filmAddress(run, level);
    }
    this.el.hidden = !run;
    document.body.classList.toggle("is-comparing", Boolean(run));
    if (!run) return;
    this.timer = setInterval(() => this.refresh(run), interval);
    await this.refresh(run);
  }

  async refresh(run) {
    try {
      const { name, state, step } = await readRun(run);
      const now = `${state} ${step}`;
      const isNew = now !== this.known || state === "running";
      const [steps, metrics] = isNew ? await Promise.all([readSteps(run), readMetrics(run)]) : [];
      if (run !== this.run) return;
      this.name = name;
      if (isNew) {
        Object.assign(this, { steps, known: now });
        this.history.add({ from: 0, ...metrics });
      }
      this.update({});
    } catch (error) {
      if (run === this.run) setText(this.text, `The run to compare with cannot be shown: ${error.message}`);
    }
  }

  // update takes any of: levels and classes, as the stream's hello tells them;
  // lens; and step, the one looked at or the newest.
  update({ levels, classes, lens, step = this.step }) {
    this.step = step;
    if (levels) {
      this.levels = levels.filter(({ name, missing }) => !missing && this.panels[name]).map(({ name }) => name);
      for (const level of levels) this.panels[level.name]?.update({ level });
    }
    if (classes || lens) for (const panel of Object.values(this.panels)) panel.update({ classes, lens });
    if (lens) Object.assign(this, { lens, shown: null });
    if (!this.run || !this.steps.length) return;
    this.tell();
    const at = this.steps[Math.max(0, atOrBefore(this.steps, step))];
    if (at === this.shown) return;
    this.shown = at;
    const show = (level, picture) => this.panels[level].update({ picture, live: false });
    const asked = this.levels.map((level) => ({ level, ...pictureOf(this.lens, level) }))
      .filter(({ image }) => image !== "drawing");
    this.pictures.load(this.run, at, asked, show, (_, error) => setText(this.text, error.message));
  }

  tell() {
    const at = Math.min(this.step, this.history.length);
    const losses = this.history.valuesAt(at, "loss");
    const accuracies = this.history.valuesAt(at, "accuracy");
    const figures = losses.map(({ name, value }, i) => `${name} loss ${number(value)}, accuracy ${percent(accuracies[i].value, 1)}`);
    const name = element("b", { textContent: this.name });
    this.text.replaceChildren("Compared with ", name, ` at step ${count(at)}${figures.length ? `: ${figures.join("; ")}` : ""}`);
  }
}
