import assert from "node:assert/strict";
import test from "node:test";
import { MetricHistory } from "../model/metric-history.js";
import { atOrBefore, nearest } from "../model/search.js";

const series = (...step) => ({
  step, epoch: step.map((s) => s / 2), seconds: step.map((s) => s * 10), loss: step.map((s) => 1 / s), accuracy: step.map((s) => s / 100),
});

test("points continue where they ended", () => {
  const history = new MetricHistory();
  assert.ok(history.add({ from: 0, train: series(1, 2, 3), test: series() }));
  assert.ok(history.add({ from: 3, train: series(4, 5), test: series(4) }));
  assert.deepEqual(history.train.step, [1, 2, 3, 4, 5]);
  assert.deepEqual(history.test.step, [4]);
});

test("points that come again replace those held", () => {
  const history = new MetricHistory();
  history.add({ from: 0, train: series(1, 2, 3) });
  assert.ok(history.add({ from: 1, train: series(2, 3, 4) }));
  assert.deepEqual(history.train.step, [1, 2, 3, 4]);
  assert.ok(history.add({ from: 0, train: series(1) }));
  assert.deepEqual(history.train, series(1));
});

test("a gap is refused and nothing is kept", () => {
  const history = new MetricHistory();
  history.add({ from: 0, train: series(1, 2) });
  assert.equal(history.add({ from: 3, train: series(4) }), false);
  assert.equal(history.length, 0);
});

test("values at a step: the nearest batch, the newest evaluation up to it", () => {
  const history = new MetricHistory();
  history.add({ from: 0, train: series(1, 2, 3, 4, 5), test: series(2, 4) });
  assert.deepEqual(history.valuesAt(3, "accuracy"), [
    { name: "train", step: 3, epoch: 1.5, seconds: 30, value: 0.03 },
    { name: "test", step: 2, epoch: 1, seconds: 20, value: 0.02 },
  ]);
  assert.deepEqual(history.valuesAt(0, "loss"), [{ name: "train", step: 1, epoch: 0.5, seconds: 10, value: 1 }]);
  assert.deepEqual(new MetricHistory().valuesAt(3, "loss"), []);
});

test("search finds the last value up to the wanted one, and the nearest", () => {
  const steps = [0, 1, 2, 4, 8, 16];
  assert.deepEqual([-1, 0, 3, 8, 99].map((step) => atOrBefore(steps, step)), [-1, 0, 2, 4, 5]);
  assert.deepEqual([-1, 3, 7, 12, 13, 99].map((step) => nearest(steps, step)), [0, 2, 4, 4, 5, 5]);
  assert.equal(nearest([], 3), -1);
});

test("places on an axis, and back", () => {
  const history = new MetricHistory();
  history.add({ from: 0, train: series(1, 2, 3, 4, 5), test: series(2, 4) });
  assert.deepEqual(history.valuesAt(38, "accuracy", "time").map(({ name, step }) => [name, step]), [["train", 4], ["test", 2]]);
  assert.deepEqual(history.valuesAt(99, "accuracy", "epoch").map(({ step }) => step), [5, 4]);
  assert.deepEqual([0, 3, 9].map((step) => history.placeOf(step, "epoch")), [0, 1.5, 2.5]);
  assert.equal(history.placeOf(7, "step"), 7);
  assert.deepEqual([0, 29, 999].map((at) => history.stepAt(at, "time")), [1, 3, 5]);
});

test("the mean of an epoch weighs its batches by their images, and goes on growing", () => {
  const history = new MetricHistory();
  const train = { step: [1, 2, 3, 4], epoch: [0.4, 0.8, 1, 1.4], seconds: [1, 2, 3, 4], loss: [3, 2, 1, 0.5], accuracy: [0, 0.5, 1, 1] };
  history.add({ from: 0, train });
  const [first, second] = [0, 1].map((i) => history.epochMeans().loss[i]);
  assert.ok(Math.abs(first - 2.2) < 1e-12 && second === 0.5);
  assert.deepEqual(history.valuesAt(2, "loss", "epoch", "epoch"), [{ name: "train", step: 4, epoch: 1.4, seconds: 4, value: 0.5 }]);
  history.add({ from: 4, train: { step: [5], epoch: [1.8], seconds: [5], loss: [0.1], accuracy: [1] } });
  assert.deepEqual(history.epochMeans().step, [3, 5]);
  assert.ok(Math.abs(history.epochMeans().loss[1] - 0.3) < 1e-12);
});
