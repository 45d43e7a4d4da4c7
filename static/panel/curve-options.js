import { figureAddress, metricsAddress, replayAddress, weightsAddress } from "../api.js";
import { element } from "../element.js";

const wide = 460; // CSS pixels from which the wide drawing is the better one

// The options of both curves, and the links that save them.
export class CurveOptions {
  // picture is an element as wide as a curve.
  constructor(el, downloads, picture, theme, onChange) {
    Object.assign(this, { el, downloads, picture, theme });
    el.addEventListener("submit", (event) => event.preventDefault());
    el.addEventListener("input", () => this.changed(onChange));
    const menu = downloads.closest("details");
    document.addEventListener("click", (event) => menu.contains(event.target) || (menu.open = false));
    menu.addEventListener("keydown", (event) => event.key === "Escape" && (menu.open = false));
    this.size = this.sizeNow();
    new ResizeObserver(() => {
      if (this.size === this.sizeNow()) return;
      this.size = this.sizeNow();
      onChange();
    }).observe(picture);
  }

  sizeNow() {
    return this.picture.clientWidth >= wide ? "wide" : "narrow";
  }

  // values are what the stream wants to know.
  get values() {
    const { xScale, yScale, smoothing } = this.el.elements;
    return {
      theme: this.theme.name, size: this.size, smoothing: Number(smoothing.value),
      compare: this.compare ?? "",
      xScale: xScale.checked ? "log" : "linear", yScale: yScale.checked ? "log" : "linear",
    };
  }

  changed(onChange) {
    this.update({ run: this.run });
    onChange();
  }

  // update takes the run that is shown, and the one that it is compared with.
  update({ run = this.run, compare = this.compare }) {
    Object.assign(this, { run, compare });
    const links = [["loss", "Loss"], ["accuracy", "Accuracy"]].map(([figure, name]) =>
      element("p", {}, `${name} `, ...["svg", "png", "pdf"].map((format) =>
        element("a", { href: figureAddress(run, figure, format, this.values), download: `${run}-${figure}.${format}`, textContent: format.toUpperCase(), ariaLabel: `${name} as ${format.toUpperCase()}` }))));
    const csv = element("a", { href: metricsAddress(run), download: `${run}-metrics.csv`, textContent: "CSV", ariaLabel: "All points as CSV" });
    const replay = element("a", { href: replayAddress(run), download: `${run}.html`, textContent: "HTML", ariaLabel: "Replay of the run as one file that works without a network" });
    const weights = element("a", { href: weightsAddress(run), download: `${run}.safetensors`, textContent: "safetensors", ariaLabel: "Newest weights as safetensors, for the program's -init and for PyTorch" });
    this.downloads.replaceChildren(...links, element("p", {}, "All points ", csv), element("p", { title: "One file that works without a network" }, "Replay ", replay), element("p", { title: "For the program's -init, and for PyTorch" }, "Newest weights ", weights));
  }
}
