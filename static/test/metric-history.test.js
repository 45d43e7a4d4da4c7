import assert from "node:assert/strict";
import test from "node:test";
import { MetricHistory } from "../model/metric-history.js";
import { atOrBefore, nearest } from "../model/search.js";

const series = (...step) => ({ step, loss: step.map((s) => 1 / s), accuracy: step.map((s) => s / 100) });

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
    { name: "train", step: 3, value: 0.03 },
    { name: "test", step: 2, value: 0.02 },
  ]);
  assert.deepEqual(history.valuesAt(0, "loss"), [{ name: "train", step: 1, value: 1 }]);
  assert.deepEqual(new MetricHistory().valuesAt(3, "loss"), []);
});

test("search finds the last value up to the wanted one, and the nearest", () => {
  const steps = [0, 1, 2, 4, 8, 16];
  assert.deepEqual([-1, 0, 3, 8, 99].map((step) => atOrBefore(steps, step)), [-1, 0, 2, 4, 5]);
  assert.deepEqual([-1, 3, 7, 12, 13, 99].map((step) => nearest(steps, step)), [0, 2, 4, 4, 5, 5]);
  assert.equal(nearest([], 3), -1);
});
