import { levelPictureAddress } from "../api.js";
import { element, setText } from "../element.js";
import { count, number } from "../model/format.js";
import { parametersOf } from "../model/lesson-maths.js";
import { parameterText } from "../model/lesson-text.js";
import { Picture } from "./picture.js";

// Station 1: the random numbers before any training.
export class StationStart {
  constructor(el, run) {
    Object.assign(this, { el, run, isDone: false });
    this.picture = new Picture(el.querySelector("img"));
  }

  // update is done once: step 0 stays what it is.
  update({ lesson }) {
    if (this.isDone) return;
    this.isDone = true;
    const { network, start, init } = lesson;
    const layers = network.layers.filter(({ weights }) => weights > 0);
    setText(this.el.querySelector("[data-numbers]"), `${layers[0].name}: ${parameterText(layers[0])} = ${count(parametersOf(layers[0]))}`);
    const row = ({ name, weights, biases, ...layer }) => element("tr", {}, element("th", { scope: "row", textContent: name }), element("td", { textContent: parameterText({ ...layer, weights }) }), element("td", { textContent: count(weights) }), element("td", { textContent: count(biases) }));
    this.el.querySelector("tbody").replaceChildren(...layers.map(row));
    this.el.querySelector("tfoot").replaceChildren(element("tr", {}, element("th", { scope: "row", textContent: "all" }), element("td"), element("td", { colSpan: 2, textContent: count(network.parameters) })));
    this.el.querySelector("[data-histograms]").replaceChildren(...start.map(histogram));
    setText(this.el.querySelector("[data-scale]"), `${init ? `This run did not start from random numbers, but from the weights of ${init}. ` : ""}Light adds ink, dark takes it away; grey is 0.`);
    const alt = `The filters of ${layers[0].name} at step 0${init ? "" : ": random patterns"}`;
    this.picture.update({ address: levelPictureAddress(this.run, 0, "low", { view: "filter" }), alt }).catch(() => (this.picture.img.alt = "The filters could not be loaded."));
  }
}

function histogram({ layer, min, max, counts, mean, deviation }) {
  const most = Math.max(1, ...counts);
  const bars = counts.map((n) => {
    const bar = element("i");
    bar.style.setProperty("--share", n / most);
    return bar;
  });
  const text = `mean ${number(mean, 2)}, spread ${number(deviation, 2)}`;
  const picture = element("div", { className: "Histogram-bars", role: "img", ariaLabel: `${layer}: weights from ${number(min)} to ${number(max)}, ${text}` }, ...bars);
  return element("figure", { className: "Histogram" }, element("figcaption", {}, element("b", { textContent: layer }), element("span", { textContent: text })), picture,
    element("p", { className: "Histogram-ends", ariaHidden: "true" }, element("span", { textContent: number(min, 2) }), element("span", { textContent: "weights" }), element("span", { textContent: number(max, 2) })));
}
