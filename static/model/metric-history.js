import { atOrBefore, nearest } from "./search.js";

const empty = () => ({ step: [], loss: [], accuracy: [] });

// All metric points of a run without a gap, however often the connection broke:
// the stream is asked for what comes after the points that are held.
export class MetricHistory {
  constructor() {
    this.clear();
  }

  clear() {
    this.train = empty();
    this.test = empty();
    this.validation = empty();
  }

  // length is the number of train points.
  get length() {
    return this.train.step.length;
  }

  // add takes a metrics message: its train points continue the ones that are
  // held, or replace them; its other points are always all. It returns false
  // if there would be a gap; then nothing is held and all must be asked for.
  add({ from, train, test, validation }) {
    if (from > this.length) {
      this.clear();
      return false;
    }
    for (const [name, held] of Object.entries(this.train)) {
      held.length = from;
      for (const value of train[name]) held.push(value);
    }
    this.test = test ?? empty();
    this.validation = validation ?? empty();
    return true;
  }

  // valuesAt returns what is known at a step: the nearest train point, and the
  // newest point of the test and the validation set up to it. Sets without a
  // point are left out.
  valuesAt(step, figure) {
    const values = [];
    const take = (name, i) => {
      if (i >= 0) values.push({ name, step: this[name].step[i], value: this[name][figure][i] });
    };
    take("train", nearest(this.train.step, step));
    take("test", atOrBefore(this.test.step, step));
    take("validation", atOrBefore(this.validation.step, step));
    return values;
  }
}
