// An axis is {min, max, scale}, with the scale linear or log.

// place returns where a value is between the ends: 0 at min, 1 at max. A value
// that is not positive has no place (NaN) on a logarithmic axis.
export function place({ min, max, scale }, value) {
  if (scale === "log") return value > 0 ? Math.log(value / min) / Math.log(max / min) : NaN;
  return (value - min) / (max - min);
}

// valueAt is place's inverse.
export function valueAt({ min, max, scale }, fraction) {
  if (scale === "log") return min * (max / min) ** fraction;
  return min + (max - min) * fraction;
}
