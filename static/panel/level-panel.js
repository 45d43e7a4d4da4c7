import { setText } from "../element.js";
import { count } from "../model/format.js";
import { usualLens } from "../model/lens.js";
import { rules } from "../model/level-view.js";
import { unitAddress } from "../model/page-address.js";
import { unitOrder } from "../model/unit-order.js";
import { unitText } from "../model/unit-text.js";
import { LevelFoot } from "./level-foot.js";
import { loupe } from "./loupe.js";
import { TileCanvas } from "./tile-canvas.js";
import { TileCursor } from "./tile-cursor.js";
import { UnitChooser } from "./unit-chooser.js";

const calm = 2000; // milliseconds that live tiles keep their order

// One level's units, each as a tile, with what is known of the one pointed at.
export class LevelPanel {
  constructor(el, pins) {
    Object.assign(this, { el, pins, level: {}, lens: usualLens, classes: [], held: [], unit: -1, order: [] });
    const find = (name) => el.querySelector(`.LevelPanel-${name}`);
    Object.assign(this, { view: find("view"), readout: find("readout"), missing: find("missing"), foot: new LevelFoot(el), tiles: new TileCanvas(find("picture")) });
    this.cursor = new TileCursor(find("cursor"), this.tiles.canvas, () => this.togglePin(this.unit));
    new ResizeObserver(() => this.draw()).observe(this.view);
    new UnitChooser(this.view, this.tiles, {
      chosen: () => this.unit,
      choose: (unit, isTouch) => this.choose(unit, isTouch),
      open: (unit, isNewTab) => this.open(unit, isNewTab),
      pin: (unit) => this.togglePin(unit),
    });
    addEventListener("scroll", () => loupe().hide(), { passive: true });
  }

  // update takes any of: level, as the stream's hello tells it; classes, their
  // names; held, the units that are silenced or frozen; lens; picture {header,
  // bitmap}; and live, whether the picture is the newest there is.
  update({ level, classes, held, lens, picture, live }) {
    if (level) this.describe(level);
    if (classes) this.classes = classes;
    if (held) this.held = held;
    if (lens) this.lens = lens;
    if (picture) this.show(picture, live);
    else if (lens) this.arrange();
  }

  describe(level) {
    this.level = level;
    this.tiles.canvas.hidden = Boolean(level.missing);
    this.el.classList.toggle("is-missing", Boolean(level.missing));
    this.lack(level.missing ?? "");
  }

  // lack says why there are no tiles; "" means that there are.
  lack(sentence) {
    this.missing.hidden = !sentence;
    setText(this.missing, sentence);
    if (sentence) this.tiles.clear();
  }

  show(picture, live) {
    const isOther = picture.header.units !== this.picture?.header.units || picture.header.run !== this.picture.header.run;
    Object.assign(this, { picture, live });
    this.lack("");
    if (isOther || !live || (this.unit < 0 && performance.now() - this.arrangedAt > calm)) this.arrange();
    else this.draw();
    const { step, view, layer, untrained } = picture.header;
    Object.assign(this.el.dataset, { step, live, view, untrained: Boolean(untrained) });
    this.foot.update({ header: picture.header, level: this.level, held: this.held.filter((one) => one.level === layer).length, live });
    this.choose(this.unit);
  }

  // clear forgets the picture, as for another run.
  clear() {
    this.picture = null;
    this.el.dataset.step = "";
    this.choose(-1);
    this.foot.clear();
    this.tiles.clear();
  }

  // arrange orders the tiles anew.
  arrange() {
    if (!this.picture) return;
    const { run, layer, units, dead, change, selectivity } = this.picture.header;
    this.pinned = this.pins.of(run, layer);
    this.arrangedAt = performance.now();
    this.order = unitOrder({ ...this.lens, units, dead, change, selectivity, pins: this.pinned });
    this.draw();
    this.choose(this.order.includes(this.unit) ? this.unit : -1);
  }

  draw() {
    if (!this.picture) return;
    const { clientWidth, clientHeight } = this.view;
    if (!this.order.length) this.lack(this.lens.show === "pinned" ? "No unit is pinned. Point at one and press P." : "No unit of this level is alive.");
    else if (clientWidth > 0 && clientHeight > 0) {
      this.lack("");
      this.tiles.draw(this.picture, { order: this.order, pins: this.pinned, names: this.level.name === "classes" ? this.classes : null }, clientWidth, clientHeight);
    }
  }

  heldText(unit) {
    const held = this.held.find((one) => one.level === this.picture.header.layer && one.unit === unit);
    return held && `${held.action === "silence" ? "Silenced" : "Frozen"} since step ${count(held.step)}.`;
  }

  togglePin(unit) {
    const { run, layer } = this.picture.header;
    this.pins.toggle(run, layer, unit);
  }

  open(unit, isNewTab) {
    const { run, step, level, rule } = this.picture.header;
    const address = unitAddress(run, level, unit, {
      step: this.live ? null : step, rule: rule === rules[0].rule ? "" : rule, untrained: this.lens.untrained && 1, steps: this.lens.scale === "epochs" && "epochs",
    });
    if (isNewTab) window.open(address, "_blank");
    else location.assign(address);
  }

  // choose tells of a unit, -1 being none; isTouch says that a finger chose it.
  choose(unit, isTouch = unit === this.unit && this.isTouch) {
    const place = this.picture && this.tiles.place(unit);
    const isPinned = Boolean(place) && this.pinned.has(unit);
    Object.assign(this, { unit: place ? unit : -1, isTouch });
    this.cursor.update({ place, unit, isPinned });
    this.view.classList.toggle("is-choosing", Boolean(place));
    const text = place ? [unitText(this.picture.header, unit, this.classes), this.heldText(unit), isPinned && "Pinned."].filter(Boolean).join(" ") : "";
    setText(this.readout, text);
    if (place) loupe().show(this.picture, unit, this.cursor.box, this.level.receptiveField, isTouch ? `${text} Touch it again to open its page.` : text);
    else if (this.wasChosen) loupe().hide();
    this.wasChosen = Boolean(place);
  }
}
