import assert from "node:assert/strict";
import test from "node:test";
import { divergingMap, isBright, limitOf } from "../model/diverging.js";
import { byChannel, bytesOf, channelOf, exaggeration, grows, largest, mean, windowOf } from "../model/lesson-maths.js";
import { isWhatIf, leave, next, readPlace, tryOut, undo } from "../model/lesson-place.js";
import { fitSheet, mapPlace, movePoint, pointAt } from "../model/map-sheet.js";

const place = (query) => readPlace(new URLSearchParams(query));

test("a place is read from an address, and what makes no sense is left out", () => {
  assert.deepEqual(place("step=7&station=3"), { step: 7, station: 3, from: null, learningRate: null, batchSize: null });
  assert.deepEqual(place("step=x&station=99"), { step: null, station: 8, from: null, learningRate: null, batchSize: null });
  assert.deepEqual(place("step=7&from=6&learningRate=0.5"), { step: 7, station: 1, from: 6, learningRate: 0.5, batchSize: null });
  assert.ok(!isWhatIf(place("step=7&from=6")), "a what-if without another setting is what happened");
  assert.equal(place("step=7&from=6&learningRate=-1&batchSize=64").learningRate, null);
});

test("the next batch is shown where it was taken, and taken where it was not", () => {
  assert.deepEqual(next(place("step=3"), 5), { step: 4, take: false });
  assert.deepEqual(next(place("step=5"), 5), { step: 6, take: true });
  assert.deepEqual(next(place("step=6"), 5), { step: 6, take: true });
  assert.deepEqual(next(place("step=1"), 0), { step: 1, take: true });
  assert.deepEqual(next(place("step=7&from=6&learningRate=1"), 6), { step: 8, take: false });
  assert.equal(next(place("step=106&from=6&learningRate=1"), 6).step, null);
});

test("undo goes back by a step, out of a what-if at its beginning, and not before the first", () => {
  assert.equal(undo(place("step=1")), null);
  assert.equal(undo(place("step=5")).step, 4);
  assert.deepEqual(undo(place("step=8&from=6&batchSize=9")), { ...place("step=8&from=6&batchSize=9"), step: 7 });
  assert.deepEqual(undo(place("step=7&from=6&batchSize=9")), place("step=6"));
});

test("a what-if begins at the weights before the step, and keeps its beginning", () => {
  const tried = tryOut(place("step=7&station=6"), { learningRate: 10 });
  assert.deepEqual(tried, { step: 7, station: 6, from: 6, learningRate: 10, batchSize: null });
  assert.equal(tryOut({ ...tried, step: 9 }, { learningRate: 1 }).from, 6);
  assert.deepEqual(leave({ ...tried, step: 30 }, 8), { step: 9, station: 6, from: null, learningRate: null, batchSize: null });
});

test("the map of weights goes through its stops", () => {
  const colour = divergingMap(["rgb(0, 0, 100)", "rgb(128, 128, 128)", "rgb(255, 200, 0)"]);
  assert.deepEqual([-1, -0.5, 0, 1, 7].map(colour), [[0, 0, 100], [64, 64, 114], [128, 128, 128], [255, 200, 0], [255, 200, 0]]);
  assert.equal(limitOf([0.5, -2, NaN]), 2);
  assert.ok(isBright([255, 236, 160]) && !isBright([12, 30, 112]));
});

test("a sheet of maps fits its box, and places on it are found again", () => {
  const layout = fitSheet({ units: 16, height: 28, width: 28 }, 260, 300, 60);
  assert.ok(layout.sheetWidth <= 260 && layout.sheetHeight <= 300 && layout.scale >= 1);
  const wide = fitSheet({ units: 4, height: 5, width: 7 }, 40, 500, 21);
  for (const unit of [0, 1, 2, 3]) {
    const { x, y } = mapPlace(wide, unit);
    assert.deepEqual(pointAt(wide, x + 6 * wide.scale, y + 4 * wide.scale), { unit, row: 4, column: 6 });
  }
  assert.equal(pointAt(wide, 7 * wide.scale + 1, 0), null, "between maps there is none");
  assert.equal(pointAt(wide, 1e6, 0), null);
  assert.ok(fitSheet({ units: 64, height: 30, width: 30 }, 20, 20, 60).scale === 1);
});

test("keys move on a map and to others, and not out of it", () => {
  const size = { units: 2, height: 3, width: 4 };
  const at = { unit: 0, row: 2, column: 3 };
  assert.deepEqual(movePoint(size, at, "ArrowRight"), at);
  assert.deepEqual(movePoint(size, at, "ArrowUp"), { unit: 0, row: 1, column: 3 });
  assert.deepEqual(movePoint(size, at, "PageDown"), { unit: 1, row: 2, column: 3 });
  assert.deepEqual(movePoint(size, at, "Home"), { unit: 0, row: 0, column: 0 });
  assert.equal(movePoint(size, at, "x"), null);
});

test("a window's terms are summed by channel and put into rows and columns", () => {
  const terms = [{ row: -1, column: 2, channel: 0, product: 1 }, { row: 0, column: 2, channel: 0, product: 2 }, { row: 0, column: 2, channel: 1, product: -9 }];
  assert.deepEqual(byChannel(terms).map(({ channel, sum }) => [channel, sum]), [[1, -9], [0, 3]]);
  const window = windowOf(terms.slice(0, 2));
  assert.deepEqual([window.rows, window.columns], [[-1, 0], [2]]);
  assert.equal(window.at(0, 2).product, 2);
  assert.equal(window.at(1, 2), null);
  assert.deepEqual([...channelOf([1, 2, 3, 4, 5, 6], 3, 1)], [2, 5]);
});

test("a change is exaggerated by a round factor that makes it as large as the values", () => {
  assert.equal(exaggeration([0.5, -1], [0.003]), 200);
  assert.equal(exaggeration([1], [0.5]), 2);
  assert.equal(exaggeration([1], [4]), 1);
  assert.equal(exaggeration([1], [0]), 1);
  assert.equal(exaggeration([0.4], [0.001]), 200);
});

test("a loss that grows is told, in one step or along a path", () => {
  const one = (loss, lossAfter, path = []) => grows({ batch: { loss, lossAfter }, path: path.map((value) => ({ loss: value })) });
  assert.ok(one(2, 3));
  assert.ok(!one(2, 1.9));
  assert.ok(!one(2, null), "a step not taken yet does not grow");
  assert.ok(one(2, 1.9, [1, 1.6]));
  assert.ok(one(2, 1.9, [1, 9, 0.9]), "though it fell again");
  assert.ok(!one(2, 1.9, [1, 1.4]));
});

test("small sums", () => {
  assert.equal(largest([1, 3, 2]), 1);
  assert.equal(mean([1, 3]), 2);
  assert.deepEqual([...bytesOf("AP8B")], [0, 255, 1]);
});
