import { call, json } from "./api.js";
import { withQuery } from "./model/page-address.js";

// The API of the lesson: one step taken apart.

const path = (run, step) => `/api/runs/${encodeURIComponent(run)}/lesson/${step}`;

// readLesson returns all numbers of a step; query is {from, learningRate,
// batchSize, level, unit}, of which what is null is left out.
export const readLesson = (run, step, query, signal) => json(withQuery(path(run, step), query), { signal });

// readMaps returns what a layer makes of a digit, or how its loss depends on
// that: {height, width, units, values}, the values in the order row, column, unit.
export async function readMaps(run, step, layer, query, signal) {
  const response = await call(withQuery(`${path(run, step)}/maps/${layer}`, query), { signal });
  const [height, width, units] = response.headers.get("X-Shape").split(" ").map(Number);
  return { height, width, units, values: new Float32Array(await response.arrayBuffer()) };
}

// readOrigin returns where a value of a layer comes from.
export const readOrigin = (run, step, layer, query, signal) => json(withQuery(`${path(run, step)}/origin/${layer}`, query), { signal });
