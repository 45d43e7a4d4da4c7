import { readPicture } from "../api.js";
import { element, setText } from "../element.js";
import { TileCanvas } from "./tile-canvas.js";

const room = 264; // CSS pixels of height for the tiles

// The feature maps of all convolutions for what is drawn.
export class DrawnMaps {
  // levels are the names of the convolutions; keptStep() is the step to ask for,
  // or null; say(sentence) is told of failures.
  constructor(el, levels, keptStep) {
    Object.assign(this, { el, keptStep });
    this.cards = levels.map((level) => {
      const frame = element("div", { className: "DrawnMaps-view" }, element("canvas", { className: "DrawnMaps-picture", width: 1, height: 1 }));
      const note = element("span", { className: "DrawnMaps-note" });
      const card = element("figure", { className: "DrawnMaps-level", data: { level } }, element("figcaption", {}, element("h3", { className: "Explanation-title", textContent: level }), note), frame);
      frame.firstChild.setAttribute("role", "img");
      frame.firstChild.setAttribute("aria-label", "Nothing is drawn yet");
      return { level, el: card, frame, note, tiles: new TileCanvas(frame.firstChild), picture: null };
    });
    el.querySelector(".DrawnMaps-levels").append(...this.cards.map((card) => card.el));
    new ResizeObserver(() => this.cards.forEach((card) => this.draw(card))).observe(el);
  }

  // questions are for Insights, one for each level.
  get questions() {
    return this.cards.map((card) => ({
      ask: ({ run, step, ...shown }, signal) => this.read(run, card.level, shown, signal),
      show: (picture) => {
        card.picture = picture;
        this.draw(card);
      },
    }));
  }

  async read(run, level, shown, signal) {
    const step = this.keptStep();
    if (step === null) return null;
    const { header, image } = await readPicture(run, step, { level, view: "maps", shown }, signal);
    return { header, bitmap: await createImageBitmap(image) };
  }

  draw({ picture, frame, tiles, note, el }) {
    el.dataset.step = picture?.header.step ?? "";
    setText(note, picture ? `${picture.header.units} units` : "");
    if (!picture) return tiles.clear();
    const order = Array.from({ length: picture.header.units }, (_, unit) => unit);
    tiles.draw(picture, { order, pins: new Set(), names: null }, frame.clientWidth, room);
  }
}
