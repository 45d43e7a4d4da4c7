import { figureAddress, metricsAddress, replayAddress, weightsAddress } from "../api.js";
import { element } from "../element.js";
import { figureOptions } from "../model/curve-view.js";
import { closeMenu } from "./menu.js";

const formats = ["svg", "png", "pdf", "csv"];

// The links that save the curves as they are looked at.
export class CurveDownloads {
  constructor(el) {
    this.el = el;
    closeMenu(el.closest("details"));
  }

  // update takes the run, how the curves are looked at, the runs beside it, and
  // the theme's name.
  update({ run, view, overlaid, theme }) {
    const link = (text, href, download, ariaLabel) => element("a", { href, download, textContent: text, ariaLabel });
    const curves = [["loss", "Loss"], ["accuracy", "Accuracy"]].map(([figure, name]) => element("p", {}, `${name} `, ...formats.map((format) =>
      link(format.toUpperCase(), figureAddress(run, figure, format, { theme, ...figureOptions(view, figure, overlaid) }), `${run}-${figure}.${format}`, `${name} as ${format.toUpperCase()}`))));
    this.el.replaceChildren(...curves,
      element("p", {}, "All points ", link("CSV", metricsAddress(run), `${run}-metrics.csv`, "All points as CSV")),
      element("p", { title: "One file that works without a network" }, "Replay ", link("HTML", replayAddress(run), `${run}.html`, "HTML: a replay of the run as one file that works without a network")),
      element("p", { title: "For the program's -init, and for PyTorch" }, "Newest weights ", link("safetensors", weightsAddress(run), `${run}.safetensors`, "Newest weights as safetensors, for the program's -init and for PyTorch")));
  }
}
