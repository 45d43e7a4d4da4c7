import { testImageAddress } from "../api.js";
import { element, setAttribute, setText } from "../element.js";
import { percent } from "../model/format.js";
import { mistakeText } from "../model/confusion.js";
import { drawingAddress } from "../model/page-address.js";
import { labelChip } from "./label-chip.js";

// A test image with its label, what it was taken for, and a bar for the
// probability of each class. It leads to the drawing page.
export class ImageCard {
  constructor() {
    Object.assign(this, { image: element("img", { className: "ImageCard-image", alt: "", loading: "lazy", width: 56, height: 56 }), which: spoken(""), label: element("b"), prediction: element("b"), sure: element("span"), bars: element("span", { className: "ImageCard-bars" }) });
    const arrow = element("span", { textContent: "→" });
    for (const el of [arrow, this.bars]) setAttribute(el, "aria-hidden", true);
    this.link = element("a", { className: "ImageCard" }, this.image, element("span", { className: "ImageCard-words" }, this.which, this.label, arrow, spoken(" taken for "), this.prediction), spoken(" with "), this.sure, this.bars);
    this.el = element("li", {}, this.link);
  }

  // update takes an item, as the API tells it, the classes' names, the run and the
  // step.
  update(item, classes, run, step) {
    const { index, label, prediction, probabilities } = item;
    const address = testImageAddress(index);
    if (this.image.getAttribute("src") !== address) this.image.src = address;
    labelChip(this.label, label, classes[label] ?? label);
    labelChip(this.prediction, prediction, classes[prediction] ?? prediction);
    setText(this.sure, percent(probabilities[prediction], 1));
    this.link.href = drawingAddress(run, { test: String(index), step });
    this.link.title = `${mistakeText(item, classes)}. It opens on the drawing page.`;
    setText(this.which, `Test image ${index}: a `);
    while (this.bars.childElementCount < probabilities.length) this.bars.append(element("i"));
    probabilities.forEach((p, i) => {
      const bar = this.bars.children[i];
      bar.style.setProperty("--share", p.toFixed(3));
      bar.className = i === label ? "is-label" : i === prediction ? "is-prediction" : "";
    });
  }
}

// spoken is text for those who do not see the card.
const spoken = (textContent) => element("span", { className: "VisuallyHidden", textContent });

// fillCards makes a list show items, in cards that are made once.
export function fillCards(list, cards, items, ...about) {
  while (cards.length < items.length) {
    const card = new ImageCard();
    cards.push(card);
    list.append(card.el);
  }
  for (const card of cards.splice(items.length)) card.el.remove();
  items.forEach((item, i) => cards[i].update(item, ...about));
}
