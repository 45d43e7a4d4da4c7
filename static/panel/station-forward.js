import { setText } from "../element.js";
import { article } from "../model/verdict.js";
import { Flow } from "./flow.js";
import { Origin } from "./origin.js";

// Station 2: four digits go forward; each value of a map says where it is from.
export class StationForward {
  // maps(layer, digit) and origin(point) ask the server; digit(i) is told of the
  // digit that is chosen.
  constructor(el, { maps, origin, digit }) {
    this.numbers = el.querySelector("[data-numbers]");
    this.origin = new Origin(el.querySelector("[data-origin]"), origin, (numbers) => setText(this.numbers, numbers));
    this.flow = new Flow(el.querySelector("[data-flow]"), { read: (layer, i) => maps(layer, i, "output"), digit, onPoint: (point) => this.origin.ask(point) });
  }

  async update(state) {
    await this.flow.update(state);
    if (this.key === state.key) return;
    this.key = state.key;
    const point = this.origin.point ?? firstPoint(state);
    this.flow.mark(point);
    await this.origin.ask(point);
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
