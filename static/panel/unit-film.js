import { filmFileAddress, readFilm, unitPictureAddress } from "../api.js";
import { element, setText } from "../element.js";
import { stepText } from "../model/timeline-marks.js";
import { Picture } from "./picture.js";

const most = 16; // columns

// A unit over the steps, from the random start to the newest: each frame opens
// its step.
export class UnitFilm {
  // onSeek(step) is told the step of a frame that was chosen.
  constructor(el, onSeek) {
    Object.assign(this, { el, onSeek, frames: new Map(), known: "" });
    const find = (name) => el.querySelector(`.Strip-${name}`);
    Object.assign(this, { about: find("about"), downloads: find("downloads"), list: find("frames") });
  }

  // update takes unit, as the API tells it; view, of which the frames are;
  // newest, the newest kept step; scale, "log" or "epochs"; stepsPerEpoch; and
  // whether what is shown is live. The frames are asked for anew when there is a
  // newer step.
  async update({ unit, view, newest, scale, stepsPerEpoch, live }) {
    const known = `${newest} ${scale}`;
    if (known !== this.known) {
      this.known = known;
      const query = { unit: unit.unit, view, steps: scale, columns: most };
      const film = await readFilm(unit.run, unit.level, query);
      if (known !== this.known) return;
      this.offer(unit, query);
      this.fill(unit, film.steps, view, stepsPerEpoch);
    }
    for (const [step, { el }] of this.frames) {
      if (!live && step === unit.step) el.setAttribute("aria-current", "step");
      else el.removeAttribute("aria-current");
    }
  }

  fill(unit, steps, view, stepsPerEpoch) {
    for (const [step, { el }] of this.frames) {
      if (steps.includes(step)) continue;
      el.parentElement.remove();
      this.frames.delete(step);
    }
    steps.forEach((step, i) => {
      const frame = this.frames.get(step) ?? this.add(unit, step, view, stepsPerEpoch);
      if (this.list.children[i] !== frame.el.parentElement) this.list.insertBefore(frame.el.parentElement, this.list.children[i] ?? null);
    });
    setText(this.about, `steps ${steps[0].toLocaleString("en")} to ${steps.at(-1).toLocaleString("en")}; choose one to look at it`);
  }

  add(unit, step, view, stepsPerEpoch) {
    const image = element("img", { className: "Strip-picture", alt: "" });
    const el = element("a", { className: "Strip-frame", href: `?step=${step}`, title: stepText(step, stepsPerEpoch) }, image, element("span", { textContent: step.toLocaleString("en") }));
    el.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.onSeek(step);
    });
    element("li", {}, el);
    new Picture(image).update({ address: unitPictureAddress(unit.run, step, unit.level, unit.unit, view), alt: `at ${stepText(step, stepsPerEpoch)}` }).catch(() => (image.alt = "could not be loaded"));
    this.frames.set(step, { el });
    return { el };
  }

  offer({ run, level, unit }, query) {
    const link = (format, text) => element("a", { href: filmFileAddress(run, level, format, query), download: `${run}-${level}-${unit}.${format}`, textContent: text });
    this.downloads.replaceChildren(link("gif", "Animated GIF"), " ", link("png", "Contact sheet (PNG)"));
  }
}
