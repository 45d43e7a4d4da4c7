import { testImageAddress } from "../api.js";
import { element, setAttribute, setText } from "../element.js";
import { percent } from "../model/format.js";
import { usualLens } from "../model/lens.js";
import { choicesOf, defaultViews, imageOf, viewOf } from "../model/level-view.js";

// The choices of how the levels are looked at: a bar above them, and each
// level's own view.
export class LensBar {
  // selects are the selects of the levels' views; onChange(lens) is told of
  // every choice.
  constructor(el, selects, onChange) {
    Object.assign(this, { el, selects, onChange, lens: usualLens });
    const find = (name) => el.querySelector(`#lens-${name}`);
    Object.assign(this, { order: find("order"), classes: find("class"), show: find("show"), untrained: find("untrained"), share: find("share"), probe: find("probe"), image: find("image"), drawing: find("drawing") });
    el.addEventListener("submit", (event) => event.preventDefault());
    this.order.addEventListener("change", () => this.change({ by: this.order.value }));
    this.classes.addEventListener("change", () => this.change({ classIndex: Number(this.classes.value) }));
    this.show.addEventListener("change", () => this.change({ show: this.show.value }));
    this.untrained.addEventListener("change", () => this.change({ untrained: this.untrained.checked }));
    this.image.addEventListener("change", () => this.image.validity.valid && this.image.value !== "" && this.change({ image: Number(this.image.value) }));
    this.drawing.addEventListener("click", () => this.change({ image: "drawing" }));
    this.digits = [];
    for (const select of selects) this.fill(select);
    this.update({});
  }

  fill(select) {
    const { level } = select.dataset;
    select.replaceChildren(...choicesOf(level).map(({ choice, text }) => element("option", { value: choice, textContent: text })));
    select.addEventListener("change", () => this.change({ views: { ...this.lens.views, [level]: select.value } }));
  }

  digit(image) {
    const picture = element("img", { src: testImageAddress(image), width: 28, height: 28, alt: `test image ${image}` });
    return element("button", { className: "Lens-digit", type: "button", title: `Feature maps of test image ${image}`, data: { image }, onclick: () => this.change({ image }) }, picture);
  }

  change(part) {
    this.lens = { ...this.lens, ...part };
    this.update({});
    this.onChange(this.lens);
  }

  // update takes any of: lens; classes, their names; dataset, as the stream
  // tells it; digits, the test images to choose from by buttons; cost
  // {pictureShare, pictureBudget}; and isLed, whether a presenter chooses.
  update({ lens = this.lens, classes, dataset, digits, cost, isLed = this.isLed ?? false }) {
    Object.assign(this, { lens, isLed });
    if (digits && digits.join() !== this.digits.map((button) => button.dataset.image).join()) {
      this.digits = digits.map((image) => this.digit(image));
      this.probe.querySelector(".Lens-digits").replaceChildren(...this.digits);
    }
    if (classes) this.classes.replaceChildren(...classes.map((name, i) => element("option", { value: i, textContent: name })));
    if (dataset) this.image.max = dataset.test - 1;
    if (cost) setText(this.share, `Pictures ${percent(cost.pictureShare)} of compute, at most ${percent(cost.pictureBudget, 0)}`);
    Object.assign(this.order, { value: lens.by });
    Object.assign(this.classes, { value: lens.classIndex });
    this.classes.closest("label").hidden = lens.by !== "class";
    Object.assign(this.show, { value: lens.show });
    this.untrained.checked = lens.untrained;
    for (const select of this.selects) select.value = lens.views[select.dataset.level] ?? defaultViews[select.dataset.level];
    this.probe.hidden = !this.selects.some(({ dataset: { level } }) => viewOf(level, lens.views[level]).view === "maps");
    for (const button of this.digits) setAttribute(button, "aria-pressed", Number(button.dataset.image) === imageOf(lens));
    setAttribute(this.drawing, "aria-pressed", lens.image === "drawing");
    for (const control of [...this.el.elements, ...this.selects]) control.disabled = isLed;
    if (document.activeElement !== this.image) this.image.value = lens.image === "drawing" ? "" : imageOf(lens);
  }
}
