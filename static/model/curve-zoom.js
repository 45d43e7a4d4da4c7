import { place, valueAt } from "./axis.js";

const least = { step: 2, epoch: 1e-4, time: 1e-4 }; // what a range spans

// rangeBetween returns the range {from, to} between two places on the axis x, as
// fractions of it; null if it is too small to be looked at. Steps are whole.
export function rangeBetween(x, axis, a, b) {
  const within = (fraction) => valueAt(x, Math.min(Math.max(fraction, 0), 1));
  let [from, to] = [within(Math.min(a, b)), within(Math.max(a, b))];
  if (axis === "step") [from, to] = [Math.round(from), Math.round(to)];
  else [from, to] = [from, to].map((value) => Number(value.toPrecision(6)));
  return to - from < least[axis] ? null : { from, to };
}

// rangeAround returns the range of the axis x scaled by a factor around a value,
// not beyond the whole axis; null for all of that, and undefined if there is
// nothing closer.
export function rangeAround(x, whole, axis, value, factor) {
  const middle = Math.min(Math.max(place(x, value), 0), 1) || 0;
  const ends = [middle - middle * factor, middle + (1 - middle) * factor].map((fraction) => place(whole, valueAt(x, fraction)));
  if (!(ends[0] > 0.001) && !(ends[1] < 0.999)) return null;
  return rangeBetween(whole, axis, ...ends.map((end) => (Number.isNaN(end) ? 0 : end))) ?? undefined;
}
