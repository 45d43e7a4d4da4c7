import { predict } from "./api.js";
import { Latest } from "./model/latest.js";

const interval = 500; // milliseconds between repeated questions about the same drawing

// Asks for predictions of a drawing: one request at a time, of which the newest
// wins; again when the weights have changed.
export class Predictor {
  // where() returns {run, step}, the weights to ask; show(answer) gets the
  // answer, or null for an empty drawing; say(sentence) is told of failures.
  constructor({ where, show, say }) {
    Object.assign(this, { where, show, say });
    this.latest = new Latest();
    this.strokes = null;
    this.timer = null;
  }

  ask(strokes) {
    this.strokes = strokes.isEmpty ? null : strokes;
    this.latest.run(() => this.request());
  }

  // again asks again, soon; for use when the weights have changed.
  again() {
    if (!this.strokes || this.timer) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.latest.run(() => this.request());
    }, interval);
  }

  // now asks again at once.
  now() {
    if (this.strokes) this.latest.run(() => this.request());
  }

  async request() {
    if (!this.strokes) return this.show(null);
    const { run, step } = this.where();
    try {
      const answer = await predict({ strokes: this.strokes, run, ...(step === null ? {} : { step }) });
      this.show(this.strokes ? answer : null);
    } catch (error) {
      this.say(error.message);
    }
  }
}
