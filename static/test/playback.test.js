import assert from "node:assert/strict";
import { test } from "node:test";
import { epochStep, nextStep, pause, placesOf } from "../model/playback.js";

const steps = [0, 1, 2, 5, 8, 10, 12, 15, 16];

test("playing goes to the next kept step and ends behind the last", () => {
  assert.equal(nextStep(steps, 2), 5);
  assert.equal(nextStep(steps, 6), 8);
  assert.equal(nextStep(steps, 16), null);
});

test("a step stays shorter at a higher speed, and never less than no time", () => {
  assert.equal(pause(1, 0), 400);
  assert.equal(pause(4, 30), 70);
  assert.equal(pause(8, 500), 0);
});

test("epochs' ends are found in both directions, the random start among them", () => {
  assert.equal(epochStep(steps, 5, 2, 1), 5);
  assert.equal(epochStep(steps, 5, 5, 1), 10);
  assert.equal(epochStep(steps, 5, 5, -1), 0);
  assert.equal(epochStep(steps, 5, Infinity, -1), 15);
  assert.equal(epochStep(steps, 5, 15, 1), null);
  assert.equal(epochStep(steps, undefined, 5, 1), null);
});

test("by epochs a timeline goes through their ends, the start and the newest", () => {
  assert.deepEqual(placesOf(steps, 5, "log"), steps);
  assert.deepEqual(placesOf(steps, 5, "epochs"), [0, 5, 10, 15, 16]);
  assert.deepEqual(placesOf(steps, undefined, "epochs"), steps);
  assert.deepEqual(placesOf([], 5, "epochs"), []);
});
