import { element, setAttribute, setText } from "../element.js";
import { nearest } from "../model/search.js";
import { epochStep, placesOf } from "../model/playback.js";
import { stepText, timelineMarks } from "../model/timeline-marks.js";

const labelWidth = 52; // CSS pixels

// The timeline over the kept steps, or over the ends of epochs. At its end it is
// live, and stays there.
export class Timeline {
  // onSeek(step, isJump) is told the step to look at, or null for live; a jump
  // is a place to come back to. player plays the steps forward. onScale(scale)
  // is told "log" or "epochs".
  constructor(el, liveButton, player, onSeek, onScale) {
    Object.assign(this, { el, live: liveButton, player, onSeek, scale: "log" });
    this.range = el.querySelector("input");
    this.name = el.querySelector(".Timeline-name");
    this.text = el.querySelector(".Timeline-step");
    this.marks = el.querySelector(".Timeline-marks");
    this.steps = [];
    this.places = []; // the steps that it goes through
    this.step = null;
    this.play = el.querySelector(".Timeline-play");
    this.speed = el.querySelector(".Timeline-speed");
    this.range.addEventListener("input", () => this.seek(this.places[Number(this.range.value)] ?? null));
    this.range.addEventListener("keydown", (event) => this.jumpBy(event));
    this.play.addEventListener("click", () => player.toggle());
    this.speed.addEventListener("change", () => (player.speed = Number(this.speed.value)));
    this.scaleSelect = el.querySelector(".Timeline-scale");
    this.scaleSelect.addEventListener("change", () => onScale(this.scaleSelect.value));
    new ResizeObserver(() => this.drawMarks(Number(this.range.max))).observe(this.marks);
    liveButton.addEventListener("click", () => this.seek(null, true));
  }

  seek(step, isJump = false) {
    this.player.stop();
    this.onSeek(step, isJump);
  }

  // jumpBy: Page Up and Down go to the ends of epochs, Home to the random
  // start, End to the newest weights. The arrows are the range's own.
  jumpBy(event) {
    const direction = { PageUp: 1, PageDown: -1 }[event.key];
    if (event.key === " ") this.player.toggle();
    else if (event.key === "End") this.seek(null, true);
    else if (event.key === "Home") this.seek(this.steps[0] ?? null, true);
    else if (direction) this.seek(epochStep(this.steps, this.stepsPerEpoch, this.step ?? this.newest ?? 0, direction) ?? (direction < 0 ? this.steps[0] : null), true);
    else return;
    event.preventDefault();
  }

  // showPlaying tells whether the steps are being played.
  showPlaying(isPlaying) {
    setAttribute(this.play, "aria-label", isPlaying ? "Stop playing" : "Play the steps");
    setAttribute(this.play.querySelector("use"), "href", `#icon-${isPlaying ? "pause" : "resume"}`);
    setAttribute(this.play, "aria-pressed", isPlaying);
  }

  // update takes any of: steps, the kept ones; newest, the step trained last;
  // stepsPerEpoch; scale, "log" or "epochs"; note, what there is to say of the
  // run; and step, the one looked at, null meaning live.
  update({ note, steps = this.steps, newest = this.newest, stepsPerEpoch = this.stepsPerEpoch, scale = this.scale, step = this.step }) {
    const isOther = steps !== this.steps || stepsPerEpoch !== this.stepsPerEpoch || scale !== this.scale;
    Object.assign(this, { steps, newest, stepsPerEpoch, scale, step });
    if (note !== undefined) {
      setText(this.name, note || "Timeline");
      this.name.title = note;
    }
    if (isOther) this.places = placesOf(steps, stepsPerEpoch, scale);
    const last = Math.max(0, this.places.length - 1);
    const index = step === null ? last : nearest(this.places, step);
    this.scaleSelect.value = scale;
    this.range.disabled = steps.length === 0;
    this.play.disabled = steps.length < 2;
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
    const marks = timelineMarks(this.places, this.stepsPerEpoch, labelWidth / Math.max(labelWidth, this.marks.clientWidth));
    this.marks.replaceChildren(...marks.map(({ index, text, kind }) => {
      const el = element("span", { className: `Timeline-mark Timeline-mark--${kind}`, textContent: text });
      el.style.setProperty("--at", last ? index / last : 0);
      return el;
    }));
  }
}
