import { element, setText } from "../element.js";
import { signed } from "../model/format.js";
import { limitOf } from "../model/diverging.js";
import { deltaNumbers, fixed, scaleText } from "../model/lesson-text.js";
import { largest } from "../model/lesson-maths.js";
import { Flow } from "./flow.js";
import { MapSheet } from "./map-sheet.js";
import { ScoreTable } from "./score-table.js";

// Station 5: the gradient at the scores, on each layer's maps, and of one filter.
export class StationBackward {
  constructor(el, { maps, digit }) {
    this.numbers = el.querySelector("[data-numbers]");
    this.table = new ScoreTable(el.querySelector("[data-table]"), { caption: "Probability minus truth (gradient at the scores), before this step", heads: ["largest"], decimals: 3, onPoint: (point) => digit(point.digit) });
    this.readout = element("p", { className: "UpdateReadout", textContent: "Point at a map, or use the arrow keys on it, to read a gradient." });
    this.readout.setAttribute("role", "status");
    const flow = el.querySelector("[data-flow]");
    this.flow = new Flow(flow, { read: (layer, i) => maps(layer, i, "gradient"), digit, onPoint: (point) => this.tell(point) });
    flow.append(this.readout);
    const canvas = element("canvas", { width: 1, height: 1 });
    this.filterText = element("figcaption", { className: "Station-caption" });
    this.filterReadout = element("p", { className: "UpdateReadout" });
    el.querySelector("[data-filter]").append(element("figure", {}, this.filterText, element("div", {}, canvas)), this.filterReadout);
    this.filter = new MapSheet(canvas, (point) => this.tellFilter(point), { height: 200, largest: 80 });
  }

  async update(state) {
    const { lesson, digit } = state;
    this.lesson = lesson;
    const { classes, input } = lesson.network;
    const { before, digits, update } = lesson;
    this.table.update({
      classes, digits, input,
      rows: digits.map(({ label }, i) => {
        const deltas = before.deltas[i];
        const worst = largest(deltas.map(Math.abs));
        return { values: deltas, marked: worst, truth: label, ends: [{ text: `${classes[worst]}: ${fixed(deltas[worst])}` }] };
      }),
    });
    setText(this.numbers, deltaNumbers(before.probabilities[digit], digits[digit].label, classes));
    const [height, width, units] = update.shape;
    const limit = limitOf(update.gradient);
    setText(this.filterText, `The gradient of one filter, unit ${update.unit} of ${update.layer}, over the whole batch: ${scaleText(limit, update.gradient)}; of its bias ${signed(update.gradientBias)}. Station 6 chooses another.`);
    this.filter.update({ maps: { height, width, units, values: update.gradient }, limit, name: `The gradient of unit ${update.unit} of ${update.layer}` });
    await this.flow.update(state);
  }

  tell({ layer, digit, unit, row, column }) {
    const { maps } = this.flow.rows.find((one) => one.layer.name === layer).sheets[digit].sheet;
    const value = maps.values[(row * maps.width + column) * maps.units + unit];
    const more = value > 0 ? "more here would make the error larger" : value < 0 ? "more here would make the error smaller" : "more or less here would change nothing";
    setText(this.readout, `${layer}, map ${unit}, row ${row}, column ${column}: ${signed(value)}, ${more}.`);
  }

  tellFilter({ unit, row, column }) {
    const { gradient, shape } = this.lesson.update;
    const value = gradient[(row * shape[1] + column) * shape[2] + unit];
    setText(this.filterReadout, `Weight in row ${row}, column ${column}, channel ${unit}: gradient ${signed(value)}, so it goes ${value > 0 ? "down" : value < 0 ? "up" : "nowhere"}.`);
  }

  draw() {
    this.flow.draw();
    this.filter.draw();
  }
}
