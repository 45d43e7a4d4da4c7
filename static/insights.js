import { questionAt } from "./predictor.js";

const rest = 150; // milliseconds that the drawing rests before it is asked about
const patience = 2500; // between two looks at the same drawing while weights change

// Asks what takes longer than a prediction, one question after the other, when
// the pen rests. What is asked before is given up, so that predictions are quick.
export class Insights {
  // predictor shows the prediction of the same drawing, which comes first;
  // where() returns {run, step}, the weights to ask; questions are {ask(question,
  // signal), show(answer)}, of which show gets null when there is nothing to ask
  // about; say(sentence) is told of failures.
  constructor({ predictor, where, questions, say }) {
    Object.assign(this, { predictor, where, questions, say, shown: null, timer: null, endedAt: -Infinity });
  }

  // ask takes what is shown to the net, or null.
  ask(shown) {
    this.shown = shown;
    this.cancel();
    if (shown) this.timer = setTimeout(() => this.run(), rest);
    else for (const question of this.questions) question.show(null);
  }

  // now asks again, as for other weights that were chosen.
  now() {
    if (this.shown) this.ask(this.shown);
  }

  // again asks again some time after the last answer, when weights have changed.
  again() {
    if (!this.shown || this.timer || this.asking) return;
    this.timer = setTimeout(() => this.run(), Math.max(0, this.endedAt + patience - performance.now()));
  }

  cancel() {
    clearTimeout(this.timer);
    this.timer = null;
    this.asking?.abort();
    this.asking = null;
  }

  async run() {
    this.timer = null;
    const asking = (this.asking = new AbortController());
    await this.predictor.settled;
    for (const question of this.questions) {
      if (asking !== this.asking) return;
      try {
        const answer = await question.ask({ ...this.shown, ...questionAt(this.where()) }, asking.signal);
        if (asking !== this.asking) return;
        question.show(answer);
      } catch (error) {
        if (asking !== this.asking) return;
        this.say(error.message);
      }
    }
    this.asking = null;
    this.endedAt = performance.now();
  }
}
