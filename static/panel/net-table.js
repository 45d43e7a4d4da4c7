import { element, setText } from "../element.js";
import { layerCells, shapeText, summary } from "../model/network-text.js";

const columns = ["output", "parameters", "sees", "products"];
const drawn = { conv: true, dense: true };

// The layers of an architecture as a table and as boxes, and what it all costs.
export class NetTable {
  constructor(section, costs) {
    Object.assign(this, { section, costs });
    this.heading = section.querySelector("h3");
    this.body = section.querySelector("tbody");
    this.boxes = section.querySelector(".NetDrawing");
  }

  // stale says that what is shown may be of other settings than those typed.
  stale(isStale) {
    this.isStale = isStale;
    this.section.classList.toggle("is-stale", isStale);
  }

  // update shows a check's answer. Without a network, the last one stays.
  update(answer) {
    const { network } = answer;
    this.stale(!network);
    setText(this.heading, network ? "The network" : "The network, before the mistake");
    for (const [name, text] of Object.entries(summary(answer))) setText(this.costs.querySelector(`[data-value="${name}"]`), text);
    if (!network || network.text === this.text) return;
    this.text = network.text;
    this.body.replaceChildren(...network.layers.map((layer) => this.row(layer)));
    const input = { kind: "input", output: network.input, name: "input" };
    this.boxes.replaceChildren(...[input, ...network.layers.filter(({ kind }) => drawn[kind])].map((layer) => this.box(layer, network.input)));
  }

  row(layer) {
    const cells = layerCells(layer);
    return element("tr", { data: { kind: layer.kind } },
      element("th", { scope: "row" }, element("span", { className: "NetTable-layer", textContent: cells.layer }), " ", element("span", { className: "NetTable-name", textContent: cells.name })),
      ...columns.map((name) => element("td", { textContent: cells[name] })));
  }

  // box is as high as the layer's output, and wider the more channels it has.
  box({ kind, name, output, level }, input) {
    const shape = element("span", { className: "NetDrawing-box" });
    shape.style.height = `${Math.max(4, (44 * Math.min(output[0], input[0])) / input[0])}px`;
    shape.style.width = `${6 + 5 * Math.log2(1 + output[2])}px`;
    const text = kind === "dense" ? String(output[2]) : shapeText(output);
    return element("li", { className: "NetDrawing-layer", data: { kind, level: level ?? "" } }, shape, element("span", { className: "NetDrawing-name", textContent: name }), element("span", { textContent: text }));
  }
}
