import { readFigure } from "../api.js";
import { element, setText } from "../element.js";
import { count, number, percent, signed } from "../model/format.js";
import { Picture } from "./picture.js";

const size = { width: 320, height: 170 };

// What is plotted over the steps, with its value at the step looked at.
const figures = [
  { figure: "norm", title: "Norm of its weights", value: ({ norm, bias }) => `${number(norm)}, bias ${signed(bias)}` },
  { figure: "gradient", title: "Norm of the gradient", value: ({ gradientNorm }) => number(gradientNorm) },
  { figure: "update", title: "Update to weight ratio", value: ({ updateRatio, updateSince }) => (Number.isFinite(updateRatio) ? `${number(updateRatio)} a step, since step ${count(updateSince)}` : "–") },
  { figure: "distance", title: "Distance from step 0", value: ({ distance }) => number(distance) },
  { figure: "active", title: "Images that activate it", value: ({ activeShare }) => percent(activeShare) },
  { figure: "selectivity", title: "Selectivity for classes", value: ({ selectivity, selectiveClass }, classes) => (selectivity?.length ? `${signed(selectivity[selectiveClass])} for ${classes[selectiveClass] ?? selectiveClass}` : "–") },
  { figure: "weights", title: "Its weights over the steps", value: () => "" },
  { figure: "gradients", title: "Its gradient over the steps", value: () => "" },
  { figure: "weights", title: "Its weights at this step", atStep: true, value: (_, __, { weights }) => spanOf(weights) },
  { figure: "gradients", title: "Its gradient at this step", atStep: true, value: (_, __, { gradient }) => spanOf(gradient) },
];

// A unit's vital signs: plots over the kept steps, and histograms.
export class UnitVitals {
  // say(sentence) is told of failures.
  constructor(el, say) {
    this.say = say;
    this.cards = figures.map((one) => {
      const image = element("img", { className: "Vitals-picture", alt: `${one.title}: not drawn yet`, ...size });
      const value = element("b");
      const card = element("figure", { className: "Vitals-figure", data: { figure: one.atStep ? `${one.figure}-now` : one.figure } },
        element("figcaption", {}, element("h3", { textContent: one.title }), value), image);
      return { ...one, el: card, valueEl: value, picture: new Picture(image), known: "" };
    });
    el.querySelector(".Vitals-figures").append(...this.cards.map((card) => card.el));
  }

  // forget makes all be drawn anew, as after a change of units.
  forget() {
    for (const card of this.cards) card.known = "";
  }

  // update takes unit, as the API tells it; newest, the newest kept step; theme;
  // scale, "log" or "epochs"; live, whether the newest step is looked at; and
  // classes, their names. Only what has changed is drawn anew.
  async update({ unit, newest, theme, scale, live, classes }) {
    const x = scale === "epochs" ? "linear" : "log";
    for (const card of this.cards) setText(card.valueEl, card.value(unit.vitals ?? {}, classes, unit.histograms ?? {}));
    await Promise.all(this.cards.map(async (card) => {
      const known = `${card.atStep || !live ? unit.step : newest} ${theme} ${card.atStep || x} ${live}`;
      if (known === card.known) return;
      card.known = known;
      const query = { theme, ...size, ...(card.atStep ? { step: unit.step } : { x, mark: live ? null : unit.step }) };
      try {
        const blob = await readFigure(unit.run, unit.level, unit.unit, card.figure, query);
        if (known === card.known) await card.picture.show(blob, `${card.title}: ${card.valueEl.textContent || "a plot over the kept steps"}`);
      } catch (error) {
        card.known = "";
        this.say(error.message);
      }
    }));
  }
}

const spanOf = (histogram) => (histogram ? `${number(histogram.min)} to ${number(histogram.max)}` : "–");
