import { readClassCurves } from "../evaluation-api.js";
import { element, setText } from "../element.js";
import { percent } from "../model/format.js";
import { ClassChoice } from "./class-choice.js";
import { labelChip } from "./label-chip.js";
import { Picture } from "./picture.js";

const height = 280; // CSS pixels of the picture

// The accuracy of each class over the steps, and its figures at the step looked
// at.
export class ClassCurves {
  // say(sentence) is told of failures.
  constructor(el, run, say) {
    Object.assign(this, { el, run, say, about: el.querySelector(".ClassCurves-about"), picture: new Picture(el.querySelector("img")), body: el.querySelector("tbody"), place: {}, known: "" });
    this.choice = new ClassChoice(el.querySelector(".ClassChoice"), () => this.draw());
    new ResizeObserver(() => this.place.theme && this.draw()).observe(this.picture.img);
  }

  // update takes any of: classes, their names; and evaluation, as the API tells it.
  update({ classes = this.classes, evaluation }) {
    this.classes = classes;
    this.choice.update({ classes });
    if (!evaluation) return;
    const { classAccuracy, classPrecision, classF1 } = evaluation;
    this.choice.update({ texts: classAccuracy.map((recall) => percent(recall, 1)) });
    this.body.replaceChildren(...classes.map((name, i) => {
      const chip = element("b");
      labelChip(chip, i, name);
      const figures = [classAccuracy[i], classPrecision[i], classF1[i]].map((v) => element("td", { textContent: percent(v, 1) }));
      return element("tr", {}, element("th", { scope: "row" }, chip), ...figures);
    }));
  }

  // plot draws the curves at a place {step, live, theme, scale, steps, newest}:
  // steps is "epochs" or "log", what they go through.
  plot(place) {
    this.place = place;
    return this.draw();
  }

  // width is the picture's, in steps that spare drawings.
  get width() {
    return Math.max(300, Math.floor(this.picture.img.clientWidth / 20) * 20);
  }

  async draw() {
    const { step, live, theme, scale, steps, newest } = this.place;
    const query = { theme, steps, x: scale === "epochs" ? "linear" : "log", width: this.width, height, classes: [...this.choice.chosen].join(","), mark: live || step === null ? null : String(step) };
    const known = JSON.stringify([query, newest]);
    if (known === this.known) return;
    this.known = known;
    this.asked?.abort();
    this.asked = new AbortController();
    setText(this.about, steps === "log" && !this.el.dataset.drawn ? "the kept steps are being judged" : this.about.textContent);
    try {
      const blob = await readClassCurves(this.run, query, this.asked.signal);
      if (known !== this.known) return;
      await this.picture.show(blob, `The accuracy of each class over the steps; the table beside it has the figures of step ${step}.`);
      this.el.dataset.drawn = known;
      setText(this.about, steps === "log" ? "at kept steps" : "after each epoch");
    } catch (error) {
      if (error.name === "AbortError" || known !== this.known) return;
      this.known = "";
      this.say(error.message);
    }
  }
}
