import assert from "node:assert/strict";
import { test } from "node:test";
import { numberOf, readExact, writeExact } from "../model/config-text.js";
import { bytes, large, layerCells, pointAt, summary } from "../model/network-text.js";
import { configOf, valuesOf, without } from "../model/run-settings.js";
import { augmentationText, extrasOf, fileErrorText, hintsOf, problemsBy, statusText } from "../model/setting-notes.js";

test("a seed of twenty digits survives, and a name that looks like one", () => {
  const text = '{"name":"\\"seed\\": 5","seed":18446744073709551615,"epochs":3}';
  const config = readExact(text);
  assert.deepEqual(config, { name: '"seed": 5', seed: "18446744073709551615", epochs: 3 });
  assert.equal(writeExact(config), text);
  assert.match(writeExact(config, 2), /^ {2}"seed": 18446744073709551615,$/m);
  assert.equal(writeExact({ seed: "-1" }), '{"seed":"-1"}', "what is no seed stays what was typed");
});

test("what is no number stays as it was typed, so that the server can say so", () => {
  for (const [text, value] of [["5", 5], ["-3", -3], [".5", 0.5], ["1e-3", 0.001], ["2.", 2]]) assert.equal(numberOf(text), value);
  for (const text of ["many", "0,5", "0x10", "1e999", "5 5", "NaN", "Infinity", "--1"]) assert.equal(numberOf(text), text);
});

test("a form means a configuration without what is empty", () => {
  assert.deepEqual(configOf({ name: " a ", seed: "3", epochs: "", optimizer: "adam", momentum: "0.9", batchSize: "x", augmentation: "", pace: "max" }), { name: "a", optimizer: "adam", batchSize: "x", seed: "3", pace: "max" });
  assert.deepEqual(configOf({ optimizer: "sgd", momentum: "0.9", pace: "fixed", paceSteps: "2.5", augmentation: "own", "augmentation.rotation": "9", "augmentation.shear": "" }), { optimizer: "sgd", momentum: 0.9, augmentation: { rotation: 9 }, pace: 2.5 });
  assert.deepEqual(configOf({ epochs: "2" }, { from: { run: "a", step: 3 } }), { epochs: 2, from: { run: "a", step: 3 } });
});

test("a configuration fills a form that means it again", () => {
  for (const config of [
    {}, { name: "n", architecture: "tiny", data: "mnist", augmentation: "off", optimizer: "sgd", momentum: 0.5, learningRate: 0.1, schedule: "constant", batchSize: 9, epochs: 2, seed: "7", validation: 100, targetAccuracy: 0.9, pace: "watch" },
    { augmentation: { rotation: 1, shear: 2, scale: 3, shift: 4, elastic: 5, width: 6 }, pace: 3 },
    { from: { run: "x", step: 2 }, units: [{ level: "low", unit: 1, action: "freeze" }], taught: [{ label: 1, pixels: "AA==" }] },
  ]) {
    const { values, kept } = valuesOf(config);
    assert.deepEqual(configOf(values, kept), config);
  }
  assert.deepEqual(without({ name: "a", seed: "1" }, "name"), { seed: "1" });
});

test("layers and costs are told as people read them", () => {
  const layer = { name: "conv1", text: "conv 5x5x16 pad 2", level: "low", output: [28, 28, 16], weights: 400, biases: 16, field: [5, 5], whole: false, multiplyAdds: 313600 };
  assert.deepEqual(layerCells(layer), { layer: "conv 5x5x16 pad 2", name: "conv1, low level", output: "28×28×16", parameters: "416", sees: "5×5", products: "314 k" });
  assert.equal(layerCells({ ...layer, level: undefined, weights: 0, multiplyAdds: 0, whole: true }).sees, "all");
  assert.deepEqual([999, 9999, 12345, 2_100_000, 3e9].map(large), ["999", "9,999", "12.3 k", "2.1 M", "3 G"]);
  assert.deepEqual([12, 221800, 18e6].map(bytes), ["12 B", "222 kB", "18 MB"]);
  const network = { parameters: 1000, multiplyAdds: { forward: 2e6, backward: 3e6 } };
  const plan = { stepsPerEpoch: 469, lastStep: 2345, firstStep: 0, snapshots: 90, snapshotBytes: 36e4 };
  const told = summary({ network, plan, config: { epochs: 5 } });
  assert.equal(told.steps, "2,345");
  assert.equal(told.epochs, "5 × 469");
  assert.equal(told.measured, "no such net trains now");
  assert.equal(summary({ network, plan: { ...plan, firstStep: 118 }, config: {} }).epochs, "from step 118");
  assert.equal(summary({ network, plan: { ...plan, speed: { secondsPerEpoch: 3.2, name: "Run 1" } }, config: {} }).measured, "as Run 1 trains now");
  assert.equal(summary({ config: {} }).parameters, "–");
});

test("a mistake is pointed at in the text around it", () => {
  assert.deepEqual(pointAt("conv 3x3x4 |\nrely | dense 10", 13, 17, 5), { before: "…x4 | ", word: "rely", after: " | de…" });
  assert.deepEqual(pointAt("größe", 0, 5), { before: "", word: "größe", after: "" });
  assert.deepEqual(pointAt("conv", 4, 5), { before: "conv", word: " ", after: "" });
});

test("problems go to their fields, the others are told together", () => {
  const errors = [{ field: "epochs", problem: "0 is impossible" }, { field: "epochz", problem: "it is no setting" }, { field: "from", problem: "gone" }];
  assert.deepEqual(problemsBy(errors, ["epochs"]), { epochs: "0 is impossible", "": "epochz: it is no setting. from: gone" });
  assert.deepEqual(problemsBy(undefined, []), {});
  assert.equal(problemsBy([{ field: "a", problem: "use less" }], ["a"]).a, "Use less");
  assert.equal(statusText([]), "");
  assert.equal(statusText(["epochs"]), "One setting is wrong: epochs.");
  assert.equal(statusText(["epochs", "seed"]), "2 settings are wrong: epochs, seed.");
});

test("a file is refused for what no field can show", () => {
  const errors = [{ field: "epochs", problem: "no" }, { field: "from", problem: "gone" }, { field: "epochz", problem: "it is no setting", line: 2, column: 3 }];
  assert.equal(fileErrorText({ errors }, ["epochs"]), "epochz: it is no setting (line 2, column 3).");
  assert.equal(fileErrorText({}, []), "");
});

test("fields say what they mean", () => {
  const answer = { config: { epochs: 5, schedule: "one-cycle", augmentation: { rotation: 10, shift: 1 } }, plan: { imagesPerEpoch: 60000, stepsPerEpoch: 469, lastStep: 2345 } };
  const hints = hintsOf(answer, { epochs: "0" });
  assert.equal(hints.epochs, "0 means the usual: 5.");
  assert.equal(hints.batchSize, "469 steps per epoch.");
  assert.equal(hints.augmentation, "At most turned 10°, moved 1 px.");
  assert.equal(hintsOf({ config: { schedule: "constant" } }, {}).learningRate, "The same at every step.");
  assert.equal(augmentationText("off"), "Images stay as they are.");
  assert.deepEqual(extrasOf({}, ""), []);
  assert.deepEqual(extrasOf({ from: { run: "a", step: 1180 }, units: [{ level: "low", unit: 2, action: "freeze" }], taught: [{}, {}], teach: true }, "Run 1").map(({ text }) => text),
    ["Goes on from Run 1 at step 1,180.", "First: freeze unit 2 of low.", "Is taught 2 drawings.", "Is taught the saved drawings."]);
});
