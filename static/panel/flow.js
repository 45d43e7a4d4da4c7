import { element, setText } from "../element.js";
import { layerText, scaleText } from "../model/lesson-text.js";
import { limitOf } from "../model/diverging.js";
import { article } from "../model/verdict.js";
import { DigitPicture } from "./digit-picture.js";
import { MapSheet } from "./map-sheet.js";

const stages = { conv: "after the convolutions", relu: "after ReLU", maxpool: "after pooling" };
const room = { height: 260, largest: 84 }; // CSS pixels
const thumbnail = 64;

// hasMaps is false for what lies between dense layers.
const hasMaps = ({ kind, out }) => kind === "conv" || out[0] * out[1] > 1;

// Four digits on their way through the layers: for each the maps of all units.
export class Flow {
  // read(layer, digit) asks for maps; digit(i) is told of a chosen digit;
  // onPoint({layer, digit, row, column, unit, name}) of a value on a map.
  constructor(el, { read, digit, onPoint }) {
    Object.assign(this, { el, read, onDigit: digit, onPoint, kind: "conv", rows: [], heads: [], state: null, loaded: "" });
    this.choice = element("select", { className: "Select Select--compact", onchange: () => this.choose(this.choice.value) });
    this.head = element("div", { className: "Flow-head" });
    this.body = element("div", { className: "Flow-body" });
    el.append(this.head, element("label", { className: "Field Flow-stage" }, element("span", { className: "Field-label", textContent: "Maps" }), this.choice), this.body);
    new ResizeObserver(() => this.draw()).observe(el);
  }

  choose(kind) {
    this.kind = kind;
    this.rows = [];
    this.update(this.state);
  }

  // update takes lesson, digit (the chosen one) and key, by which weights are
  // told apart; it resolves when all maps are seen.
  async update({ lesson, digit, key }) {
    this.state = { lesson, digit, key };
    const layers = lesson.network.layers.filter((layer) => layer.kind === this.kind && hasMaps(layer));
    if (this.rows.map(({ layer }) => layer.name).join() !== layers.map(({ name }) => name).join()) this.build(lesson, layers);
    this.heads.forEach(({ button, picture, name }, i) => {
      picture.update(lesson.digits[i], lesson.network.input, lesson.network.classes);
      button.setAttribute("aria-pressed", i === digit);
      setText(name, article(lesson.network.classes[lesson.digits[i].label]));
    });
    this.rows.forEach(({ sheets }) => sheets.forEach(({ cell }, i) => cell.classList.toggle("is-chosen", i === digit)));
    const wanted = `${key} ${this.kind}`;
    if (this.loaded === wanted) return this.draw();
    this.loaded = wanted;
    await Promise.all(this.rows.map((row) => this.load(row, wanted)));
  }

  build({ network, digits }, layers) {
    const kinds = Object.keys(stages).filter((kind) => network.layers.some((layer) => layer.kind === kind && hasMaps(layer)));
    this.choice.replaceChildren(...kinds.map((kind) => element("option", { value: kind, textContent: stages[kind], selected: kind === this.kind })));
    this.heads = digits.map((_, i) => {
      const [picture, name] = [new DigitPicture(thumbnail), element("span")];
      return { picture, name, button: element("button", { className: "Flow-digit", type: "button", onclick: () => this.onDigit(i) }, picture.el, name) };
    });
    this.head.replaceChildren(...this.heads.map(({ button }) => button));
    this.rows = layers.map((layer) => this.row(layer, digits));
    this.body.replaceChildren(...this.rows.map(({ el }) => el));
  }

  row(layer, digits) {
    const scale = element("span", { className: "Station-scale" });
    const sheets = digits.map((_, digit) => {
      const canvas = element("canvas", { className: "Flow-picture", width: 1, height: 1 });
      const sheet = new MapSheet(canvas, (point) => this.point(layer, digit, point), room);
      return { sheet, cell: element("div", { className: "Flow-cell" }, canvas) };
    });
    const level = layer.level ? `${layer.level} level, ` : "";
    const el = element("figure", { className: "Flow-row", data: { layer: layer.name } },
      element("figcaption", {}, element("h3", { className: "Flow-title", textContent: layer.name }), element("span", { className: "Flow-about", textContent: `${level}${layerText(layer)}` }), scale),
      element("div", { className: "Flow-cells" }, ...sheets.map(({ cell }) => cell)));
    return { layer, sheets, scale, el };
  }

  async load({ layer, sheets, scale }, wanted) {
    const maps = await Promise.all(sheets.map((_, digit) => this.read(layer.name, digit)));
    if (wanted !== this.loaded) return;
    const limit = Math.max(...maps.map(({ values }) => limitOf(values)));
    setText(scale, scaleText(limit));
    const { digits, network } = this.state.lesson;
    sheets.forEach(({ sheet }, i) => sheet.update({ maps: maps[i], limit, name: `${layer.name}, ${layer.out[2]} maps for ${article(network.classes[digits[i].label])}` }));
  }

  point(layer, digit, point) {
    for (const row of this.rows) row.sheets.forEach(({ sheet }, i) => (row.layer !== layer || i !== digit) && sheet.point && sheet.show(null));
    const { digits, network } = this.state.lesson;
    this.onPoint({ layer: layer.name, digit, ...point, name: `${layer.name} for ${article(network.classes[digits[digit].label])}` });
  }

  // mark shows a point as chosen, without telling of it.
  mark({ layer, digit, ...point }) {
    this.rows.find((row) => row.layer.name === layer)?.sheets[digit].sheet.show(point);
  }

  draw() {
    for (const { sheets } of this.rows) for (const { sheet } of sheets) sheet.draw();
  }
}
