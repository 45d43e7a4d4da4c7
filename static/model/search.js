// atOrBefore returns the index of the last value that is not greater than
// wanted in an ascending list, or -1.
export function atOrBefore(values, wanted) {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] <= wanted) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

// nearest returns the index of the value nearest to wanted in an ascending
// list, or -1 if the list is empty.
export function nearest(values, wanted) {
  const i = atOrBefore(values, wanted);
  if (i < 0) return values.length ? 0 : -1;
  if (i + 1 < values.length && values[i + 1] - wanted < wanted - values[i]) return i + 1;
  return i;
}
