import { readBatch } from "../api.js";
import { setText } from "../element.js";
import { batchCount, batchText } from "../model/batch-text.js";
import { count } from "../model/format.js";
import { Latest } from "../model/latest.js";
import { lessonAddress } from "../model/page-address.js";
import { TileCanvas } from "./tile-canvas.js";

const breath = 250; // milliseconds between two looks at the newest batch
const nothing = new Set();

// What goes into the net: the first images of the batch that comes to the
// weights that are shown.
export class BatchPanel {
  constructor(el) {
    const find = (name) => el.querySelector(`.BatchPanel-${name}`);
    Object.assign(this, { el, view: find("view"), caption: find("caption"), step: find("step"), link: find("link"), tiles: new TileCanvas(find("picture")) });
    Object.assign(this, { latest: new Latest(), classes: [], at: null, newest: 0 });
    new ResizeObserver(() => this.draw()).observe(this.view);
  }

  // update takes any of: run; classes, their names; newest, the step trained
  // last; and step, the one looked at, null meaning the newest.
  update({ run = this.run, classes = this.classes, newest = this.newest, step = this.at }) {
    if (run !== this.run) this.clear();
    Object.assign(this, { run, classes, newest, at: step });
    this.link.href = lessonAddress(run, { step: (step ?? newest) + 1, station: 7 });
    const wanted = `${run} ${step ?? newest}`;
    if (!run || wanted === this.wanted) return;
    this.wanted = wanted;
    this.latest.run(() => this.load());
  }

  // load asks for the newest batch no more often than it can be looked at.
  async load() {
    const { run, at } = this;
    try {
      const { header, image } = await readBatch(run, at ?? "latest");
      if (run !== this.run || at !== this.at) return;
      this.picture = { header: { ...header, view: "batch" }, bitmap: await createImageBitmap(image) };
      this.tell();
      this.draw();
    } catch (error) {
      if (run === this.run) setText(this.caption, error.message);
    }
    if (at === null) await new Promise((resolve) => setTimeout(resolve, breath));
  }

  tell() {
    const { header } = this.picture;
    setText(this.caption, batchText(header));
    setText(this.link, batchCount(header));
    setText(this.step, `${this.at === null ? "to" : "came to"} step ${count(header.step)}`);
    this.el.dataset.step = header.step;
  }

  draw() {
    const { clientWidth, clientHeight } = this.view;
    if (!this.picture || !clientWidth || !clientHeight) return;
    const { labels, units } = this.picture.header;
    const names = labels.map((label) => this.classes[label] ?? String(label));
    this.tiles.draw(this.picture, { order: Array.from({ length: units }, (_, i) => i), pins: nothing, names }, clientWidth, clientHeight);
  }

  clear() {
    Object.assign(this, { picture: null, wanted: "", at: null });
    this.tiles.clear();
    setText(this.step, "");
    this.el.dataset.step = "";
  }
}
