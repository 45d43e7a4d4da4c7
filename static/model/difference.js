// Differences between two evaluations.

// differences compares accuracies per class, fractions or null where a class
// has no image.
export const differences = (before, without) =>
  before.map((value, i) => ({ before: value, without: without[i], difference: value === null || without[i] === null ? 0 : without[i] - value }));

// newMistakes returns for each class the one that more of its images are taken
// for now, {prediction, more}, or null. The matrices have a row for each label.
export const newMistakes = (before, without) =>
  before.map((row, label) => {
    const more = row.map((n, prediction) => (prediction === label ? 0 : without[label][prediction] - n));
    const most = Math.max(...more);
    return most > 0 ? { prediction: more.indexOf(most), more: most } : null;
  });

// points tells a difference of accuracies in percentage points.
export function points(difference) {
  const value = (difference * 100).toFixed(2).replace("-", "−");
  if (Number(difference.toFixed(4)) === 0) return "no change";
  return `${difference > 0 ? "+" : ""}${value} points`;
}
