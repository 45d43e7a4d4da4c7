import { atOrBefore } from "./search.js";

// The timeline's places are indices into the kept steps: each doubling of the
// step gets as many, so the beginning, where most happens, is wide.

// epochMarks returns [{epoch, index}] of the kept steps that end an epoch.
export function epochMarks(steps, stepsPerEpoch) {
  const marks = [];
  if (!(stepsPerEpoch > 0)) return marks;
  for (let epoch = 1; epoch * stepsPerEpoch <= (steps.at(-1) ?? 0); epoch++) {
    const index = atOrBefore(steps, epoch * stepsPerEpoch);
    if (steps[index] === epoch * stepsPerEpoch) marks.push({ epoch, index });
  }
  return marks;
}

// stepText tells a step in words.
export function stepText(step, stepsPerEpoch) {
  if (step === 0) return "step 0, the random start";
  if (!(stepsPerEpoch > 0)) return `step ${step.toLocaleString("en")}`;
  return `step ${step.toLocaleString("en")}, epoch ${(step / stepsPerEpoch).toFixed(2)}`;
}
