import assert from "node:assert/strict";
import { test } from "node:test";
import { between, centroids, nearestPoint, neighbour, place, reach } from "../model/scatter.js";

const points = { x: [0, 1, 2, 0, -1], y: [0, 0.5, 0, 2, 0] };

test("the centre is in the middle, up is up, and what is out of reach is on the edge", () => {
  assert.deepEqual(place(0, 0, 100), [50, 50]);
  assert.deepEqual(place(reach, reach, 100), [100, 0]);
  assert.deepEqual(place(-9, 0, 100), [0, 50]);
});

test("points drift from where they were to where they are", () => {
  const before = { x: [0, 2], y: [4, 4] };
  const after = { x: [2, 0], y: [4, 8] };
  assert.deepEqual(between(before, after, 0), before);
  assert.deepEqual(between(before, after, 1), after);
  assert.deepEqual(between(before, after, 0.5), { x: [1, 1], y: [4, 6] });
});

test("the point under a place is found if it is near and shown", () => {
  assert.equal(nearestPoint(points, { x: 0.9, y: 0.5 }, 0.2), 1);
  assert.equal(nearestPoint(points, { x: 0.5, y: 0.5 }, 0.2), -1);
  assert.equal(nearestPoint(points, { x: 0.9, y: 0.5 }, 9, (i) => i !== 1), 0);
});

test("a direction leads to the nearest point within it, or nowhere", () => {
  assert.equal(neighbour(points, 0, [1, 0]), 1);
  assert.equal(neighbour(points, 0, [0, 1]), 3);
  assert.equal(neighbour(points, 0, [-1, 0]), 4);
  assert.equal(neighbour(points, 0, [0, -1]), 0);
  assert.equal(neighbour(points, 0, [1, 0], (i) => i !== 1), 2);
});

test("a class without points has no centre", () => {
  assert.deepEqual(centroids(points, [0, 0, 0, 2, 2], 3), [{ x: 1, y: 0.5 / 3 }, null, { x: -0.5, y: 1 }]);
});
