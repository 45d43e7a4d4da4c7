// Playing forward through the kept steps: where to go next, and when.

const beat = 400; // milliseconds that a step stays at speed 1

// nextStep returns the kept step behind one, or null where there is none.
export function nextStep(steps, step) {
  return steps.find((other) => other > step) ?? null;
}

// pause returns how long a step stays at a speed, of which its pictures have
// already taken some time to come.
export function pause(speed, taken) {
  return Math.max(0, beat / speed - taken);
}

// epochStep returns the kept step of the next epoch's end (direction 1) or of
// the one before (-1); 0 is one too. null means that there is none.
export function epochStep(steps, stepsPerEpoch, step, direction) {
  if (!(stepsPerEpoch > 0)) return null;
  const ends = steps.filter((other) => other % stepsPerEpoch === 0);
  if (direction > 0) return ends.find((end) => end > step) ?? null;
  return ends.findLast((end) => end < step) ?? null;
}

// placesOf returns the steps that a timeline goes through: on a logarithmic
// scale all kept ones, which are so spaced; by epochs their ends, the random
// start and the newest.
export function placesOf(steps, stepsPerEpoch, scale) {
  if (scale !== "epochs" || !(stepsPerEpoch > 0)) return steps;
  return steps.filter((step, i) => step % stepsPerEpoch === 0 || i === steps.length - 1);
}
