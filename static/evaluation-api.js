import { call, json, versioned } from "./api.js";
import { withQuery } from "./model/page-address.js";

// How a run does on the test set at a kept step, as the API tells it.

const path = (run, step) => `/api/runs/${encodeURIComponent(run)}/steps/${step}`;

export const readEvaluation = (run, step, signal) => json(withQuery(`${path(run, step)}/evaluation`, versioned()), { signal });
export const readMap = (run, step, signal) => json(withQuery(`${path(run, step)}/map`, versioned()), { signal });

// readCell returns images of a cell {label, prediction}, those from one on.
export const readCell = (run, step, { label, prediction }, from, signal) =>
  json(withQuery(`${path(run, step)}/evaluation`, { label: String(label), prediction: String(prediction), from, ...versioned() }), { signal });

// readClassCurves returns a picture of the classes' accuracy over the steps.
export async function readClassCurves(run, query, signal) {
  const response = await call(withQuery(`/api/runs/${encodeURIComponent(run)}/figures/classes.svg`, query), { signal });
  return response.blob();
}
