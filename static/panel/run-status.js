import { setText } from "../element.js";
import { count, duration, percent } from "../model/format.js";
import { stateText } from "../model/run-text.js";

// Where the run stands, in figures.
export class RunStatus {
  constructor(el) {
    this.values = Object.fromEntries([...el.querySelectorAll("[data-value]")].map((value) => [value.dataset.value, value]));
    this.el = el;
  }

  update(run) {
    const { state, step, epochs, epochsDone, evaluating, imagesPerSecond, secondsLeft, bestAccuracy, bestStep, bestSet } = run;
    this.el.dataset.state = state;
    const show = (name, text) => setText(this.values[name], text);
    show("state", evaluating > 0 ? "evaluating" : stateText(state, run.config?.init));
    show("step", count(step));
    show("epoch", `${epochsDone.toFixed(2)} / ${epochs}`);
    show("speed", state === "running" ? count(imagesPerSecond) : "–");
    show("left", state === "finished" ? "done" : duration(secondsLeft));
    show("bestLabel", `Best ${bestSet ?? "test"}`);
    show("best", percent(bestAccuracy, 2));
    this.values.best.title = Number.isInteger(bestStep) ? `at step ${count(bestStep)}` : "not evaluated yet";
    this.values.speed.title = run.kernel ? `Computed with the ${run.kernel} kernels` : "";
  }
}
