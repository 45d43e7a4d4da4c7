import { number } from "./format.js";

// What a unit is and does, in words.

const clear = 0.5; // selectivity from which a unit is mostly for one class
const slight = 0.2;
const times = ["never", "once", "twice", "three times", "four times", "five times", "six times", "seven times", "eight times", "nine times"];

// unitName names a unit of a layer; of the classes it is the class.
export const unitName = (level, layer, unit, classes = []) => (level === "classes" ? `class ${classes[unit] ?? unit}` : `${layer}, unit ${unit}`);

export const probeText = ({ set, images }) => `${images.toLocaleString("en")} ${set === "train" ? "training" : set} images`;

// isWeak tells whether an optimized picture drives its unit less than the best
// image does.
export const isWeak = (reached, best) => Number.isFinite(reached) && Number.isFinite(best) && reached < best;

// driveText compares what an optimized picture reaches with the best image.
export function driveText(reached, best, probe) {
  if (!Number.isFinite(reached)) return Number.isFinite(best) ? `the best of ${probeText(probe)} reaches ${number(best)}` : "";
  if (!Number.isFinite(best)) return `reaches ${number(reached)}`;
  return isWeak(reached, best)
    ? `reaches only ${number(reached)}, less than the best of ${probeText(probe)}: ${number(best)}`
    : `reaches ${number(reached)}; the best of ${probeText(probe)} reaches ${number(best)}`;
}

// selectiveText says for which class a unit is active, from one number in −1..1
// per class.
export function selectiveText(selectivity, classes = []) {
  if (!selectivity?.length) return "";
  const best = selectivity.indexOf(Math.max(...selectivity));
  const name = classes[best] ?? best;
  if (selectivity[best] >= clear) return `mostly ${name}`;
  return selectivity[best] >= slight ? `rather ${name}` : "no class in particular";
}

// labelsText counts the labels of patches, the most frequent first.
export function labelsText(labels, classes = []) {
  const counts = new Map();
  for (const label of labels ?? []) counts.set(label, (counts.get(label) ?? 0) + 1);
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || a - b);
  return sorted.map(([label, n]) => `${classes[label] ?? label} ${times[n] ?? `${n} times`}`).join(", ");
}

// unitText is all that a picture's header knows of a unit.
export function unitText(header, unit, classes) {
  const { level, layer, view, dead, best, reached, probe, selectivity, labels, ranges, scale } = header;
  const name = unitName(level, layer, unit, classes);
  if (dead?.includes(unit)) return `${name}: dead, no image of the probe excites it.`;
  const facts = [
    view !== "filter" && view !== "maps" && probe && driveText(view === "maximization" ? reached?.[unit] : undefined, best?.[unit], probe),
    scale === "unit" && ranges && `weights from ${number(ranges[unit][0])} to ${number(ranges[unit][1])}`,
    level !== "classes" && selectiveText(selectivity?.[unit], classes),
    labels?.[unit]?.length && `patches: ${labelsText(labels[unit], classes)}`,
  ].filter(Boolean);
  return facts.length ? `${name}: ${facts.join("; ")}.` : name;
}
