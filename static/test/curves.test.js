import assert from "node:assert/strict";
import test from "node:test";
import { place, valueAt } from "../model/axis.js";
import { figureOptions, overlaid, readCurves, streamCurves, usualCurves, writeCurves } from "../model/curve-view.js";
import { rangeAround, rangeBetween } from "../model/curve-zoom.js";
import { elapsed } from "../model/format.js";

const written = (view) => {
  const query = new URLSearchParams();
  writeCurves(query, view);
  return decodeURIComponent(query.toString());
};

test("an address names only what is unusual, and is read back", () => {
  assert.equal(written(usualCurves), "");
  const view = { axis: "time", xLog: true, lossLog: false, accuracyLog: true, per: "epoch", smoothing: 0.6, zoom: { from: 0.5, to: 12 }, overlay: ["abc", "d2"] };
  assert.equal(written(view), "axis=time&curves=x-log.loss-linear.accuracy-log&per=epoch&smooth=0.6&zoom=0.5-12&overlay=abc,d2");
  assert.deepEqual(readCurves(new URLSearchParams(written(view))), view);
  assert.deepEqual(readCurves(new URLSearchParams("")), usualCurves);
});

test("what makes no sense in an address is as usual", () => {
  for (const query of ["axis=days", "smooth=7", "smooth=x", "zoom=3-2", "zoom=-1-4", "zoom=a-b", "curves=", "per=batch", "overlay=,,%3Cb%3E"]) {
    assert.deepEqual(readCurves(new URLSearchParams(query)), usualCurves, query);
  }
  assert.equal(readCurves(new URLSearchParams("overlay=a,a,b,c,d,e,f,g,h")).overlay.length, 6);
});

test("the compared run is the first that is overlaid; the own one is none", () => {
  assert.deepEqual(overlaid({ overlay: ["a", "own", "b", "c"] }, "own", "b"), ["b", "a", "c"]);
  assert.deepEqual(overlaid({ overlay: [] }, "own", ""), []);
});

test("stream and files get the same options", () => {
  const view = { ...usualCurves, axis: "epoch", accuracyLog: true, zoom: { from: 1, to: 2 }, smoothing: 0.5 };
  assert.deepEqual(streamCurves(view, ["a"]), { axis: "epoch", per: "step", smoothing: 0.5, xScale: "linear", yScale: "log", accuracyScale: "log", from: 1, to: 2, overlay: ["a"] });
  assert.deepEqual(figureOptions(view, "accuracy", ["a", "b"]), { axis: "epoch", per: "step", x: "linear", y: "log", smoothing: 0.5, from: 1, to: 2, overlay: "a,b" });
  assert.deepEqual(figureOptions({ ...usualCurves, lossLog: false }, "loss", []), { axis: "step", per: "step", x: "linear", y: "linear" });
});

test("a range is what lies between two places", () => {
  const x = { min: 0, max: 1000, scale: "linear" };
  assert.deepEqual(rangeBetween(x, "step", 0.7, 0.2), { from: 200, to: 700 });
  assert.deepEqual(rangeBetween(x, "step", -3, 0.5), { from: 0, to: 500 });
  assert.equal(rangeBetween(x, "step", 0.5, 0.501), null);
  assert.deepEqual(rangeBetween({ min: 0.01, max: 100, scale: "log" }, "time", 0.25, 0.5), { from: 0.1, to: 1 });
});

test("a range is scaled around a place, and ends at the whole", () => {
  const whole = { min: 0, max: 1000, scale: "linear" };
  assert.deepEqual(rangeAround(whole, whole, "step", 250, 0.5), { from: 125, to: 625 });
  const x = { min: 400, max: 500, scale: "linear" };
  assert.deepEqual(rangeAround(x, whole, "step", 450, 2), { from: 350, to: 550 });
  assert.equal(rangeAround(x, whole, "step", 450, 50), null);
  assert.equal(rangeAround({ ...x, max: 402 }, whole, "step", 401, 0.5), undefined);
});

test("accuracies on the axis of their error", () => {
  const y = { min: 0, max: 0.999, scale: "error" };
  for (const [value, at] of [[0, 0], [0.9, 1 / 3], [0.99, 2 / 3], [0.999, 1], [1, 1]]) assert.ok(Math.abs(place(y, value) - at) < 1e-9, value);
  assert.ok(Math.abs(valueAt(y, 2 / 3) - 0.99) < 1e-12);
});

test("times are short", () => {
  assert.deepEqual([0.01234, 3.456, 59, 125].map(elapsed), ["0.0123 s", "3.46 s", "59 s", "2:05 min"]);
});
