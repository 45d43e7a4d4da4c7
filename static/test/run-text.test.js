import assert from "node:assert/strict";
import { test } from "node:test";
import { fieldOf, runFacts, runProgress } from "../model/run-text.js";

const run = { state: "running", step: 1234, epochsDone: 2.63, epochs: 5, bestAccuracy: 0.9871, bestSet: "test", architecture: "n1", optimizer: "adam", learningRate: 0.005, batchSize: 128, seed: 1 };

test("a run is told in words", () => {
  assert.equal(runProgress(run), "training · step 1,234, epoch 2.6 of 5 · best test accuracy 98.71 %");
  assert.match(runProgress({ ...run, bestAccuracy: null }), /not judged yet$/);
  assert.equal(runFacts(run), "n1 · adam, rate 0.005 · batch 128 · seed 1");
  assert.match(runFacts({ ...run, taught: 3, config: { data: "mnist+pen" } }), /trained on mnist\+pen · taught 3 drawings$/);
  const given = { ...run, state: "waiting", config: { init: { file: "best.safetensors", sha256: "ab" } } };
  assert.match(runFacts(given), / · started from best\.safetensors$/);
  assert.match(runProgress(given), /^given start · /);
  assert.match(runProgress({ ...run, state: "waiting" }), /^random start · /);
  assert.match(runFacts({ ...run, config: { from: { run: "x", step: 40 } } }, "Run 1"), /branch of Run 1 at step 40$/);
});

test("an error goes to the field that it is about", () => {
  assert.deepEqual(fieldOf("epochs: 0 is impossible", ["epochs"]), ["epochs", "0 is impossible"]);
  assert.deepEqual(fieldOf("The server does not answer.", ["epochs"]), ["", "The server does not answer."]);
});
