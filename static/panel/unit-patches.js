import { unitPictureAddress } from "../api.js";
import { element, fitCanvas, setAttribute, setText } from "../element.js";
import { count, number } from "../model/format.js";
import { cellPlace } from "../model/tile-layout.js";
import { probeText } from "../model/unit-text.js";
import { labelChip } from "./label-chip.js";
import { loadImage } from "./picture.js";

const columns = 3; // of the server's sheet
const side = 76; // CSS pixels of a patch's longer side

// The strongest patches of a unit, each with what of it drives the unit.
export class UnitPatches {
  // onChoose(patch, picture) is told of the patch that is looked at, null for
  // none, and where its picture is: {sheet, x, y, width, height}; onOptions({rule, untrained}) of the choice of projections.
  constructor(el, onChoose, onOptions) {
    Object.assign(this, { el, onChoose, chosen: 0, cards: [] });
    const find = (name) => el.querySelector(`.Patches-${name}`);
    Object.assign(this, { about: find("about"), list: find("list"), rule: el.querySelector("#unit-rule"), untrained: el.querySelector("#unit-untrained") });
    const form = find("options");
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("change", () => onOptions({ rule: this.rule.value, untrained: this.untrained.checked }));
  }

  // update takes unit, as the API tells it, rule, untrained, and classes, their
  // names.
  async update({ unit, rule, untrained, classes }) {
    Object.assign(this.rule, { value: rule });
    this.untrained.checked = untrained;
    const { run, step, level, dead, patches, probe } = unit;
    setText(this.about, dead || !patches?.length ? "no image excites it" : `of ${probeText(probe)}; beside each, what of it drives the unit${untrained ? " by step 0's weights" : ""}`);
    this.patches = patches ?? [];
    const address = (name, query) => unitPictureAddress(run, step, level, unit.unit, name, { ...query, probe: probe.set });
    const sheets = await Promise.all(this.patches.length ? [
      loadImage(address("patches", {})),
      loadImage(address("projection", { rule, untrained: untrained && 1 })),
    ] : []);
    this.fill(sheets, classes);
  }

  // fill draws the cards, of which those that stay keep the focus.
  fill(sheets, classes) {
    while (this.cards.length < this.patches.length) this.add();
    for (const card of this.cards.splice(this.patches.length)) card.el.remove();
    this.sheet = sheets[0];
    this.patches.forEach((patch, i) => this.fillCard(this.cards[i], patch, i, sheets, classes));
    this.choose(Math.min(this.chosen, Math.max(this.patches.length - 1, 0)));
  }

  add() {
    const i = this.cards.length;
    const card = { patch: element("canvas"), projection: element("canvas"), chip: element("b"), value: element("span"), image: element("small") };
    const spoken = (text) => element("span", { className: "VisuallyHidden", textContent: text });
    card.el = element("button", { className: "Patch", type: "button", onclick: () => this.choose(i) }, card.patch, card.projection,
      element("span", { className: "Patch-text" }, spoken(`Patch ${i + 1}: of a `), card.chip, spoken(", value "), card.value, spoken(", image "), card.image));
    this.cards.push(card);
    this.list.append(card.el);
  }

  fillCard(card, { image, label, value }, i, sheets, classes) {
    [card.patch, card.projection].forEach((canvas, which) => drawCell(canvas, sheets[which], i));
    labelChip(card.chip, label, classes[label] ?? label);
    setText(card.value, number(value));
    setText(card.image, `#${count(image)}`);
  }

  choose(i) {
    this.chosen = i;
    this.cards.forEach(({ el }, other) => setAttribute(el, "aria-pressed", other === i));
    if (this.patches[i]) this.onChoose(this.patches[i], { sheet: this.sheet, ...cellOf(this.sheet, i) });
    else this.onChoose(null);
  }
}

// drawCell draws the i-th image of a sheet, each of its pixels as a square.
function drawCell(canvas, sheet, i) {
  const cell = cellOf(sheet, i);
  const scale = side / Math.max(cell.width, cell.height);
  fitCanvas(canvas, cell.width * scale, cell.height * scale);
  const context = canvas.getContext("2d");
  context.imageSmoothingEnabled = false;
  context.drawImage(sheet, cell.x, cell.y, cell.width, cell.height, 0, 0, canvas.width, canvas.height);
}

const cellOf = (sheet, i) => cellPlace({ width: sheet.naturalWidth, height: sheet.naturalHeight }, i, columns);
