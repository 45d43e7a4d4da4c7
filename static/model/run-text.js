import { count, number, percent } from "./format.js";

// What a run is, in words, from the API's run.

const stateTexts = { waiting: "random start", running: "training" }; // the others are words already

// stateText is a state in words; init is what the run started from, if not from
// random weights.
export const stateText = (state, init) => (state === "waiting" && init ? "given start" : stateTexts[state] ?? state);

// runProgress tells how far a run is and how good it became.
export function runProgress({ state, step, epochsDone, epochs, bestAccuracy, bestSet, config }) {
  const best = bestAccuracy === null || bestAccuracy === undefined ? "not judged yet" : `best ${bestSet} accuracy ${percent(bestAccuracy, 2)}`;
  return `${stateText(state, config?.init)} · step ${count(step)}, epoch ${epochsDone.toFixed(1)} of ${epochs} · ${best}`;
}

// runFacts tells what a run trains and how. origin is the name of the run that
// a branch began in.
export function runFacts({ architecture, optimizer, learningRate, batchSize, seed, taught, config }, origin) {
  const facts = [architecture, `${optimizer}, rate ${number(learningRate)}`, `batch ${batchSize}`, `seed ${seed}`];
  if (config?.data) facts.push(`trained on ${config.data}`);
  if (taught) facts.push(`taught ${count(taught)} drawings`);
  if (config?.init && !config.from) facts.push(`started from ${config.init.file}`);
  if (config?.from) facts.push(`branch of ${origin} at step ${count(config.from.step)}`);
  return facts.join(" · ");
}

// fieldOf splits an error of the API into the field that it is about and the
// sentence; without a field it is "".
export function fieldOf(message, fields) {
  const [, name, problem] = /^(\w+): (.*)$/s.exec(message) ?? [];
  return fields.includes(name) ? [name, problem[0].toUpperCase() + problem.slice(1)] : ["", message];
}
