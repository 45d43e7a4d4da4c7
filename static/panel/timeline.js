import { element, setAttribute, setText } from "../element.js";
import { nearest } from "../model/search.js";
import { stepText, timelineMarks } from "../model/timeline-marks.js";

const labelWidth = 52; // CSS pixels

// The timeline over the kept steps. At its end it is live, and stays there.
export class Timeline {
  // onSeek(step) is told the step to look at, or null for live.
  constructor(el, liveButton, onSeek) {
    Object.assign(this, { el, live: liveButton, onSeek });
    this.range = el.querySelector("input");
    this.text = el.querySelector(".Timeline-step");
    this.marks = el.querySelector(".Timeline-marks");
    this.steps = [];
    this.step = null;
    this.range.addEventListener("input", () => onSeek(this.steps[Number(this.range.value)] ?? null));
    new ResizeObserver(() => this.drawMarks(Number(this.range.max))).observe(this.marks);
    liveButton.addEventListener("click", () => onSeek(null));
  }

  // update takes any of: steps, the kept ones; newest, the step trained last;
  // stepsPerEpoch; and step, the one looked at, null meaning live.
  update({ steps = this.steps, newest = this.newest, stepsPerEpoch = this.stepsPerEpoch, step = this.step }) {
    const isOther = steps !== this.steps || stepsPerEpoch !== this.stepsPerEpoch;
    Object.assign(this, { steps, newest, stepsPerEpoch, step });
    const last = Math.max(0, steps.length - 1);
    const index = step === null ? last : nearest(steps, step);
    this.range.disabled = steps.length === 0;
    this.range.max = last;
    this.range.value = index;
    const text = step === null ? `live, ${stepText(newest ?? 0, stepsPerEpoch)}` : stepText(step, stepsPerEpoch);
    setText(this.text, text);
    setAttribute(this.range, "aria-valuetext", text);
    setAttribute(this.live, "aria-pressed", step === null);
    this.range.dataset.step = step ?? newest ?? "";
    if (isOther) this.drawMarks(last);
  }

  drawMarks(last) {
    const marks = timelineMarks(this.steps, this.stepsPerEpoch, labelWidth / Math.max(labelWidth, this.marks.clientWidth));
    this.marks.replaceChildren(...marks.map(({ index, text, kind }) => {
      const el = element("span", { className: `Timeline-mark Timeline-mark--${kind}`, textContent: text });
      el.style.setProperty("--at", last ? index / last : 0);
      return el;
    }));
  }
}
