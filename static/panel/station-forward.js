import { setText } from "../element.js";
import { article } from "../model/verdict.js";
import { Flow } from "./flow.js";
import { Origin } from "./origin.js";

const narrow = matchMedia("(max-width: 1239px)");

// Station 2: four digits go forward; each value of a map says where it is from.
export class StationForward {
  // maps(layer, digit) and origin(point) ask the server; digit(i) is told of the
  // digit that is chosen.
  constructor(el, { maps, origin, digit }) {
    const find = (name) => el.querySelector(`[data-${name}]`);
    Object.assign(this, { numbers: find("numbers"), beside: find("flow").parentElement });
    this.origin = new Origin(find("origin"), origin, (numbers) => setText(this.numbers, numbers));
    this.flow = new Flow(find("flow"), { read: (layer, i) => maps(layer, i, "output"), digit, onPoint: (point) => this.ask(point) });
    narrow.addEventListener("change", () => this.place());
  }

  async update(state) {
    await this.flow.update(state);
    if (this.key === state.key) return;
    this.key = state.key;
    const point = this.origin.point ?? firstPoint(state);
    this.flow.mark(point);
    await this.ask(point);
  }

  ask(point) {
    const asked = this.origin.ask(point);
    this.place();
    return asked;
  }

  // place puts the origin beside the maps, or where there is no room for that
  // below those of the layer that it is about.
  place() {
    const row = this.flow.rows.find(({ layer }) => layer.name === this.origin.point?.layer);
    const home = narrow.matches && row ? row.el : this.beside;
    if (this.origin.el.parentElement !== home) home.append(this.origin.el);
  }

  draw() {
    this.flow.draw();
  }
}

// firstPoint is the middle of the first convolution's first map.
function firstPoint({ lesson: { network, digits }, digit }) {
  const { name, out } = network.layers.find(({ kind }) => kind === "conv");
  return { layer: name, digit, unit: 0, row: out[0] >> 1, column: out[1] >> 1, name: `${name} for ${article(network.classes[digits[digit].label])}` };
}
