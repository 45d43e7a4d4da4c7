import assert from "node:assert/strict";
import { test } from "node:test";
import { neighbours, opensByKey } from "../model/unit-moves.js";

const levels = [{ name: "conv1", units: 16 }, { name: "conv2", units: 32 }, { name: "classes", units: 10 }];

test("arrows lead to the units beside and to the levels before and behind", () => {
  assert.deepEqual(neighbours(levels, "conv2", 20), {
    previous: { level: "conv2", unit: 19 }, next: { level: "conv2", unit: 21 }, lower: { level: "conv1", unit: 15 }, higher: { level: "classes", unit: 9 },
  });
});

test("at the ends there is nothing beyond", () => {
  assert.deepEqual(neighbours(levels, "conv1", 0), { previous: null, next: { level: "conv1", unit: 1 }, lower: null, higher: { level: "conv2", unit: 0 } });
  assert.equal(neighbours(levels, "classes", 9).next, null);
  assert.equal(neighbours(levels, "classes", 9).higher, null);
});

test("a key in a control that needs it, or with another key, is not the page's", () => {
  const at = (isControl, keys = {}) => ({ ...keys, target: { closest: () => (isControl ? {} : null) } });
  assert.ok(opensByKey(at(false)));
  assert.ok(!opensByKey(at(true)));
  assert.ok(!opensByKey(at(false, { ctrlKey: true })));
});
