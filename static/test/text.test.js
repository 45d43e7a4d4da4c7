import assert from "node:assert/strict";
import test from "node:test";
import { count, duration, number, percent, sentence, signed } from "../model/format.js";
import { Strokes } from "../model/strokes.js";

test("numbers as people read them", () => {
  assert.equal(count(12345.4), "12,345");
  assert.equal(number(0.00012345), "0.000123");
  assert.equal(number(-2), "−2");
  assert.equal(number(-1.449e11), "−1.45e11");
  assert.equal(signed(0.41239), "+0.412");
  assert.equal(signed(-0.41239), "−0.412");
  assert.equal(percent(0.98765, 2), "98.77 %");
  assert.deepEqual([4.4, 64, 3600 * 2 + 120].map(duration), ["4 s", "1:04 min", "2:02 h"]);
});

test("a sentence has a capital and a full stop, but a setting keeps its name", () => {
  assert.equal(sentence("there is no such run"), "There is no such run.");
  assert.equal(sentence("learningRate: -3 is impossible"), "learningRate: -3 is impossible.");
  assert.equal(sentence(""), "");
});

test("what is not known is a dash", () => {
  for (const show of [count, number, percent, duration]) {
    assert.equal(show(null), "–");
    assert.equal(show(NaN), "–");
  }
});

test("strokes keep what tells something", () => {
  const strokes = new Strokes();
  assert.ok(strokes.isEmpty);
  strokes.begin(0.1, 0.2);
  assert.equal(strokes.extend(0.1, 0.2), false);
  assert.ok(strokes.extend(0.3, 0.123456));
  strokes.begin(0.5, 0.5);
  assert.equal(JSON.stringify(strokes), "[[[0.1,0.2],[0.3,0.1235]],[[0.5,0.5]]]");
  strokes.undo();
  assert.equal(strokes.all.length, 1);
  strokes.clear();
  assert.ok(strokes.isEmpty);
});

test("a huge drawing fits into a request and keeps its strokes' ends", () => {
  const strokes = new Strokes();
  for (let s = 0; s < 4; s++) {
    strokes.begin(0, s / 4);
    for (let i = 1; i <= 5000; i++) strokes.extend(i % 2 ? 0.9999 : 0.1111, i / 5000);
  }
  const text = JSON.stringify(strokes);
  assert.ok(text.length < 60_000, `${text.length} characters`);
  for (const stroke of JSON.parse(text)) assert.deepEqual(stroke.at(-1), [0.1111, 1]);
});
