import { readUnit } from "./api.js";
import { StepView } from "./step-view.js";

const breath = 250; // milliseconds between two looks at a run that goes on

// Which step of a unit is looked at: a kept one, or the newest kept one, which
// it follows.
export class UnitView extends StepView {
  // show(unit) shows what the API knows of the unit and resolves when its
  // pictures are seen; onSeek(step) is told of every choice, null meaning live;
  // say(sentence) is told of failures.
  constructor(run, level, unit, { show, onSeek, say }) {
    super(run, { onSeek, say });
    Object.assign(this, { level, unit, show, shown: "", asking: null });
  }

  // probe is the set of images that the unit is asked about: all test images, or
  // while it follows the training the few that live pictures use, which take
  // nothing from it.
  get probe() {
    return this.step === null && this.isTraining ? "train" : "test";
  }

  // begin looks at a step before it is known which are kept: the server knows.
  begin(wanted) {
    this.step = wanted;
    return this.load(wanted);
  }

  seek(wanted, isJump = false) {
    this.choose(wanted, isJump);
    if (this.step === null) return this.follow();
    return this.asking === this.step || this.shown === `${this.step} ${this.probe}` ? Promise.resolve() : this.load(this.step);
  }

  follow() {
    return this.latest.run(async () => {
      if (this.step !== null || this.at === null || `${this.at} ${this.probe}` === this.shown) return;
      await this.load(this.at);
      await new Promise((resolve) => setTimeout(resolve, breath));
    });
  }

  // again loads what is looked at anew, as after an intervention.
  again() {
    this.shown = "";
    return this.at === null ? Promise.resolve() : this.load(this.at);
  }

  async load(step) {
    this.asked?.abort();
    const asked = (this.asked = new AbortController());
    const { probe } = this;
    this.asking = step;
    try {
      const unit = await readUnit(this.run, step, this.level, this.unit, probe, asked.signal);
      if (asked !== this.asked) return;
      this.shown = `${step} ${probe}`;
      this.say("");
      await this.show(unit);
    } catch (error) {
      if (asked === this.asked) this.say(error.message);
    } finally {
      if (asked === this.asked) this.asking = null;
    }
  }
}
