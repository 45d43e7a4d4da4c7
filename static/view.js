import { writeStep } from "./address.js";
import { atOrBefore } from "./model/search.js";
import { StepPictures } from "./step-pictures.js";

const settle = 150; // milliseconds on a step before its neighbours are loaded

// What is looked at: the newest weights, as the stream brings them, or those of
// a kept step.
export class View {
  // panels are the level panels by name; onSeek(step) is told of every change,
  // null meaning live; say(sentence) is told of failures.
  constructor({ panels, onSeek, say }) {
    Object.assign(this, { panels, onSeek, say });
    this.stored = new StepPictures();
    this.open("");
  }

  // open forgets the run before.
  open(run) {
    Object.assign(this, { run, step: null, steps: [], levels: [], live: {}, order: 0, shown: {} });
    this.stored.cancel();
    for (const panel of Object.values(this.panels)) panel.clear();
  }

  describe(levels) {
    this.levels = levels.filter(({ missing }) => !missing).map(({ name }) => name);
    for (const level of levels) this.panels[level.name]?.update({ level });
  }

  // receive takes a picture of the stream.
  async receive(header, png) {
    const order = ++this.order;
    const bitmap = await createImageBitmap(new Blob([png], { type: header.mime }));
    if (header.run !== this.run || order < (this.shown[header.level] ?? 0)) return;
    this.shown[header.level] = order;
    this.live[header.level] = { header, bitmap };
    if (this.step === null) this.panels[header.level]?.update({ picture: this.live[header.level], live: true });
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
    const show = (level, picture) => this.panels[level].update({ picture, live: false });
    const done = this.stored.load(this.run, this.step, this.levels, show, (_, error) => this.say(error.message));
    const neighbours = [this.steps[i + 1], this.steps[i - 1]].filter((step) => step !== undefined);
    this.timer = setTimeout(() => done.then(() => this.stored.preload(this.run, neighbours, this.levels)), settle);
    return done;
  }

  showLive() {
    this.stored.cancel();
    for (const [level, picture] of Object.entries(this.live)) this.panels[level]?.update({ picture, live: true });
  }
}
