import { atOrBefore, nearest } from "./search.js";

const empty = () => ({ step: [], epoch: [], seconds: [], loss: [], accuracy: [] });

// columns are where a point is on the axes of the curves.
const columns = { step: "step", epoch: "epoch", time: "seconds" };

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
    this.means = { of: 0, points: empty() };
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
    this.means.of = -1;
    return true;
  }

  // valuesAt returns what is known at a place on an axis: the nearest train point,
  // which is the mean of an epoch where those are asked for, and the newest point
  // of the test and the validation set up to it. Sets without a point are left
  // out.
  valuesAt(at, figure, axis = "step", per = "step") {
    const values = [];
    const take = (name, series, find) => {
      const i = find(series[columns[axis]], at);
      if (i >= 0) values.push({ name, step: series.step[i], epoch: series.epoch[i], seconds: series.seconds[i], value: series[figure][i] });
    };
    take("train", per === "epoch" ? this.epochMeans() : this.train, nearest);
    take("test", this.test, atOrBefore);
    take("validation", this.validation, atOrBefore);
    return values;
  }

  // placeOf returns where a step is on an axis.
  placeOf(step, axis) {
    if (axis === "step" || step <= 0) return step;
    return this.train[columns[axis]][Math.min(step, this.length) - 1] ?? 0;
  }

  // stepAt returns the step that is nearest to a place on an axis.
  stepAt(at, axis) {
    return this.train.step[nearest(this.train[columns[axis]], at)] ?? 0;
  }

  // epochMeans are, of each epoch and of the one under way as far as it is, the
  // means over its images, at its last step.
  epochMeans() {
    if (this.means.of === this.length) return this.means.points;
    const { epoch, loss, accuracy, step, seconds } = this.train;
    const points = empty();
    let [weight, sumLoss, sumAccuracy, before] = [0, 0, 0, 0];
    for (const [i, end] of epoch.entries()) {
      if (end === 0) continue; // not recorded
      const share = end - Math.max(before, Math.ceil(end) - 1);
      before = end;
      weight += share;
      sumLoss += share * loss[i];
      sumAccuracy += share * accuracy[i];
      if (i + 1 < epoch.length && Math.ceil(epoch[i + 1]) === Math.ceil(end)) continue;
      for (const [name, value] of Object.entries({ step: step[i], epoch: end, seconds: seconds[i], loss: sumLoss / weight, accuracy: sumAccuracy / weight })) points[name].push(value);
      [weight, sumLoss, sumAccuracy] = [0, 0, 0];
    }
    this.means = { of: this.length, points };
    return points;
  }
}
