// How the curves are looked at. In an address only what differs from the usual is
// named, as in axis=epoch&curves=acc.log&smooth=0.6&zoom=0.5-2&overlay=a,b.
//
//   axis         what they are over: "step", "epoch" or "time"
//   xLog, lossLog, accuracyLog  which axes are logarithmic
//   per          train points per "step", or the mean of each "epoch"
//   smoothing    0 to 0.95
//   zoom         {from, to} in the axis' unit, or null for all
//   overlay      runs whose curves are drawn too
export const usualCurves = { axis: "step", xLog: false, lossLog: true, accuracyLog: false, per: "step", smoothing: 0, zoom: null, overlay: [] };

export const mostRuns = 6; // beside the one that is shown

const switches = { "x-log": "xLog", "loss-linear": "lossLog", "accuracy-log": "accuracyLog" };

// readCurves returns the view of an address's query. What makes no sense is as
// usual.
export function readCurves(query) {
  const named = (query.get("curves") ?? "").split(".");
  const smoothing = Number(query.get("smooth"));
  const [, from, to] = /^(\d[\d.]*)-(\d[\d.]*)$/.exec(query.get("zoom") ?? "") ?? [];
  return {
    axis: ["epoch", "time"].find((axis) => axis === query.get("axis")) ?? "step",
    ...Object.fromEntries(Object.entries(switches).map(([name, field]) => [field, named.includes(name) !== usualCurves[field]])),
    per: query.get("per") === "epoch" ? "epoch" : "step",
    smoothing: smoothing >= 0 && smoothing <= 0.95 ? smoothing : 0,
    zoom: Number(to) > Number(from) ? { from: Number(from), to: Number(to) } : null,
    overlay: [...new Set((query.get("overlay") ?? "").split(",").filter((id) => /^[a-z0-9]+$/.test(id)))].slice(0, mostRuns),
  };
}

// writeCurves puts a view into a query.
export function writeCurves(query, view) {
  const named = Object.entries(switches).filter(([, field]) => view[field] !== usualCurves[field]).map(([name]) => name);
  const texts = {
    axis: view.axis === "step" ? "" : view.axis,
    curves: named.join("."),
    per: view.per === "step" ? "" : view.per,
    smooth: view.smoothing || "",
    zoom: view.zoom ? `${view.zoom.from}-${view.zoom.to}` : "",
    overlay: view.overlay.join(","),
  };
  for (const [name, text] of Object.entries(texts)) {
    if (text === "") query.delete(name);
    else query.set(name, text);
  }
}

// overlaid are the runs that are drawn beside a run: first the one that it is
// compared with.
export function overlaid({ overlay }, run, compare) {
  return [...new Set([compare, ...overlay])].filter((id) => id && id !== run).slice(0, mostRuns);
}

const scale = (isLog) => (isLog ? "log" : "linear");

// streamCurves is a view as the stream wants to know it.
export function streamCurves({ axis, xLog, lossLog, accuracyLog, per, smoothing, zoom }, runs) {
  return { axis, per, smoothing, xScale: scale(xLog), yScale: scale(lossLog), accuracyScale: scale(accuracyLog), from: zoom?.from ?? 0, to: zoom?.to ?? 0, overlay: runs };
}

// figureOptions are those of a curve as a file.
export function figureOptions({ axis, xLog, lossLog, accuracyLog, per, smoothing, zoom }, figure, runs) {
  return {
    axis, per, x: scale(xLog), y: scale(figure === "loss" ? lossLog : accuracyLog),
    ...(per === "step" && smoothing && { smoothing }), ...zoom, ...(runs.length && { overlay: runs.join(",") }),
  };
}
