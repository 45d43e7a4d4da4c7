import { element } from "../element.js";
import { isBright } from "../model/diverging.js";
import { fixed } from "../model/lesson-text.js";
import { weightsMap } from "./number-canvas.js";

// numberGrid is a small table of a window's numbers on their colours. window is
// as windowOf makes it; name is which number of a term is shown; limit is what
// the colours span; chosen says which terms are framed.
export function numberGrid(window, name, { caption, limit, decimals = 2, chosen = () => false }) {
  const colour = weightsMap();
  const cell = (term) => {
    if (!term) return element("td");
    const rgb = colour(limit > 0 ? term[name] / limit : 0);
    const td = element("td", { textContent: fixed(term[name], decimals), className: `NumberGrid-cell${isBright(rgb) ? "" : " is-dark"}${chosen(term) ? " is-chosen" : ""}` });
    td.style.backgroundColor = `rgb(${rgb.join(" ")})`;
    return td;
  };
  return element("table", { className: "NumberGrid" }, element("caption", { textContent: caption }),
    element("tbody", {}, ...window.rows.map((row) => element("tr", {}, ...window.columns.map((column) => cell(window.at(row, column)))))));
}
