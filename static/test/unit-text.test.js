import assert from "node:assert/strict";
import { test } from "node:test";
import { captionOf } from "../model/caption.js";
import { centred, fieldAt, fieldText, growthText, inside } from "../model/field.js";
import { driveText, isWeak, labelsText, selectiveText, unitText } from "../model/unit-text.js";

const probe = { set: "train", images: 256 };
// of conv2 in n1: 5x5 pad 2, pool 2, 3x3 pad 1
const field = { height: 10, width: 10, row: -4, column: -4, rowStep: 2, columnStep: 2 };

test("a place sees its field, of which some may lie outside the image", () => {
  assert.deepEqual(fieldAt(field, { row: 3, column: 2 }), { top: 2, left: 0, bottom: 11, right: 9 });
  const corner = fieldAt(field, { row: 0, column: 13 });
  assert.deepEqual(corner, { top: -4, left: 22, bottom: 5, right: 31 });
  assert.deepEqual(inside(corner, [28, 28]), { top: 0, left: 22, bottom: 5, right: 27 });
  assert.deepEqual(centred([10, 20], [28, 28]), { top: 9, left: 4, bottom: 18, right: 23 });
});

test("the arithmetic of a field is told with its numbers", () => {
  assert.equal(fieldText(field, { row: 3, column: 2 }, [28, 28]),
    "Its place in row 3, column 2 sees 10×10 pixels: rows 2 to 11, columns 0 to 9, because −4 + 3·2 = 2 and −4 + 2·2 = 0.");
  assert.match(fieldText(field, { row: 0, column: 13 }, [28, 28]), /rows −4 to 5, .* −4 \+ 0·2 = −4 .* beyond the border counts as zero\.$/);
  assert.equal(fieldText({ height: 28, width: 28, row: 0, column: 0, rowStep: 1, columnStep: 1, whole: true }, { row: 0, column: 0 }, [28, 28]), "It sees the whole image of 28×28 pixels.");
});

test("what a picture reaches is told beside the best image, also where it is less", () => {
  assert.equal(driveText(9.9, 4.2, probe), "reaches 9.9; the best of 256 training images reaches 4.2");
  assert.equal(driveText(3.1, 4.2, probe), "reaches only 3.1, less than the best of 256 training images: 4.2");
  assert.equal(driveText(undefined, 4.2, { set: "test", images: 10000 }), "the best of 10,000 test images reaches 4.2");
  assert.deepEqual([isWeak(3.1, 4.2), isWeak(4.2, 4.2), isWeak(undefined, 4)], [true, false, false]);
});

test("selectivity and labels in words", () => {
  assert.equal(selectiveText([0.1, 0, 0, 0.7]), "mostly 3");
  assert.equal(selectiveText([0.3, 0.1], ["shirt", "bag"]), "rather shirt");
  assert.equal(selectiveText([0.1, -1]), "no class in particular");
  assert.equal(selectiveText(undefined), "");
  assert.equal(labelsText([3, 5, 3, 8, 3, 5]), "3 three times, 5 twice, 8 once");
});

test("a unit is told by what its view knows", () => {
  const header = { level: "mid", layer: "conv2", view: "maximization", probe, best: [4.2, 1], reached: [9.9, 3], dead: [1], selectivity: [[0, 0.9], [0, 0]], labels: [[1, 1], []] };
  assert.equal(unitText(header, 0), "conv2, unit 0: reaches 9.9; the best of 256 training images reaches 4.2; mostly 1; patches: 1 twice.");
  assert.equal(unitText(header, 1), "conv2, unit 1: dead, no image of the probe excites it.");
  assert.equal(unitText({ level: "low", layer: "conv1", view: "filter", scale: "unit", ranges: [[-0.5, 0.25]] }, 0), "conv1, unit 0: weights from −0.5 to 0.25.");
  assert.equal(unitText({ level: "classes", layer: "dense1", view: "maximization", probe, reached: [7], best: [8] }, 0, ["zero"]), "class zero: reaches only 7, less than the best of 256 training images: 8.");
});

test("a caption says what the pictures are", () => {
  const level = { receptiveField: [10, 12], filter: [3, 3, 16] };
  assert.equal(captionOf({ view: "filter", scale: "unit", level: "low", layer: "conv1", units: 16 }, level), "conv1: 16 filters of 3×3. Light adds ink, dark takes it away, each on its own scale.");
  assert.match(captionOf({ view: "filter", level: "mid", layer: "conv2", units: 32 }, level), /Light adds, dark takes away\.$/);
  assert.equal(captionOf({ view: "maximization", level: "mid", layer: "conv2", units: 32, probe }, level), "conv2: the 10×12 pixels that drive each of 32 units most.");
  assert.match(captionOf({ view: "patches", level: "mid", layer: "conv2", probe }, level), /excites each unit most in 256 training images, framed by label/);
  assert.match(captionOf({ view: "projection", level: "mid", layer: "conv2", rule: "gradient" }), /by the plain gradient/);
  assert.match(captionOf({ view: "maps", layer: "conv2", image: 17 }), /test image 17/);
  assert.match(captionOf({ view: "maps", layer: "conv2", image: "drawing" }), /your drawing/);
});

test("a field grows layer by layer", () => {
  const growth = [
    { layer: "conv1", height: 5, width: 5, rowStep: 1, columnStep: 1 },
    { layer: "pool1", height: 2, width: 2, rowStep: 1, columnStep: 1 },
    { layer: "conv2", height: 3, width: 3, rowStep: 2, columnStep: 2 },
  ];
  assert.equal(growthText(growth), "Its height is 1 + (5 − 1)·1 by conv1 + (2 − 1)·1 by pool1 + (3 − 1)·2 by conv2 = 10 pixels.");
  assert.equal(growthText(growth.slice(0, 1)), "");
});
