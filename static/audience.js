import { present, release } from "./audience-api.js";
import { Latest } from "./model/latest.js";
import { lensOf, presentedLens } from "./model/presentation.js";
import { nameOfTab } from "./tab-name.js";

// Who leads whom: everyone's page shows what the presenter's does.
export class Audience {
  // where() returns {run, step, lens}, what this page shows; follow(it) shows
  // what the presenter shows; changed({leads, isLed}) is told of every change, and
  // say(sentence) of what went wrong.
  constructor({ where, follow, changed, say }) {
    Object.assign(this, { where, show: follow, changed, say, name: nameOfTab(), shown: null, mine: false });
    this.latest = new Latest();
  }

  get leads() {
    return this.mine;
  }

  get isLed() {
    return this.shown !== null && !this.mine;
  }

  // take takes what the stream tells: {presentation, mine}.
  take({ presentation, mine }) {
    const wasLeading = this.leads && !this.isReleasing;
    Object.assign(this, { shown: presentation, mine, isReleasing: false });
    if (wasLeading && !mine) this.say(presentation ? "Another presenter leads now." : "You lead no longer.");
    this.changed(this);
    this.follow();
  }

  // follow shows what the presenter shows, if there is one.
  follow() {
    if (this.isLed) this.show({ ...this.shown, lens: lensOf(this.shown.lens) });
  }

  // moved tells everyone what this page shows now, if it leads. While one place
  // is being told, only the newest of those after it is kept.
  moved() {
    if (this.leads) this.latest.run(() => this.leads && this.tell({}));
  }

  toggle() {
    this.latest.run(() => (this.leads ? this.release() : this.tell({ take: true })));
  }

  async tell(more) {
    const { run, step, lens } = this.where();
    if (!run) return;
    try {
      await present({ run, step, lens: presentedLens(lens), presenter: this.name, ...more });
    } catch (error) {
      if (error.status !== 409) this.say(error.message); // of another presenter the stream tells
    }
  }

  async release() {
    this.isReleasing = true;
    try {
      await release();
    } catch (error) {
      this.isReleasing = false;
      this.say(error.message);
    }
  }
}
