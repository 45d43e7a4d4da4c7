import { setText } from "../element.js";
import { count, number, signed } from "../model/format.js";
import { moveTile, tileAt } from "../model/tile-layout.js";
import { loupe } from "./loupe.js";
import { TileCanvas } from "./tile-canvas.js";

// One level's filters or patches, with what is known of the unit pointed at.
export class LevelPanel {
  constructor(el) {
    this.el = el;
    const find = (name) => el.querySelector(`.LevelPanel-${name}`);
    Object.assign(this, { view: find("view"), cursor: find("cursor"), readout: find("readout"), step: find("step"), dead: find("dead"), layer: find("layer"), missing: find("missing"), scale: find("scale") });
    this.tiles = new TileCanvas(find("picture"));
    this.unit = -1;
    new ResizeObserver(() => this.draw()).observe(this.view);
    this.view.addEventListener("pointermove", (event) => this.pointAt(event));
    this.view.addEventListener("pointerdown", (event) => this.pointAt(event));
    this.view.addEventListener("pointerleave", () => this.choose(-1));
    this.view.addEventListener("focus", () => this.view.matches(":focus-visible") && this.choose(Math.max(this.unit, 0)));
    this.view.addEventListener("blur", () => this.choose(-1));
    this.view.addEventListener("keydown", (event) => this.moveBy(event));
    addEventListener("scroll", () => loupe().hide(), { passive: true });
  }

  // update takes any of: level, as the stream's hello tells it; picture
  // {header, bitmap}; and live, whether the picture is the newest there is.
  update({ level, picture, live }) {
    if (level) this.describe(level);
    if (!picture) return;
    this.picture = picture;
    this.draw();
    const { step, snapshot } = picture.header;
    this.el.dataset.step = step;
    this.el.dataset.live = live;
    setText(this.step, `step ${count(step)} · ${live ? "live" : snapshot ? "kept" : "not kept"}`);
    const dead = picture.header.dead?.length;
    setText(this.dead, dead ? `${dead} dead` : "");
    this.dead.title = dead ? "Hatched: units that no probe image excites" : "";
    this.showScale(picture.header);
    this.choose(this.unit);
  }

  // clear forgets the picture, as for another run.
  clear() {
    this.picture = null;
    this.el.dataset.step = "";
    setText(this.step, "");
    setText(this.dead, "");
    this.choose(-1);
    if (this.scale) this.scale.hidden = true;
    Object.assign(this.tiles.canvas, { width: 1, height: 1 });
  }

  describe({ layer, units, filter, receptiveField, missing }) {
    this.missing.hidden = !missing;
    this.tiles.canvas.hidden = Boolean(missing);
    this.el.classList.toggle("is-missing", Boolean(missing));
    setText(this.missing, missing ?? "");
    if (missing) return;
    const isLow = this.el.dataset.level === "low";
    const [height, width] = isLow ? filter : receptiveField;
    setText(this.layer, `${layer}: ${units} ${isLow ? "filters of" : "units that see"} ${height}×${width} ${isLow ? "weights" : "pixels"}.`);
  }

  draw() {
    if (!this.picture) return;
    const { clientWidth, clientHeight } = this.view;
    if (clientWidth > 0 && clientHeight > 0) this.tiles.draw(this.picture, clientWidth, clientHeight);
  }

  // showScale states what the ends of the colours stand for; patches have none.
  showScale({ kind, range }) {
    if (!this.scale) return;
    this.scale.hidden = kind !== "filters";
    const ends = this.scale.querySelectorAll(".LevelPanel-scaleEnd");
    range.forEach((value, i) => setText(ends[i], signed(value)));
  }

  pointAt(event) {
    if (!this.picture) return;
    const box = this.tiles.canvas.getBoundingClientRect();
    this.choose(tileAt(this.tiles.layout, this.picture.header.units, event.clientX - box.left, event.clientY - box.top));
  }

  moveBy(event) {
    if (event.key === "Escape") return this.choose(-1);
    if (!this.picture || !event.key.match(/^(Arrow|Home|End)/)) return;
    event.preventDefault();
    this.choose(moveTile(this.tiles.layout, this.picture.header.units, Math.max(this.unit, 0), event.key));
  }

  choose(unit) {
    const { header } = this.picture ?? {};
    this.unit = header && unit < header.units ? unit : -1;
    this.cursor.hidden = this.unit < 0;
    if (this.unit < 0) {
      setText(this.readout, "");
      if (this.wasChosen) loupe().hide();
      this.wasChosen = false;
      return;
    }
    this.wasChosen = true;
    const { x, y, width, height } = this.tiles.place(this.unit);
    const canvas = this.tiles.canvas;
    Object.assign(this.cursor.style, {
      transform: `translate(${canvas.offsetLeft + x}px, ${canvas.offsetTop + y}px)`, width: `${width}px`, height: `${height}px`,
    });
    setText(this.readout, unitText(header, this.unit));
    loupe().show(this.picture, this.unit, this.cursor.getBoundingClientRect());
  }
}

function unitText({ layer, dead, max }, unit) {
  if (dead?.includes(unit)) return `${layer}, unit ${unit}: dead, no probe image excites it`;
  if (max) return `${layer}, unit ${unit}: largest activation ${number(max[unit])}`;
  return `${layer}, filter ${unit}`;
}
