import { readEvaluation, readMap } from "./evaluation-api.js";
import { Lru } from "./model/lru.js";
import { StepView } from "./step-view.js";

const breath = 300; // milliseconds between two looks at a run that goes on, at least
const patience = 4; // of the time that a look has taken: so much of it is left to the training
const kept = 120; // steps whose answers are held

// Which kept step's evaluation is looked at: a chosen one, or the newest, which
// it follows.
export class EvaluationView extends StepView {
  // show(evaluation) and showMap(map) show what the API tells of a step;
  // onSeek(step) is told of every choice, null meaning live; say(sentence) is told
  // of failures.
  constructor(run, { show, showMap, onSeek, say }) {
    super(run, { onSeek, say });
    Object.assign(this, { show, showMap, shown: null });
    this.forget();
  }

  // forget drops what is held, as after a change of units.
  forget() {
    this.held = new Lru(kept);
    this.shown = null;
  }

  // again loads what is looked at anew.
  again() {
    this.forget();
    return this.at === null ? Promise.resolve() : this.load(this.at);
  }

  seek(wanted, isJump = false) {
    this.choose(wanted, isJump);
    if (this.step === null) return this.follow();
    return this.shown === this.step ? Promise.resolve() : this.load(this.step);
  }

  follow() {
    return this.latest.run(async () => {
      if (this.step !== null || this.at === null || this.at === this.shown) return;
      const began = performance.now();
      await this.load(this.at);
      const rest = this.isTraining ? Math.max(breath, patience * (performance.now() - began)) : 0;
      await new Promise((resolve) => setTimeout(resolve, rest));
    });
  }

  // load resolves when all of a step is shown, or another one was asked for.
  async load(step) {
    this.asked?.abort();
    const asked = (this.asked = new AbortController());
    this.shown = step;
    const part = async (read, show) => {
      const answer = await this.read(read, step, asked.signal);
      if (asked === this.asked) show(answer);
    };
    try {
      await Promise.all([part(readEvaluation, this.show), part(readMap, this.showMap)]);
      if (asked === this.asked) this.say("");
    } catch (error) {
      if (asked !== this.asked) return;
      this.shown = null;
      this.say(error.message);
    }
  }

  async read(read, step, signal) {
    const key = `${read.name} ${step}`;
    const { held } = this;
    const answer = held.get(key) ?? (await read(this.run, step, signal));
    held.set(key, answer);
    return answer;
  }
}
