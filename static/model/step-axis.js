// The axis of a chart over the kept steps, which is logarithmic and still has
// room for step 0, or goes by epochs.

// stepPlace returns where a step is between 0 and the last one: 0 to 1.
export function stepPlace(step, last, scale) {
  if (last <= 0) return 0;
  return scale === "epochs" ? step / last : Math.log1p(step) / Math.log1p(last);
}

// stepTicks returns [{step, text}] worth a label: 0 and powers of ten, or so
// many ends of epochs as there is room for.
export function stepTicks(last, scale, stepsPerEpoch, most = 6) {
  if (scale === "epochs" && stepsPerEpoch > 0) {
    const epochs = Math.floor(last / stepsPerEpoch);
    const every = Math.max(1, Math.ceil(epochs / most));
    return Array.from({ length: Math.floor(epochs / every) + 1 }, (_, i) => ({ step: i * every * stepsPerEpoch, text: i ? `epoch ${i * every}` : "0" }));
  }
  const ticks = [{ step: 0, text: "0" }];
  for (let step = 1; step <= last; step *= 10) ticks.push({ step, text: step.toLocaleString("en") });
  return ticks;
}

// stepAt returns the index of the step nearest to a place between 0 and 1.
export function stepAt(steps, fraction, scale) {
  const distance = (step) => Math.abs(stepPlace(step, steps.at(-1), scale) - fraction);
  return steps.reduce((best, step, i) => (distance(step) < distance(steps[best]) ? i : best), 0);
}
