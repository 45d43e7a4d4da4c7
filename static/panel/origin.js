import { element } from "../element.js";
import { count, signed } from "../model/format.js";
import { Latest } from "../model/latest.js";
import { byChannel, windowOf } from "../model/lesson-maths.js";
import { limitOf } from "../model/diverging.js";
import { fixed, originNumbers } from "../model/lesson-text.js";
import { numberGrid } from "./number-grid.js";

const listedChannels = 4;

// Where one value of a layer comes from: the window, the filter and their
// products; the largest contributions to a score; the largest of a square.
export class Origin {
  // read(point) asks for {layer, digit, row, column, unit}; told(numbers, origin)
  // hears the sum in words.
  constructor(el, read, told) {
    Object.assign(this, { el, read, told, point: null, latest: new Latest() });
    this.title = element("h3", { className: "Origin-title", textContent: "Where a value comes from" });
    this.sum = element("p", { className: "Origin-sum" });
    this.sum.setAttribute("role", "status");
    this.body = element("div", { className: "Origin-body" });
    el.append(this.title, this.sum, this.body);
  }

  // ask shows where a value comes from; with many asked for in a hurry, the last.
  ask(point) {
    this.point = point;
    return this.latest.run(async () => {
      try {
        const origin = await this.read(point);
        if (point === this.point) this.show(origin, point);
      } catch (error) {
        if (error.name !== "AbortError") this.sum.textContent = error.message;
      }
    });
  }

  show(origin, { name }) {
    const numbers = originNumbers(origin);
    this.title.textContent = origin.kind === "dense" ? `${name}: ${fixed(origin.value)}` : `${name}, map ${origin.unit}, row ${origin.row}, column ${origin.column}: ${fixed(origin.value)}`;
    this.sum.textContent = numbers;
    this.body.replaceChildren(...(this[origin.kind]?.(origin) ?? []));
    Object.assign(this.el.dataset, { kind: origin.kind, shown: `${origin.layer} ${origin.digit} ${origin.unit} ${origin.row} ${origin.column}` });
    this.told(numbers, origin);
  }

  // conv shows the channel that adds most as three windows, and what the others add.
  conv({ terms, of }) {
    const groups = byChannel(terms);
    if (!groups.length) return [];
    const { channel, terms: shown } = groups[0];
    const window = windowOf(shown);
    const grid = (name, caption) => numberGrid(window, name, { caption, limit: limitOf(shown.map((term) => term[name])), decimals: window.columns.length > 3 ? 1 : 2 });
    const operand = (sign, table) => element("div", { className: "Origin-operand" }, element("span", { className: "Origin-sign", textContent: sign, ariaHidden: "true" }), table);
    const source = of === "input" ? "the image" : `${of}, map ${channel}`;
    const grids = element("div", { className: "Origin-grids" }, grid("input", `window of ${source}`), operand("×", grid("weight", "filter")), operand("=", grid("product", `products, sum ${fixed(groups[0].sum)}`)));
    return groups.length > 1 ? [grids, this.channels(groups)] : [grids];
  }

  channels(groups) {
    const rest = groups.slice(listedChannels);
    const parts = groups.slice(0, listedChannels).map(({ channel, sum }) => `map ${channel}: ${signed(sum)}`);
    if (rest.length) parts.push(`the other ${count(rest.length)}: ${signed(rest.reduce((total, { sum }) => total + sum, 0))}`);
    return element("p", { className: "Origin-channels", textContent: `Shown is the channel that adds most. ${parts.join(", ")}.` });
  }

  maxpool({ terms }) {
    const limit = limitOf(terms.map(({ input }) => input));
    return [element("div", { className: "Origin-grids" }, numberGrid(windowOf(terms), "input", { caption: "the square; framed is the largest", limit, chosen: ({ weight }) => weight === 1 }))];
  }

  dense({ terms, bias, rest, of }) {
    const limit = limitOf(terms.map(({ product }) => product));
    const row = (name, product, detail) => {
      const bar = element("span", { className: `Bar${product < 0 ? " is-negative" : ""}`, ariaHidden: "true" });
      bar.style.setProperty("--share", limit > 0 ? Math.min(1, Math.abs(product) / limit) : 0);
      return element("tr", {}, element("th", { scope: "row", textContent: name }), element("td", { textContent: detail }), element("td", { textContent: signed(product) }), element("td", { className: "Origin-bar" }, bar));
    };
    const rows = terms.map(({ row: y, column: x, channel, input, weight, product }) => row(`map ${channel}, row ${y}, column ${x}`, product, `${fixed(input)} × ${fixed(weight)}`));
    return [element("table", { className: "Table" }, element("caption", { className: "Station-caption", textContent: `The largest contributions from ${of}` }),
      element("tbody", {}, ...rows, row("all others", rest, ""), row("bias", bias, "")))];
  }
}
