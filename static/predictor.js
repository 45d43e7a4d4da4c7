import { predict } from "./drawing-api.js";
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
    this.shown = null;
    this.timer = null;
  }

  // ask takes what is shown to the net, or null.
  ask(shown) {
    this.shown = shown;
    this.send();
  }

  // again asks again, soon; for use when the weights have changed.
  again() {
    if (!this.shown || this.timer) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.send();
    }, interval);
  }

  // now asks again at once, and resolves when the answer is shown.
  now() {
    if (this.shown) this.send();
    return this.settled;
  }

  // send makes settled a promise that all that is asked has been answered.
  send() {
    this.settled = this.latest.run(() => this.request());
  }

  async request() {
    if (!this.shown) return this.show(null);
    try {
      const answer = await predict({ ...this.shown, ...questionAt(this.where()) });
      this.show(this.shown ? answer : null);
      this.say("");
    } catch (error) {
      this.say(error.message);
    }
  }
}

// questionAt is what a question says of the weights; the newest have no step.
export const questionAt = ({ run, step }) => ({ run, ...(step !== null && { step }) });
