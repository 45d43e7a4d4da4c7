import { levelPictureAddress } from "../api.js";
import { element, setText } from "../element.js";
import { accuracyText, fixed, milestoneText } from "../model/lesson-text.js";
import { article } from "../model/verdict.js";
import { DigitPicture } from "./digit-picture.js";
import { Picture } from "./picture.js";

const views = { low: ["filter", "filters"], mid: ["maximization", "inputs that drive each unit most"], high: ["maximization", "inputs that drive each unit most"] };
const thumbnail = 36; // CSS pixels

// Station 8: the digits and the levels at the start, after an epoch, and now.
export class StationLearned {
  constructor(el, run) {
    Object.assign(this, { run, cards: new Map(), list: el.querySelector("[data-milestones]"), numbers: el.querySelector("[data-numbers]") });
  }

  // update resolves when the pictures are seen.
  async update({ lesson }) {
    const { milestones, network } = lesson;
    const levels = [...new Set(network.layers.map(({ level }) => level).filter(Boolean))];
    if ([...this.cards.keys()].join() !== milestones.map(({ name }) => name).join()) this.build(milestones, levels, lesson.digits.length);
    setText(this.numbers, milestones.map(({ loss, step }) => `step ${step}: ${fixed(loss)}`).join(",  "));
    await Promise.all(milestones.map((milestone) => this.show(milestone, lesson)));
  }

  build(milestones, levels, digits) {
    this.cards = new Map(milestones.map(({ name }) => {
      const card = {
        title: element("h3", { className: "Milestone-title" }), about: element("p", { className: "Milestone-about" }),
        rows: Array.from({ length: digits }, () => ({ picture: new DigitPicture(thumbnail), text: element("span") })),
        levels: levels.map((level) => ({ level, img: element("img", { className: "Milestone-picture", alt: "Not loaded yet" }) })),
      };
      for (const one of card.levels) one.picture = new Picture(one.img);
      card.el = element("article", { className: "Milestone", data: { name } }, card.title, card.about,
        element("ul", { className: "Milestone-digits" }, ...card.rows.map(({ picture, text }) => element("li", {}, picture.el, text))),
        ...card.levels.map(({ level, img }) => element("figure", { data: { level } }, element("figcaption", { className: "Station-caption", textContent: `${level} level: ${views[level][1]}` }), img)));
      return [name, card];
    }));
    this.list.replaceChildren(...[...this.cards.values()].map(({ el }) => el));
  }

  async show(milestone, { digits, network, init }) {
    const { classes, input } = network;
    const card = this.cards.get(milestone.name);
    setText(card.title, milestoneText(milestone, init));
    setText(card.about, `Total error ${fixed(milestone.loss)} · test accuracy ${accuracyText(milestone.testAccuracy)}`);
    card.rows.forEach(({ picture, text }, i) => {
      picture.update(digits[i], input, classes);
      const [answer, { label }] = [milestone.predictions[i], digits[i]];
      text.className = answer === label ? "is-good" : "is-bad";
      setText(text, `${answer === label ? "✓" : "✗"} ${article(classes[answer])}; belief in ${classes[label]}: ${fixed(milestone.probabilities[i][label])}`);
    });
    await Promise.all(card.levels.map(({ level, picture }) => {
      const address = levelPictureAddress(this.run, milestone.step, level, { view: views[level][0] });
      return picture.update({ address, alt: `${level} level at step ${milestone.step}: ${views[level][1]}` }).catch(() => (picture.img.alt = "This picture could not be loaded."));
    }));
  }
}
