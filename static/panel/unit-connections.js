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

function link({ run, step }, { level, unit, weight }, largest, query, lowest, classes) {
  const picture = level === lowest ? "filter" : "maximization";
  const bar = element("span", { className: `Connections-bar${weight < 0 ? " is-negative" : ""}`, ariaHidden: "true" });
  bar.style.setProperty("--share", Math.abs(weight) / largest);
  return element("li", {}, element("a", { className: "Connections-link", href: unitAddress(run, level, unit, query) },
    element("img", { className: "Connections-picture", alt: "", src: unitPictureAddress(run, step, level, unit, picture) }),
    element("span", { textContent: unitName(level, level, unit, classes) }),
    element("span", { className: "Connections-weight", textContent: `${signed(weight)} ${weight < 0 ? "inhibits" : "excites"}` }), bar));
}
