import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { glossary } from "../model/glossary.js";
import { batchText, brief, deltaNumbers, endText, fixed, large, lossText, originNumbers, pathText, scaleText, scoresText, softmaxNumbers, stepText, updateNumbers, whatIfText } from "../model/lesson-text.js";

const template = readFileSync(new URL("../../templates/lesson.html", import.meta.url), "utf8");

test("each term that the page marks is in the glossary", () => {
  const terms = [...template.matchAll(/data-term="([^"]+)"/g)].map(([, term]) => term);
  assert.ok(terms.length > 15);
  assert.deepEqual(terms.filter((term) => !glossary[term]), []);
});

test("numbers of a column are aligned, zero has no sign, and large ones no decimals", () => {
  assert.deepEqual([0.5, -0.0001, -2.34567, 47729.4, NaN, null].map((value) => fixed(value)), ["0.500", "0.000", "−2.346", "47,729", "–", "–"]);
  assert.deepEqual([999, 2.15e6, 3.68e11].map(large), ["999", "2.15 million", "368 billion"]);
  assert.deepEqual([5e-6, 0.002, 14.31, 600, NaN].map(brief), ["5 µs", "2 ms", "14.3 s", "10 min", "–"]);
});

test("a step says whether it was taken", () => {
  const step = { step: 7, taken: true, whatIf: null, batch: { number: 7, epoch: 1 } };
  assert.equal(stepText(step), "From the weights of step 6 through batch 7 of epoch 1.");
  assert.ok(stepText({ ...step, taken: false }).endsWith("the next step, not taken yet."));
  assert.equal(lossText({ batch: { loss: 2.3, lossAfter: null } }), "Error of this batch: 2.300");
  assert.equal(lossText({ batch: { loss: 2.3, lossAfter: 2.25 } }), "Error of this batch: 2.300 → 2.250");
});

test("formulas have their numbers", () => {
  const e = Math.E;
  assert.equal(softmaxNumbers([1, 0], [e / (e + 1), 1 / (e + 1)], 0, 0.3133), "p = e^1.00 / 3.718 = 2.718 / 3.718 = 0.731,  error = −log 0.731 = 0.313");
  assert.equal(deltaNumbers([0.1, 0.7, 0.2], 0, ["a", "b", "c"]), "a: 0.100 − 1 = −0.900 (up with it),  b: 0.700 − 0 = 0.700 (down with it)");
  assert.equal(originNumbers({ kind: "conv", value: 0.31, bias: 0.01, terms: [{ product: 0.5 }, { product: -0.2 }], rest: 0 }), "0.310 = bias 0.010 + 2 products 0.300");
  assert.equal(originNumbers({ kind: "relu", value: 0, terms: [{ input: -0.3 }] }), "max(0, −0.300) = 0.000");
  const update = { before: [0.5, 0.1], after: [0.499, 0.1], gradient: [0.1, 0] };
  assert.equal(updateNumbers(update, { optimizer: "sgd", momentum: 0, rate: 0.01 }), "0.5 − 0.01 × 0.1 = 0.499");
  assert.equal(updateNumbers({ ...update, after: null }, { optimizer: "sgd" }), "");
});

test("a what-if says what differs, and when its loss grows", () => {
  const lesson = { whatIf: { from: 6 }, settings: { learningRate: 10, batchSize: 128 }, recorded: { learningRate: 0.01, batchSize: 128 }, batch: { loss: 2, lossAfter: 9 }, path: [], actual: [] };
  assert.equal(whatIfText(lesson), "What would have happened: from step 6 with learning rate 10 instead of 0.01. Nothing is recorded.");
  assert.ok(pathText(lesson).startsWith("The loss grows: this learning rate is too large."));
  const calm = { ...lesson, batch: { loss: 2, lossAfter: 1 }, path: [{ step: 7, loss: 2.2 }, { step: 8, loss: 2 }], actual: [{ step: 8, loss: 2.1 }] };
  assert.equal(pathText(calm), "After 2 steps the error would be 2.000; in the run it was 2.100.");
});

test("right answers are counted, and images named", () => {
  const digits = [6, 5, 8, 1].map((label) => ({ label }));
  assert.equal(scoresText({ predictions: [9, 7, 9, 9], step: 0 }, digits), "None of the four is right: at the random start that is chance.");
  assert.equal(scoresText({ predictions: [6, 5, 8, 1], step: 0 }, digits, "best.safetensors"), "All four are right at the start, with the weights of best.safetensors.");
  assert.equal(scoresText({ predictions: [6, 5, 8, 1], step: 1 }, digits), "All four are right after 1 step.");
  assert.equal(batchText({ index: 1234, set: "pen", label: 8, prediction: 3, loss: 2.5 }, [..."0123456789"]), "Pen digit 1,234: an 8, taken for a 3; its error is 2.500.");
});

test("a failed run says where it began to fail, and what can be done", () => {
  const message = "training diverged at step 7 (loss NaN); restart with a learning rate below 100";
  assert.equal(endText({ state: "failed", message }), "Training diverged at step 7 (loss NaN); restart with a learning rate below 100. Or ask “what if” with a smaller learning rate.");
  assert.equal(endText({ state: "paused", message: "" }), "");
});

test("a scale tells zeros from what is no number", () => {
  assert.equal(scaleText(0, [0, 0]), "all are 0");
  assert.equal(scaleText(0, [null, null]), "no number among them (NaN)");
  assert.equal(scaleText(2, [null, -2]), "from −2 to +2");
});
