import { count, percent } from "./format.js";

// The confusion matrix: [label][prediction], numbers of images.

// strength is how strongly a cell is shaded, from 0 to 1: right ones by their
// share of the row, wrong ones on a steeper scale, so that a handful is seen.
export function strength(n, total, isRight) {
  if (!n || !total) return 0;
  const share = n / total;
  return isRight ? share : Math.min(1, 0.18 + 0.82 * Math.sqrt(share / 0.1));
}

export const rowTotal = (row) => row.reduce((sum, n) => sum + n, 0);

// cellText names a cell and tells how many images it has.
export function cellText(n, label, prediction, classes) {
  const images = `${n} image${n === 1 ? "" : "s"}`; // as the cell shows it
  if (label === prediction) return `${classes[label]} taken for ${classes[label]}, right: ${images}`;
  return `${classes[label]} taken for ${classes[prediction]}: ${images}`;
}

// moveCell returns the cell {label, prediction} to which a key leads from one, in
// a square of so many classes, or null if the key is none of the grid's.
export function moveCell({ label, prediction }, key, classes, isControl = false) {
  const last = classes - 1;
  const to = {
    ArrowUp: [label - 1, prediction], ArrowDown: [label + 1, prediction], ArrowLeft: [label, prediction - 1], ArrowRight: [label, prediction + 1],
    Home: isControl ? [0, 0] : [label, 0], End: isControl ? [last, last] : [label, last], PageUp: [0, prediction], PageDown: [last, prediction],
  }[key];
  if (!to) return null;
  const [l, p] = to.map((v) => Math.min(Math.max(v, 0), last));
  return { label: l, prediction: p };
}

// summaryText tells how a step does on the whole set.
export function summaryText({ accuracy, mistakes, images }) {
  return `${percent(accuracy, 2)} right, ${count(mistakes)} mistake${mistakes === 1 ? "" : "s"} in ${count(images)} images`;
}

// mistakeText tells what the net says of an image.
export function mistakeText({ index, label, prediction, probabilities }, classes) {
  const image = `Test image ${count(index)}: a ${classes[label]}`;
  const sure = percent(probabilities[prediction], 1);
  if (label === prediction) return `${image}, read rightly with ${sure}`;
  return `${image}, taken for ${classes[prediction]} with ${sure}; ${classes[label]} has ${percent(probabilities[label], 1)}`;
}
