import { writeStep } from "./address.js";
import { Latest } from "./model/latest.js";
import { atOrBefore } from "./model/search.js";

// Which kept step of a run a page looks at: a chosen one, or the newest, which
// it follows. Its children have follow(), which loads the newest one.
export class StepView {
  // onSeek(step) is told of every choice, null meaning live; say(sentence) is told
  // of failures.
  constructor(run, { onSeek, say }) {
    Object.assign(this, { run, onSeek, say, steps: [], step: null, isTraining: false });
    this.latest = new Latest();
  }

  // at is the step that is looked at: the chosen one or the newest kept.
  get at() {
    return this.step ?? this.steps.at(-1) ?? null;
  }

  // update takes any of: steps, the kept ones; and isTraining, whether the run
  // goes on.
  update({ steps = this.steps, isTraining = this.isTraining }) {
    Object.assign(this, { steps, isTraining });
    if (this.step === null) this.follow();
  }

  // choose takes the kept step at or before the wanted one, null meaning live.
  choose(wanted, isJump) {
    const i = wanted === null ? -1 : atOrBefore(this.steps, wanted);
    this.step = i < 0 ? null : this.steps[i];
    writeStep(this.step, isJump);
    this.onSeek(this.step);
  }
}
