import { unitPictureAddress } from "../api.js";
import { fitCanvas, setAttribute, setText } from "../element.js";
import { signed } from "../model/format.js";
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
    this.tell(unit, lowest, classes);
    const { run, step, level, alt } = unit;
    const address = (name) => unitPictureAddress(run, step, level, unit.unit, name, { untrained: untrained && 1 });
    const altOf = (name) => `${untrained ? "Untrained: " : ""}${alt[name]}`;
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

  tell({ level, dead, best, reached, probe, filter, vitals, kind }, lowest, classes) {
    const full = Math.max(best, reached);
    this.meter.hidden = dead || !(full > 0);
    this.reached.style.setProperty("--at", Math.max(0, reached / full));
    this.best.style.setProperty("--at", Math.max(0, best / full));
    this.meter.classList.toggle("is-weak", isWeak(reached, best));
    const drive = dead ? "dead: no image of the probe excites it" : `the picture ${driveText(reached, best, probe)}`;
    setText(this.drive, `${drive[0].toUpperCase()}${drive.slice(1)}.`);
    const selective = kind === "class" ? "" : selectiveText(vitals?.selectivity, classes);
    setText(this.caption, [selective && !dead && answersText(selective), level === lowest ? "In its filter light adds ink, dark takes it away." : `In its weights, ${filter.channels} channels of ${filter.height}×${filter.width}, light adds, dark takes away.`].filter(Boolean).join(" "));
    filter.range.forEach((value, i) => setText(this.ends[i], signed(value)));
  }
}

// answersText makes a sentence of what a unit is selective for.
function answersText(selective) {
  const [, how, name] = /^(mostly|rather) (.*)$/.exec(selective) ?? [];
  return how ? `It answers ${how} to ${name}.` : `It answers to ${selective}.`;
}
