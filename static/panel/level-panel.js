import { setAttribute, setText } from "../element.js";
import { captionOf } from "../model/caption.js";
import { count, signed } from "../model/format.js";
import { usualLens } from "../model/lens.js";
import { rules } from "../model/level-view.js";
import { unitAddress } from "../model/page-address.js";
import { unitOrder } from "../model/unit-order.js";
import { unitText } from "../model/unit-text.js";
import { loupe } from "./loupe.js";
import { TileCanvas } from "./tile-canvas.js";
import { UnitChooser } from "./unit-chooser.js";

const calm = 2000; // milliseconds that live tiles keep their order
const isTouched = matchMedia("(hover: none)");

// One level's units, each as a tile, with what is known of the one pointed at.
export class LevelPanel {
  constructor(el, pins) {
    Object.assign(this, { el, pins, level: {}, lens: usualLens, classes: [], held: [], unit: -1, order: [] });
    const find = (name) => el.querySelector(`.LevelPanel-${name}`);
    Object.assign(this, { view: find("view"), cursor: find("cursor"), pin: find("pin"), readout: find("readout"), step: find("step"), dead: find("dead"), caption: find("caption"), missing: find("missing"), scale: find("scale"), legend: find("legend") });
    this.tiles = new TileCanvas(find("picture"));
    new ResizeObserver(() => this.draw()).observe(this.view);
    new UnitChooser(this.view, this.tiles, {
      chosen: () => this.unit,
      choose: (unit) => this.choose(unit),
      open: (unit, isNewTab) => this.open(unit, isNewTab),
      pin: (unit) => this.togglePin(unit),
    });
    this.pin.addEventListener("click", (event) => {
      event.stopPropagation();
      this.togglePin(this.unit);
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
    const { step, snapshot, untrained, dead = [] } = picture.header;
    Object.assign(this.el.dataset, { step, live, view: picture.header.view, untrained: Boolean(untrained) });
    setText(this.step, untrained ? "untrained, step 0" : `step ${count(step)} · ${live ? "live" : snapshot ? "kept" : "not kept"}`);
    const held = this.held.filter(({ level }) => level === picture.header.layer).length;
    setText(this.dead, [dead.length && `${dead.length} dead`, held && `${held} held`].filter(Boolean).join(", "));
    setText(this.caption, captionOf(picture.header, this.level));
    this.showScale(picture.header);
    this.choose(this.unit);
  }

  // clear forgets the picture, as for another run.
  clear() {
    this.picture = null;
    this.el.dataset.step = "";
    for (const text of [this.step, this.dead, this.caption]) setText(text, "");
    this.choose(-1);
    this.scale.hidden = this.legend.hidden = true;
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

  // showScale states what the ends of the colours stand for, for filters, and
  // what the bars are, for optimized pictures.
  showScale({ view, range, scale }) {
    this.scale.hidden = view !== "filter";
    this.legend.hidden = view !== "maximization";
    const texts = scale === "unit" ? ["−max", "+max"] : range.map(signed);
    this.scale.querySelectorAll(".LevelPanel-scaleEnd").forEach((end, i) => setText(end, texts[i]));
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
    const { run, step, level } = this.picture.header;
    const { rule } = this.picture.header;
    const address = unitAddress(run, level, unit, {
      step: this.live ? null : step, rule: rule === rules[0].rule ? "" : rule, untrained: this.lens.untrained && 1, steps: this.lens.scale === "epochs" && "epochs",
    });
    if (isNewTab) window.open(address, "_blank");
    else location.assign(address);
  }

  choose(unit) {
    const place = this.picture && this.tiles.place(unit);
    this.unit = place ? unit : -1;
    this.cursor.hidden = !place;
    this.view.classList.toggle("is-choosing", Boolean(place));
    if (!place) {
      setText(this.readout, "");
      if (this.wasChosen) loupe().hide();
      this.wasChosen = false;
      return;
    }
    this.wasChosen = true;
    const isPinned = this.pinned.has(unit);
    const canvas = this.tiles.canvas;
    Object.assign(this.cursor.style, {
      transform: `translate(${canvas.offsetLeft + place.x}px, ${canvas.offsetTop + place.y}px)`, width: `${place.width}px`, height: `${place.height}px`,
    });
    setAttribute(this.pin, "aria-label", `${isPinned ? "Unpin" : "Pin"} unit ${unit}`);
    setAttribute(this.pin, "aria-pressed", isPinned);
    const text = [unitText(this.picture.header, unit, this.classes), this.heldText(unit), isPinned && "Pinned."].filter(Boolean).join(" ");
    setText(this.readout, text);
    loupe().show(this.picture, unit, this.cursor.getBoundingClientRect(), this.level.receptiveField, isTouched.matches ? `${text} Touch it again to open its page.` : text);
  }
}
