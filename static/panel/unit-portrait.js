import { unitPictureAddress } from "../api.js";
import { setText } from "../element.js";
import { signed } from "../model/format.js";
import { driveText, isWeak, selectiveText } from "../model/unit-text.js";
import { Picture } from "./picture.js";

// What drives a unit most: its optimized input, how far that drives it, and its
// filter.
export class UnitPortrait {
  constructor(el) {
    const find = (name) => el.querySelector(`.Portrait-${name}`);
    Object.assign(this, { el, meter: find("meter"), reached: find("reached"), best: find("best"), drive: find("drive"), caption: find("caption"), filterFigure: find("filter") });
    this.maximization = new Picture(el.querySelector("#unit-maximization"));
    this.filter = new Picture(el.querySelector("#unit-filter"));
    this.ends = el.querySelectorAll(".Portrait-scale span");
  }

  // update takes unit, as the API tells it, untrained, and classes, their names.
  update({ unit, untrained, classes }) {
    this.tell(unit, classes);
    const { run, step, level, alt } = unit;
    const query = { untrained: untrained && 1 };
    const draw = (picture, name) => picture.update({ address: unitPictureAddress(run, step, level, unit.unit, name, query), alt: `${untrained ? "Untrained: " : ""}${alt[name]}` });
    this.filterFigure.hidden = !unit.filter;
    this.el.dataset.untrained = untrained;
    return Promise.all([draw(this.maximization, "maximization"), unit.filter && draw(this.filter, "filter")]);
  }

  tell({ dead, best, reached, probe, filter, vitals, kind }, classes) {
    const full = Math.max(best, reached);
    this.meter.hidden = dead || !(full > 0);
    this.reached.style.setProperty("--at", Math.max(0, reached / full));
    this.best.style.setProperty("--at", Math.max(0, best / full));
    this.meter.classList.toggle("is-weak", isWeak(reached, best));
    const drive = dead ? "dead: no image of the probe excites it" : `the picture ${driveText(reached, best, probe)}`;
    setText(this.drive, `${drive[0].toUpperCase()}${drive.slice(1)}.`);
    const selective = kind === "class" ? "" : selectiveText(vitals?.selectivity, classes);
    setText(this.caption, [selective && !dead && `It answers to ${selective.replace("mostly", "mostly the class").replace("rather", "rather the class")}.`, filter && "In the filter light adds ink, dark takes it away."].filter(Boolean).join(" "));
    filter?.range.forEach((value, i) => setText(this.ends[i], signed(value)));
  }
}
