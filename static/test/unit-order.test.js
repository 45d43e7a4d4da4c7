import assert from "node:assert/strict";
import { test } from "node:test";
import { unitOrder } from "../model/unit-order.js";

const facts = { units: 5, change: [0.1, 0.5, 0.3, 0.9, 0.2], selectivity: [[0, 0.9], [0.2, 0], [0.8, 0.1], [0, 1], [0.5, -1]], dead: [3] };

test("units are ordered by index, change, or selectivity for a class, dead ones last", () => {
  assert.deepEqual(unitOrder(facts), [0, 1, 2, 3, 4]);
  assert.deepEqual(unitOrder({ ...facts, by: "change" }), [1, 2, 4, 0, 3]);
  assert.deepEqual(unitOrder({ ...facts, by: "class", classIndex: 0 }), [2, 4, 1, 0, 3]);
  assert.deepEqual(unitOrder({ ...facts, by: "class", classIndex: 1 }), [0, 2, 1, 4, 3]);
});

test("pinned units are first, in the same order among themselves", () => {
  const pins = new Set([4, 3, 2]);
  assert.deepEqual(unitOrder({ ...facts, pins }), [2, 3, 4, 0, 1]);
  assert.deepEqual(unitOrder({ ...facts, pins, by: "change" }), [2, 4, 3, 1, 0]);
});

test("only live or only pinned units can be shown", () => {
  assert.deepEqual(unitOrder({ ...facts, show: "alive" }), [0, 1, 2, 4]);
  assert.deepEqual(unitOrder({ ...facts, show: "pinned", pins: new Set([4, 1]) }), [1, 4]);
  assert.deepEqual(unitOrder({ ...facts, show: "pinned" }), []);
});

test("equal and unknown values keep the order of the index", () => {
  assert.deepEqual(unitOrder({ units: 4, by: "change", change: [1, 1, 2, 1] }), [2, 0, 1, 3]);
  assert.deepEqual(unitOrder({ units: 3, by: "class", classIndex: 7, selectivity: [[0], [1], [2]] }), [0, 1, 2]);
  assert.deepEqual(unitOrder({ units: 3, by: "change" }), [0, 1, 2]);
});
