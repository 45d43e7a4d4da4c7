import { writeStep } from "./address.js";
import { Latest } from "./model/latest.js";
import { usualLens } from "./model/lens.js";
import { isStreamed, named, pictureOf, shows } from "./model/level-view.js";
import { atOrBefore } from "./model/search.js";
import { StepPictures } from "./step-pictures.js";

const settle = 150; // milliseconds on a step before its neighbours are loaded
const breath = 200; // milliseconds between two loads of the newest kept step

// What is looked at, through the lens: the newest weights, as the stream brings
// them, or those of a kept step.
export class View {
  // panels are the level panels by name; drawing() returns the viewer's drawing
  // as the API takes it, or null; onSeek(step) is told of every change, null meaning live;
  // say(sentence) is told of failures.
  constructor({ panels, drawing, onSeek, say }) {
    Object.assign(this, { panels, drawing, onSeek, say, lens: usualLens });
    this.stored = new StepPictures();
    this.latest = new Latest();
    this.open("");
  }

  // open forgets the run before.
  open(run) {
    Object.assign(this, { run, step: null, steps: [], levels: [], live: {}, order: 0, shown: {} });
    this.stored.cancel();
    for (const panel of Object.values(this.panels)) panel.clear();
  }

  describe(levels) {
    this.levels = levels.filter(({ name, missing }) => !missing && this.panels[name]).map(({ name }) => name);
    for (const level of levels) this.panels[level.name]?.update({ level });
  }

  // look takes another lens.
  look(lens) {
    this.lens = lens;
    for (const panel of Object.values(this.panels)) panel.update({ lens });
    return this.refresh();
  }

  // refresh shows what is looked at anew, as after a change of the drawing.
  refresh() {
    if (this.step === null) return this.showLive();
    return this.latest.run(() => this.step !== null && this.load(this.step, this.levels, false));
  }

  // forget drops the pictures that are held, as after a change of units at the
  // newest step.
  forget() {
    this.stored.clear();
    if (this.step !== null) this.refresh();
  }

  // receive takes a picture of the stream.
  async receive(received, png) {
    const order = ++this.order;
    const header = named(received);
    const bitmap = await createImageBitmap(new Blob([png], { type: header.mime }));
    if (header.run !== this.run || order < (this.shown[header.level] ?? 0)) return;
    this.shown[header.level] = order;
    this.live[header.level] = { header, bitmap };
    if (this.step === null) this.showStreamed(header.level);
  }

  showStreamed(level) {
    const picture = this.live[level];
    const asked = pictureOf(this.lens, level);
    if (picture && isStreamed(asked) && shows(picture.header, asked)) this.panels[level]?.update({ picture, live: true });
  }

  // seek looks at the kept step at or before the wanted one, or at the newest
  // weights again. A jump is a place in the browser's history. It resolves when
  // the pictures are shown.
  seek(wanted, isJump = false) {
    const i = wanted === null ? -1 : atOrBefore(this.steps, wanted);
    this.step = i < 0 ? null : this.steps[i];
    writeStep(this.step, isJump);
    this.onSeek(this.step);
    clearTimeout(this.timer);
    if (this.step === null) return Promise.resolve(this.showLive());
    const done = this.load(this.step, this.levels, false);
    const neighbours = [this.steps[i + 1], this.steps[i - 1]].filter((step) => step !== undefined);
    this.timer = setTimeout(() => done.then(() => this.stored.preload(this.run, neighbours, this.asked(this.levels))), settle);
    return done;
  }

  showLive() {
    this.stored.cancel();
    for (const level of Object.keys(this.live)) this.showStreamed(level);
    this.follow();
  }

  // follow loads what the stream does not bring, of the newest kept step.
  follow() {
    const others = () => this.levels.filter((level) => !isStreamed(pictureOf(this.lens, level)));
    if (this.step !== null || !others().length || !this.steps.length) return;
    this.latest.run(async () => {
      if (this.step !== null) return;
      await this.load(this.steps.at(-1), others(), true);
      await new Promise((resolve) => setTimeout(resolve, breath));
    });
  }

  load(step, levels, live) {
    const show = (level, picture) => this.panels[level].update({ picture, live });
    return this.stored.load(this.run, step, this.asked(levels), show, (_, error) => this.say(error.message));
  }

  // asked returns what to ask for of levels. Feature maps of a drawing need one.
  asked(levels) {
    const shown = this.drawing();
    return levels.map((level) => ({ level, ...pictureOf(this.lens, level) }))
      .map((asked) => (asked.image === "drawing" ? { ...asked, shown } : asked))
      .filter(({ level, image }) => {
        if (image !== "drawing" || shown) return true;
        this.panels[level].clear();
        this.panels[level].lack("Draw a digit: what each unit makes of it appears here.");
        return false;
      });
  }
}
