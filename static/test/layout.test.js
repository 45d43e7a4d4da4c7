import assert from "node:assert/strict";
import test from "node:test";
import { place, valueAt } from "../model/axis.js";
import { cellPlace, channelPlaces, fitTiles, levelShares, moveTile, sheetPlace, tileAt, tilePlace } from "../model/tile-layout.js";
import { stepText, timelineMarks } from "../model/timeline-marks.js";

const near = (got, want) => assert.ok(Math.abs(got - want) < 1e-12, `${got} is not ${want}`);

test("an axis places its ends at 0 and 1, and valueAt is the inverse", () => {
  for (const axis of [{ min: -3, max: 5, scale: "linear" }, { min: 0.01, max: 100, scale: "log" }]) {
    near(place(axis, axis.min), 0);
    near(place(axis, axis.max), 1);
    for (const fraction of [0, 0.3, 0.5, 1]) near(place(axis, valueAt(axis, fraction)), fraction);
  }
  near(valueAt({ min: 0.01, max: 100, scale: "log" }, 0.5), 1);
  assert.ok(Number.isNaN(place({ min: 1, max: 10, scale: "log" }, 0)));
});

test("tiles stay in their box, have all units, and are whole pixels where that costs little", () => {
  for (let units = 1; units <= 130; units += 3) {
    for (const [tileWidth, tileHeight] of [[5, 5], [7, 3], [62, 62]]) {
      for (const [boxWidth, boxHeight] of [[300, 300], [760, 390], [236, 500]]) {
        const layout = fitTiles({ units, tileWidth, tileHeight, boxWidth, boxHeight, gap: 4, largest: 92 });
        const { columns, rows, width, height, crisp } = layout;
        assert.ok(columns * rows >= units && columns * (rows - 1) < units);
        assert.ok(columns * (width + 4) - 4 <= boxWidth && rows * (height + 4) - 4 <= boxHeight);
        assert.ok(Math.max(width, height) <= 92);
        if (crisp) assert.ok(width % tileWidth === 0 && height % tileHeight === 0);
      }
    }
  }
});

test("16 filters of 5x5 fill a square at a whole scale", () => {
  const layout = fitTiles({ units: 16, tileWidth: 5, tileHeight: 5, boxWidth: 236, boxHeight: 390, gap: 4 });
  assert.deepEqual(layout, { columns: 4, rows: 4, gap: 4, width: 55, height: 55, crisp: true });
});

test("each place of a tile finds its unit, and nothing is beyond the last", () => {
  const layout = { columns: 3, rows: 2, width: 10, height: 20, gap: 2 };
  for (let unit = 0; unit < 5; unit++) {
    const { x, y } = tilePlace(layout, unit);
    assert.equal(tileAt(layout, 5, x, y), unit);
    assert.equal(tileAt(layout, 5, x + 9, y + 19), unit);
  }
  assert.equal(tileAt(layout, 5, 24, 22), -1);
  assert.equal(tileAt(layout, 5, 36, 0), -1);
  assert.equal(tileAt(layout, 5, -1, 0), -1);
});

test("keys move between tiles and stop at the ends", () => {
  const layout = { columns: 3 };
  assert.equal(moveTile(layout, 5, 0, "ArrowRight"), 1);
  assert.equal(moveTile(layout, 5, 1, "ArrowDown"), 4);
  assert.equal(moveTile(layout, 5, 2, "ArrowDown"), 2);
  assert.equal(moveTile(layout, 5, 0, "ArrowLeft"), 0);
  assert.equal(moveTile(layout, 5, 1, "End"), 4);
});

test("a unit's tile on the sheet is after the gaps", () => {
  const header = { columns: 8, tile: { width: 5, height: 7, gap: 1 } };
  assert.deepEqual(sheetPlace(header, 0), { x: 1, y: 1 });
  assert.deepEqual(sheetPlace(header, 9), { x: 7, y: 9 });
});

test("a unit's images stand in a square with a pixel between them", () => {
  assert.deepEqual(cellPlace({ width: 38, height: 32 }, 0, 3), { x: 0, y: 0, width: 12, height: 10 });
  assert.deepEqual(cellPlace({ width: 38, height: 32 }, 5, 3), { x: 26, y: 11, width: 12, height: 10 });
});

test("a filter's channels form a square", () => {
  const { width, height, places } = channelPlaces({ width: 3, height: 2, channels: 5 }, 19);
  assert.deepEqual([width, height], [11, 5]);
  assert.deepEqual(places[4], { from: 16, x: 4, y: 3 });
  assert.deepEqual(channelPlaces({ width: 5, height: 5, channels: 3 }, 5), { width: 5, height: 5, places: [{ from: 0, x: 0, y: 0 }] });
});

test("levels share the width by their units", () => {
  assert.deepEqual(levelShares([{ units: 16 }, { missing: "no" }, { units: 64 }]), [16, 0, 64]);
});

test("the timeline marks the start and the epochs, then doublings, none too close", () => {
  const steps = [0, 1, 2, 3, 4, 6, 8, 9, 10, 16, 20];
  assert.deepEqual(timelineMarks(steps, 10, 0.15), [
    { index: 0, text: "0", kind: "step" },
    { index: 8, text: "epoch 1", kind: "epoch" },
    { index: 10, text: "epoch 2", kind: "epoch" },
    { index: 2, text: "2", kind: "step" },
    { index: 4, text: "4", kind: "step" },
    { index: 6, text: "8", kind: "step" },
  ]);
  assert.deepEqual(timelineMarks([], 10, 0.1), []);
  assert.deepEqual(timelineMarks([0], undefined, 0.1).map(({ text }) => text), ["0"]);
});

test("a step in words", () => {
  assert.equal(stepText(0, 469), "step 0, the start");
  assert.equal(stepText(1000, 500), "step 1,000, epoch 2.00");
  assert.equal(stepText(3), "step 3");
});
