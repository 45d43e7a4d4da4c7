import { percent } from "./format.js";
import { stepText } from "./timeline-marks.js";

// A belief film: what every kept step's weights said of a drawing. An answer of
// the API is {steps, probabilities, labels}; where weights gave no numbers there
// is null.

// beliefSeries returns the probability of a label at each step, and of the
// strongest other class, with that class.
export function beliefSeries({ probabilities }, label) {
  const others = probabilities.map((p) => (p ? p.reduce((best, value, i) => (i !== label && (best < 0 || value > p[best]) ? i : best), -1) : -1));
  return {
    label: probabilities.map((p) => p?.[label] ?? null),
    other: probabilities.map((p, i) => p?.[others[i]] ?? null),
    others,
  };
}

// knownSince returns the first step from which on all say the label, or null.
export function knownSince({ steps, labels }, label) {
  const i = labels.findLastIndex((said) => said !== label);
  return steps[i + 1] ?? null;
}

// beliefText tells the film in a sentence.
export function beliefText(film, label, classes, stepsPerEpoch) {
  const since = knownSince(film, label);
  const name = classes[label] ?? label;
  if (since === null) return `The newest kept weights do not say ${name}.`;
  return since === film.steps[0] ? `Every kept step says ${name}.` : `It has said ${name} since ${stepText(since, stepsPerEpoch)}.`;
}

// momentText tells one step of it.
export function momentText(film, i, label, classes) {
  const p = film.probabilities[i];
  if (!p) return "no numbers";
  const other = beliefSeries(film, label).others[i];
  return `${classes[label] ?? label} with ${percent(p[label])}${other >= 0 ? `, then ${classes[other] ?? other} with ${percent(p[other])}` : ""}`;
}
