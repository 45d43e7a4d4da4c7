import { element, setAttribute, setText } from "../element.js";
import { count, percent } from "../model/format.js";

const side = 240; // of the data area, in units of the picture
const margin = { left: 44, top: 8, bottom: 34, right: 8 };
const below = 54; // of the histogram of counts

// The reliability diagram: how often the net is right, by how sure it is, and
// how many images there are of each.
export class Reliability {
  constructor(el) {
    Object.assign(this, { el, about: el.querySelector(".Reliability-about"), chart: el.querySelector(".Reliability-chart"), body: el.querySelector("tbody") });
    this.svg = svg("svg", { viewBox: `0 0 ${margin.left + side + margin.right} ${margin.top + side + margin.bottom + below}`, class: "Reliability-picture", "aria-hidden": "true" });
    this.chart.append(this.svg);
  }

  // update takes evaluation, as the API tells it.
  update({ evaluation: { calibration, images, step } }) {
    this.el.dataset.step = step;
    const { bins, error } = calibration;
    setText(this.about, `expected calibration error ${percent(error, 2)}`);
    setAttribute(this.chart, "aria-label", `Reliability diagram of ${count(images)} images: the expected calibration error is ${percent(error, 2)}. The table has its numbers.`);
    const most = Math.max(1, ...bins.map((bin) => bin.count));
    this.svg.replaceChildren(...frame(), ...bins.flatMap((bin) => bars(bin, most)),
      svg("line", { class: "Reliability-ideal", x1: x(0), y1: y(0), x2: x(1), y2: y(1) }));
    this.body.replaceChildren(...bins.map(({ from, to, count: n, confidence, accuracy }) => element("tr", {},
      element("th", { scope: "row", textContent: `${Math.round(from * 100)}–${Math.round(to * 100)} %` }),
      ...[count(n), percent(confidence), percent(accuracy)].map((textContent) => element("td", { textContent })))));
  }
}

const x = (share) => margin.left + share * side;
const y = (share) => margin.top + (1 - share) * side;

function frame() {
  const grid = [0, 0.5, 1].flatMap((share) => [
    svg("line", { class: "StepChart-grid", x1: x(0), x2: x(1), y1: y(share), y2: y(share) }),
    svg("text", { class: "StepChart-tick", x: x(0) - 6, y: y(share) + 4, "text-anchor": "end" }, `${share * 100} %`),
    svg("text", { class: "StepChart-tick", x: x(share), y: y(0) + 15, "text-anchor": share === 1 ? "end" : share ? "middle" : "start" }, `${share * 100} %`),
  ]);
  return [...grid, svg("text", { class: "StepChart-tick", x: x(0), y: margin.top + side + 29, "text-anchor": "start" }, "images in each bin, by the net’s confidence")];
}

// bars are a bin's accuracy, its distance from the confidence, and its count on
// a scale of square roots, which shows few images beside many.
function bars({ from, to, count: n, confidence, accuracy }, most) {
  const [left, width] = [x(from) + 1, (to - from) * side - 2];
  const high = Math.sqrt(n / most) * (below - 20);
  const base = margin.top + side + margin.bottom + below - 2;
  const counts = svg("rect", { class: "Reliability-count", x: left, width, y: base - high, height: high });
  if (!n) return [counts];
  const [top, bottom] = [Math.max(confidence, accuracy), Math.min(confidence, accuracy)];
  return [
    svg("rect", { class: "Reliability-bar", x: left, width, y: y(accuracy), height: accuracy * side }),
    svg("rect", { class: "Reliability-gap", x: left, width, y: y(top), height: (top - bottom) * side }),
    svg("line", { class: "Reliability-confidence", x1: left, x2: left + width, y1: y(confidence), y2: y(confidence) }),
    counts,
  ];
}

function svg(tag, attributes, text = "") {
  const el = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) el.setAttribute(name, value);
  el.textContent = text;
  return el;
}
