import assert from "node:assert/strict";
import { test } from "node:test";
import { cellText, mistakeText, moveCell, rowTotal, strength, summaryText } from "../model/confusion.js";

test("a cell is shaded by its share of the row, a mistake sooner", () => {
  assert.equal(rowTotal([90, 9, 1]), 100);
  assert.equal(strength(90, 100, true), 0.9);
  assert.equal(strength(0, 100, false), 0);
  assert.equal(strength(0, 0, true), 0);
  assert.equal(strength(10, 100, false), 1);
  assert.ok(strength(1, 1000, false) > 0.2);
});

test("keys go from cell to cell and stay in the matrix", () => {
  const at = { label: 1, prediction: 2 };
  assert.deepEqual(moveCell(at, "ArrowUp", 4), { label: 0, prediction: 2 });
  assert.deepEqual(moveCell(at, "ArrowRight", 4), { label: 1, prediction: 3 });
  assert.deepEqual(moveCell({ label: 3, prediction: 3 }, "ArrowDown", 4), { label: 3, prediction: 3 });
  assert.deepEqual(moveCell(at, "Home", 4), { label: 1, prediction: 0 });
  assert.deepEqual(moveCell(at, "End", 4, true), { label: 3, prediction: 3 });
  assert.deepEqual(moveCell(at, "PageDown", 4), { label: 3, prediction: 2 });
  assert.equal(moveCell(at, "a", 4), null);
});

test("cells and mistakes are told in words", () => {
  const classes = ["cat", "dog"];
  assert.equal(cellText(1, 0, 1, classes), "cat taken for dog: 1 image");
  assert.equal(cellText(1200, 1, 1, classes), "dog taken for dog, right: 1200 images");
  assert.equal(summaryText({ accuracy: 0.9876, mistakes: 1, images: 81 }), "98.76 % right, 1 mistake in 81 images");
  assert.equal(mistakeText({ index: 7, label: 0, prediction: 1, probabilities: [0.125, 0.875] }, classes), "Test image 7: a cat, taken for dog with 87.5 %; cat has 12.5 %");
  assert.equal(mistakeText({ index: 7, label: 1, prediction: 1, probabilities: [0.125, 0.875] }, classes), "Test image 7: a dog, read rightly with 87.5 %");
});
