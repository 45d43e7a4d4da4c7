import { unitPictureAddress } from "../api.js";
import { fitCanvas, setAttribute, setText } from "../element.js";
import { count, signed } from "../model/format.js";
import { channelPlaces } from "../model/tile-layout.js";
import { driveText, isWeak, selectiveText } from "../model/unit-text.js";
import { loadImage, Picture } from "./picture.js";

const filterSide = 72; // CSS pixels of a filter's longer side, about

// What drives a unit most: its optimized input, how far that drives it, and its
// filter.
export class UnitPortrait {
  constructor(el) {
    const find = (name) => el.querySelector(`.Portrait-${name}`);
    Object.assign(this, { el, meter: find("meter"), reached: find("reached"), best: find("best"), drive: find("drive"), caption: find("caption"), filterFigure: find("filter") });
    this.maximization = new Picture(el.querySelector("#unit-maximization"));
    this.filter = el.querySelector("#unit-filter");
    this.ends = el.querySelectorAll(".Portrait-scale span");
  }

  // update takes unit, as the API tells it, untrained, lowest, the first layer's
  // name, and classes, their names.
  update({ unit, untrained, lowest, classes }) {
    if (untrained) this.tellUntrained(unit);
    else this.tell(unit);
    setText(this.caption, [untrained ? "" : answersText(unit, classes), weightsText(unit, lowest)].join(" ").trim());
    const { run, step, level, alt } = unit;
    const address = (name) => unitPictureAddress(run, step, level, unit.unit, name, { untrained: untrained && 1 });
    const altOf = (name) => (untrained ? `Untrained: the ${name} of this unit with the weights of step 0` : alt[name]);
    this.el.dataset.untrained = untrained;
    this.wanted = address("filter");
    return Promise.all([
      this.maximization.update({ address: address("maximization"), alt: altOf("maximization") }),
      this.drawFilter(this.wanted, unit.filter, altOf("filter")),
    ]);
  }

  // drawFilter draws a filter, the channels of which the server puts side by
  // side, as a square of channels.
  async drawFilter(address, filter, alt) {
    const sheet = await loadImage(address);
    if (address !== this.wanted) return;
    const { width, height, places } = channelPlaces(filter, sheet.naturalWidth);
    const scale = Math.max(1, Math.round(filterSide / Math.max(width, height)));
    const ratio = fitCanvas(this.filter, width * scale, height * scale);
    const context = this.filter.getContext("2d");
    context.imageSmoothingEnabled = false;
    context.scale(scale * ratio, scale * ratio);
    for (const { from, x, y } of places) context.drawImage(sheet, from, 0, filter.width, filter.height, x, y, filter.width, filter.height);
    setAttribute(this.filter, "aria-label", alt);
    this.filter.dataset.shown = address;
  }

  tell({ dead, best, reached, probe, filter }) {
    const full = Math.max(best, reached);
    this.meter.style.visibility = dead || !(full > 0) ? "hidden" : "";
    this.reached.style.setProperty("--at", Math.max(0, reached / full));
    this.best.style.setProperty("--at", Math.max(0, best / full));
    this.meter.classList.toggle("is-weak", isWeak(reached, best));
    setText(this.drive, dead ? "Dead: no image of the probe excites it." : `The picture ${driveText(reached, best, probe)}.`);
    filter.range.forEach((value, i) => setText(this.ends[i], signed(value)));
  }

  // tellUntrained does not compare: the API's figures are those of the trained
  // weights.
  tellUntrained({ step }) {
    this.meter.style.visibility = "hidden";
    setText(this.drive, `Untrained: what its weights of step 0 looked for, instead of those of step ${count(step)}.`);
    for (const end of this.ends) setText(end, "");
  }
}

// answersText makes a sentence of what a unit is selective for.
function answersText({ dead, kind, vitals }, classes) {
  const selective = dead || kind === "class" ? "" : selectiveText(vitals?.selectivity, classes);
  const [, how, name] = /^(mostly|rather) (.*)$/.exec(selective) ?? [];
  return how ? `It answers ${how} to ${name}.` : selective && `It answers to ${selective}.`;
}

const weightsText = ({ level, filter }, lowest) =>
  level === lowest ? "In its filter light adds ink, dark takes it away." : `In its weights, ${filter.channels} channels of ${filter.height}×${filter.width}, light adds, dark takes away.`;
