import assert from "node:assert/strict";
import { test } from "node:test";
import { differences, newMistakes, points } from "../model/difference.js";

test("classes are compared one by one, and one without images has no difference", () => {
  const all = differences([0.5, 1, null], [0.75, 0.5, null]);
  assert.deepEqual(all.map(({ difference }) => difference), [0.25, -0.5, 0]);
});

test("differences are told in points, with their sign", () => {
  assert.equal(points(0.0125), "+1.25 points");
  assert.equal(points(-0.2), "−20.00 points");
  assert.equal(points(0.00001), "no change");
});

test("of each class the most frequent new mistake is found", () => {
  const before = [[90, 10, 0], [1, 99, 0], [0, 0, 100]];
  const without = [[70, 12, 18], [0, 100, 0], [0, 0, 100]];
  assert.deepEqual(newMistakes(before, without), [{ prediction: 2, more: 18 }, null, null]);
});
