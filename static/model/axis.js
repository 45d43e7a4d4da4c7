// An axis is {min, max, scale}, with the scale linear, log, or error, which is
// logarithmic in what a value lacks to 1.

// place returns where a value is between the ends: 0 at min, 1 at max. A value
// that is not positive has no place (NaN) on a logarithmic axis; on one of errors
// all from max on are at 1.
export function place({ min, max, scale }, value) {
  if (scale === "log") return value > 0 ? Math.log(value / min) / Math.log(max / min) : NaN;
  if (scale === "error") return Math.log((1 - min) / Math.max(1 - value, 1 - max)) / Math.log((1 - min) / (1 - max));
  return (value - min) / (max - min);
}

// valueAt is place's inverse.
export function valueAt({ min, max, scale }, fraction) {
  if (scale === "log") return min * (max / min) ** fraction;
  if (scale === "error") return 1 - (1 - min) * ((1 - max) / (1 - min)) ** fraction;
  return min + (max - min) * fraction;
}
