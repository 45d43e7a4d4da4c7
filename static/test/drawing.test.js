import assert from "node:assert/strict";
import test from "node:test";
import { beliefSeries, beliefText, knownSince, momentText } from "../model/belief.js";
import { isOf, strengths } from "../model/explanation.js";
import { PenCursor } from "../model/pen-cursor.js";
import { fitStrokes, shownText } from "../model/shown.js";
import { stepAt, stepPlace, stepTicks } from "../model/step-axis.js";
import { Strokes } from "../model/strokes.js";
import { labelText, verdictText } from "../model/verdict.js";

const digits = [..."0123456789"];
const sure = (label, p) => ({ label, probabilities: digits.map((_, i) => (i === label ? p : (1 - p) / 9)) });

test("a verdict in words names what is likely, and no digit where there is none", () => {
  assert.equal(verdictText({ ...sure(3, 0.9), verdict: "digit", confidence: 0.876 }, digits), "a 3, 87.6\u00a0%\u00a0sure");
  assert.equal(verdictText(sure(8, 0.91), digits), "an 8, 91.0\u00a0%\u00a0sure");
  assert.equal(verdictText(sure(8, 0.99999), digits), "an 8, over\u00a099.9\u00a0%\u00a0sure");
  const torn = { label: 4, probabilities: [0, 0, 0, 0, 0.5, 0, 0, 0, 0.05, 0.45], verdict: "not sure" };
  assert.equal(verdictText(torn, digits), "not sure: a 4, or a 9");
  assert.equal(labelText(torn, digits), "4");
  const none = { ...sure(3, 0.9), verdict: "not a digit" };
  assert.equal(verdictText(none, digits), "not a digit");
  assert.equal(labelText(none, digits), "?");
});

test("keys move the pen, finely with Shift, and not out of the pad", () => {
  const pen = new PenCursor();
  assert.ok(pen.move("ArrowRight") && pen.move("ArrowUp", true));
  assert.deepEqual([pen.x, pen.y], [0.55, 0.4875]);
  for (let i = 0; i < 30; i++) pen.move("ArrowLeft");
  assert.equal(pen.x, 0);
  assert.ok(!pen.move("a"));
  assert.equal(pen.text, "pen up, 0 % across, 49 % down");
  pen.isDown = true;
  pen.rest();
  assert.deepEqual([pen.x, pen.y, pen.isDown], [0.5, 0.5, false]);
});

test("strokes of any scale come into the pad with their shape, and those in it stay", () => {
  const inside = [[[0.2, 0.3], [0.6, 0.9]]];
  assert.equal(fitStrokes(inside), inside);
  const [[from, to]] = fitStrokes([[[100, 1000], [300, 1400]]]);
  assert.ok(Math.abs(from[1] - 0.16) < 1e-12 && Math.abs(to[1] - 0.84) < 1e-12);
  assert.ok(Math.abs((to[0] - from[0]) * 2 - (to[1] - from[1])) < 1e-12);
  assert.ok(Math.abs(from[0] + to[0] - 1) < 1e-12);
  assert.deepEqual(fitStrokes([[[7e9, -3]]]), [[[0.5, 0.5]]]);
});

test("what is shown has a name", () => {
  assert.equal(shownText({ test: 1234 }), "test image 1,234");
  assert.equal(shownText({ pixels: [0] }), "your picture");
  assert.equal(shownText({ strokes: new Strokes() }), "your drawing");
  assert.equal(shownText(null), "");
});

test("an explanation is scaled by its greatest value, and none is no division by zero", () => {
  assert.deepEqual(strengths({ values: [-4, 0, 2], range: [-4, 2] }), { limit: 4, shares: [-1, 0, 0.5] });
  assert.deepEqual(strengths({ values: [0, 0], range: [0, 0] }), { limit: 0, shares: [0, 0] });
  assert.ok(isOf([0, 1], [0, 1]));
  assert.ok(!isOf([0, 1], [0, 0.5]));
  assert.ok(!isOf(null, [0]));
});

test("a chart's steps have their place, with step 0 on the logarithmic axis too", () => {
  assert.equal(stepPlace(0, 469, "log"), 0);
  assert.equal(stepPlace(469, 469, "log"), 1);
  assert.equal(stepPlace(9, 99, "log"), 0.5);
  assert.equal(stepPlace(100, 400, "epochs"), 0.25);
  assert.equal(stepPlace(0, 0, "log"), 0);
  assert.deepEqual(stepTicks(120, "log", 50).map(({ text }) => text), ["0", "1", "10", "100"]);
  assert.deepEqual(stepTicks(120, "epochs", 50), [{ step: 0, text: "0" }, { step: 50, text: "epoch 1" }, { step: 100, text: "epoch 2" }]);
  assert.ok(stepTicks(5000, "epochs", 50).length <= 7);
  assert.equal(stepAt([0, 1, 10, 100], 0.6, "log"), 2);
  assert.equal(stepAt([0, 1, 10, 100], 0.6, "epochs"), 3);
});

test("the belief film tells the label, the strongest other, and since when it is known", () => {
  const film = { steps: [0, 1, 2, 4], labels: [1, 0, null, 0], probabilities: [[0.2, 0.7, 0.1], [0.6, 0.1, 0.3], null, [0.9, 0.06, 0.04]] };
  assert.deepEqual(beliefSeries(film, 0), { label: [0.2, 0.6, null, 0.9], other: [0.7, 0.3, null, 0.06], others: [1, 2, -1, 1] });
  assert.equal(knownSince(film, 0), 4);
  assert.equal(knownSince(film, 1), null);
  assert.equal(beliefText(film, 0, ["a", "b", "c"], 0), "It has said a since step 4.");
  assert.equal(beliefText({ steps: [0], labels: [0], probabilities: [[1]] }, 0, [], 0), "Every kept step says 0.");
  assert.equal(momentText(film, 1, 0, ["a", "b", "c"]), "a with 60.0 %, then c with 30.0 %");
  assert.equal(momentText(film, 2, 0, []), "no numbers");
});
