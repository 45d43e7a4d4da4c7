import { keepDrawing, listDrawings, readDrawingsAccuracy, removeDrawing } from "../drawing-api.js";
import { element, fitCanvas, setText } from "../element.js";
import { count, percent } from "../model/format.js";
import { fitStrokes } from "../model/shown.js";
import { mayChange } from "../permission.js";
import { labelChip } from "./label-chip.js";
import { drawPad } from "./pad-picture.js";
import { StepChart } from "./step-chart.js";

const most = 60; // drawings that are listed, the newest first
const side = 52; // CSS pixels

// One's own set: what is drawn is kept with its true label, the kept ones are
// listed, and how many of them the net reads is a curve over the steps.
export class OwnDrawings {
  // handlers: shown() returns {strokes, run, step} to keep, or null; open(drawing)
  // puts one into the pad; seek(step) looks at a step; teach() starts a branch that
  // trains on the set too.
  constructor(el, handlers) {
    const find = (name) => el.querySelector(`.OwnDrawings-${name}`);
    Object.assign(this, { el, on: handlers, classes: [], all: [], accuracy: null });
    Object.assign(this, { labels: find("labels"), list: find("list"), about: find("about"), message: find("message"), summary: find("summary"), teach: find("teach") });
    this.teach.addEventListener("click", () => this.attempt(handlers.teach));
    this.chart = new StepChart(find("chart"), handlers.seek, (i) => percent(this.accuracy.accuracy[i]));
    this.update({ classes: [..."0123456789"], canKeep: false });
  }

  // update takes any of: classes, their names; canKeep, whether there is a drawing
  // to keep; run; scale; stepsPerEpoch; and step.
  update({ classes, canKeep, run, ...place }) {
    if (classes) this.offer(classes);
    if (canKeep !== undefined) for (const button of this.labels.children) button.disabled = !canKeep;
    this.chart.update(place);
    if (run && run !== this.run) {
      this.run = run;
      this.refresh();
    }
  }

  offer(classes) {
    this.classes = classes;
    const wasDisabled = this.labels.firstChild?.disabled ?? true;
    this.labels.replaceChildren(...classes.map((name, label) =>
      element("button", { className: "Button OwnDrawings-label", type: "button", textContent: name, disabled: wasDisabled, title: `Keep the drawing as ${name}`, data: { label }, onclick: () => this.keep(label) })));
  }

  keep(label) {
    const shown = this.on.shown();
    if (!shown) return;
    return this.attempt(async () => {
      await keepDrawing({ ...shown, label });
      await this.read();
      setText(this.about, `Kept as ${this.classes[label]}.`);
    });
  }

  remove(id) {
    return this.attempt(async () => {
      await removeDrawing(id);
      await this.read();
    });
  }

  refresh() {
    return this.attempt(() => this.read());
  }

  async read() {
    this.all = await listDrawings();
    this.fill();
    this.teach.disabled = !this.all.length;
    this.accuracy = this.all.length ? await readDrawingsAccuracy(this.run) : null;
    this.chart.el.hidden = !this.accuracy;
    this.chart.update({ steps: this.accuracy?.steps ?? [], series: this.accuracy ? [{ values: this.accuracy.accuracy }] : [] });
    const now = this.accuracy?.accuracy.at(-1);
    setText(this.summary, this.accuracy ? `The newest kept step reads ${percent(now, 0)} of ${count(this.all.length)} as they were meant.` : "");
  }

  fill() {
    const hidden = this.all.length - most;
    setText(this.about, this.all.length ? `${count(this.all.length)} kept${hidden > 0 ? `, the newest ${most} listed` : ""}` : "none yet");
    this.list.replaceChildren(...this.all.slice(-most).reverse().map((drawing) => this.item(drawing)));
  }

  item(drawing) {
    const name = this.classes[drawing.label] ?? drawing.label;
    const canvas = element("canvas", { className: "OwnDrawing-picture" });
    const chip = element("b");
    labelChip(chip, drawing.label, name);
    fitCanvas(canvas, side, side);
    const open = element("button", { className: "OwnDrawing-open", type: "button", ariaLabel: `Show the net the ${name} again`, title: "Show it to the net again", onclick: () => this.on.open(drawing) }, canvas, chip);
    const remove = element("button", { className: "OwnDrawing-remove", type: "button", ariaLabel: `Delete the ${name}`, title: "Delete it", textContent: "×", onclick: () => this.remove(drawing.id) });
    const el = element("li", { className: "OwnDrawing", data: { drawing: drawing.id, label: drawing.label } }, open, ...(mayChange() ? [remove] : []));
    queueMicrotask(() => drawPad(canvas, { strokes: fitStrokes(drawing.strokes) }));
    return el;
  }

  async attempt(action) {
    try {
      await action();
      setText(this.message, "");
    } catch (error) {
      setText(this.message, error.message);
    }
  }
}
