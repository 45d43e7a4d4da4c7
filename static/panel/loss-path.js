import { fixed } from "../model/lesson-text.js";

const height = 96;
const widest = 720; // CSS pixels, as the rest
const margin = { left: 56, right: 64, top: 8, bottom: 18 };
const roomy = 480;
const lineHeight = 12;
const steep = 20; // a loss so many times another is drawn on a logarithmic scale

// The losses of a what-if beside those of the run at the same steps. The lines
// differ in stroke, not in colour alone, and are named at their ends.
export class LossPath {
  constructor(el) {
    Object.assign(this, { el, path: [], actual: [] });
    this.svg = svg("svg", { class: "LossPath-picture", role: "img" });
    el.prepend(this.svg);
    new ResizeObserver(() => this.draw()).observe(el);
  }

  update({ path, actual }) {
    Object.assign(this, { path, actual });
    this.svg.setAttribute("aria-label", `Errors of the batches: ${path.map(({ step, loss }) => `step ${step} ${fixed(loss)}`).join(", ")}`);
    this.draw();
  }

  draw() {
    const width = Math.min(this.el.clientWidth, widest);
    const all = [...this.path, ...this.actual].filter(({ loss }) => Number.isFinite(loss));
    this.svg.style.display = this.path.length > 1 ? "" : "none";
    if (!width || this.path.length < 2) return;
    const losses = all.map(({ loss }) => loss);
    const [least, most] = [Math.max(Math.min(...losses), 1e-6), Math.max(...losses)];
    const isLog = most > steep * least;
    const share = (loss) => (isLog ? Math.log(Math.max(loss, least) / least) / Math.log(most / least) : loss / most);
    const [first, last] = [this.path[0].step, this.path.at(-1).step];
    const x = (step) => margin.left + ((width - margin.left - margin.right) * (step - first)) / (last - first);
    const y = (loss) => margin.top + (1 - share(loss)) * (height - margin.top - margin.bottom);
    const ends = [];
    const line = (points, name, text) => {
      const known = points.filter(({ loss }) => Number.isFinite(loss));
      if (!known.length) return [];
      const d = known.map(({ step, loss }, i) => `${i ? "L" : "M"}${x(step).toFixed(1)} ${y(loss).toFixed(1)}`).join("");
      ends.push({ text, x: x(known.at(-1).step) + 6, y: y(known.at(-1).loss) + 4 });
      if (known.length === 1) return [svg("circle", { class: `LossPath-dot--${name}`, cx: x(known[0].step), cy: y(known[0].loss), r: 3 })];
      return [svg("path", { class: `LossPath-line LossPath-line--${name}`, d })];
    };
    const ticks = (isLog ? [least, most] : [0, most]).map((value) => [value, fixed(value, 1)]).flatMap(([value, text]) => [
      svg("line", { class: "LossPath-grid", x1: margin.left, x2: width - margin.right, y1: y(value), y2: y(value) }),
      svg("text", { class: "LossPath-tick", x: margin.left - 6, y: y(value) + 4, "text-anchor": "end" }, text),
    ]);
    const steps = [first, last].map((step) => svg("text", { class: "LossPath-tick", x: x(step), y: height - 3, "text-anchor": "middle" }, `step ${step}`));
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    if (isLog) steps.push(svg("text", { class: "LossPath-tick", x: width / 2, y: height - 3, "text-anchor": "middle" }, width < roomy ? "log scale" : "errors on a logarithmic scale"));
    const lines = [...line(this.actual, "actual", "the run"), ...line(this.path, "path", "what if")];
    this.svg.replaceChildren(...ticks, ...steps, ...lines, ...apart(ends).map(({ text, x, y }) => svg("text", { class: "LossPath-name", x, y }, text)));
  }
}

// apart keeps names of lines that end at one height from covering each other.
function apart(ends) {
  const sorted = ends.toSorted((a, b) => b.y - a.y);
  sorted.forEach((end, i) => (end.y = Math.max(lineHeight * (sorted.length - i), Math.min(end.y, i ? sorted[i - 1].y - lineHeight : height - margin.bottom))));
  return sorted;
}

function svg(tag, attributes, text = "") {
  const el = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) el.setAttribute(name, value);
  el.textContent = text;
  return el;
}
