import { atOrBefore } from "./search.js";

// The timeline's places are indices into the kept steps: each doubling of the
// step gets as many, so the beginning, where most happens, is wide.

// timelineMarks returns [{index, text, kind}] of the places worth a label: the
// ends of epochs, then doublings of the step, from 0. least is the distance
// between two labels, as a share of the whole; what would be nearer is left out.
export function timelineMarks(steps, stepsPerEpoch, least) {
  const marks = [];
  const last = Math.max(1, steps.length - 1);
  const add = (step, text, kind) => {
    const index = atOrBefore(steps, step);
    if (steps[index] !== step || marks.some((mark) => Math.abs(mark.index - index) < least * last)) return;
    marks.push({ index, text, kind });
  };
  const newest = steps.at(-1) ?? -1;
  add(0, "0", "step");
  for (let epoch = 1; stepsPerEpoch > 0 && epoch * stepsPerEpoch <= newest; epoch++) add(epoch * stepsPerEpoch, `epoch ${epoch}`, "epoch");
  for (let step = 1; step <= newest; step *= 2) add(step, step.toLocaleString("en"), "step");
  return marks;
}

// stepText tells a step in words.
export function stepText(step, stepsPerEpoch) {
  if (step === 0) return "step 0, the start";
  if (!(stepsPerEpoch > 0)) return `step ${step.toLocaleString("en")}`;
  return `step ${step.toLocaleString("en")}, epoch ${(step / stepsPerEpoch).toFixed(2)}`;
}
