import { unitPictureAddress } from "../api.js";
import { element } from "../element.js";
import { signed } from "../model/format.js";
import { unitAddress } from "../model/page-address.js";
import { unitName } from "../model/unit-text.js";

// The strongest connections of a unit, as links to the units at their other
// ends.
export class UnitConnections {
  constructor(el) {
    this.lists = { incoming: el.querySelector("#unit-incoming"), outgoing: el.querySelector("#unit-outgoing") };
  }

  // update takes unit, as the API tells it; query, of the links; lowest, the
  // first layer's name, whose filters are pictures; and classes, their names.
  update({ unit, query, lowest, classes }) {
    for (const [name, list] of Object.entries(this.lists)) {
      const all = unit[name] ?? [];
      const largest = Math.max(...all.map(({ weight }) => Math.abs(weight)));
      list.replaceChildren(...all.map((one) => link(unit, one, largest, query, lowest, classes)));
      if (!all.length) list.replaceChildren(element("li", { className: "Connections-none", textContent: name === "incoming" ? "the image itself" : "nothing: it is the answer" }));
    }
  }
}

// link tells one connection; a layer whose units have no page is only named.
function link({ run, step }, { level, layer, unit, weight }, largest, query, lowest, classes) {
  const bar = element("span", { className: `Connections-bar${weight < 0 ? " is-negative" : ""}`, ariaHidden: "true" });
  bar.style.setProperty("--share", Math.abs(weight) / largest);
  const picture = level ? unitPictureAddress(run, step, level, unit, level === lowest ? "filter" : "maximization") : null;
  const parts = [
    element(picture ? "img" : "span", { className: "Connections-picture", ...(picture && { alt: "", src: picture }) }),
    element("span", { textContent: unitName(level, layer, unit, classes) }),
    element("span", { className: "Connections-weight", textContent: `${signed(weight)} ${weight < 0 ? "inhibits" : "excites"}` }), bar,
  ];
  return element("li", {}, level
    ? element("a", { className: "Connections-link", href: unitAddress(run, level, unit, query) }, ...parts)
    : element("span", { className: "Connections-link" }, ...parts));
}
