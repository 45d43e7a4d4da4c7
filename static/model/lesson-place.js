// Where in a lesson one is: a step, or null while it is not known; a station, 1
// to 8; and for what would have happened the step that it begins from with its
// learning rate and batch size, which are null for what happened.

export const stations = 8;
export const longestWhatIf = 100; // steps

const none = { from: null, learningRate: null, batchSize: null };

// readPlace reads an address's query.
export function readPlace(query) {
  const whole = (name) => (/^\d+$/.test(query.get(name) ?? "") ? Number(query.get(name)) : null);
  const rate = Number(query.get("learningRate"));
  const settings = { learningRate: rate > 0 && Number.isFinite(rate) ? rate : null, batchSize: whole("batchSize") };
  const from = whole("from");
  const isWhatIf = from !== null && (settings.learningRate !== null || settings.batchSize !== null);
  return { step: whole("step"), station: Math.min(Math.max(whole("station") ?? 1, 1), stations), ...(isWhatIf ? { from, ...settings } : none) };
}

// placeQuery is what an address says of a place.
export const placeQuery = ({ step, station, from, learningRate, batchSize }) => ({ step, station, from, learningRate, batchSize });

// settingsQuery is what the API is asked for with.
export const settingsQuery = ({ from, learningRate, batchSize }) => ({ from, learningRate, batchSize });

export const isWhatIf = ({ from }) => from !== null;

// next tells what the next batch is: {step} to be shown, with take if the run
// must take it first, or {step: null, reason} where the what-if path ends.
export function next(place, newest) {
  if (isWhatIf(place)) {
    if (place.step < place.from + longestWhatIf) return { step: place.step + 1, take: false };
    return { step: null, take: false, reason: `A what-if goes on for ${longestWhatIf} steps. Keep it as a run to see more.` };
  }
  if (place.step > newest) return { step: place.step, take: true };
  return { step: place.step + 1, take: place.step >= newest };
}

// undo returns the place a step back, or null at the first one. Before the first
// step of what would have happened lies what did.
export function undo(place) {
  if (place.step <= 1) return null;
  if (isWhatIf(place) && place.step === place.from + 1) return { ...place, ...none, step: place.from };
  return { ...place, step: place.step - 1 };
}

// tryOut returns the place of the same step with other settings. A what-if keeps
// the step it began from.
export function tryOut(place, settings) {
  return { ...place, from: isWhatIf(place) ? place.from : place.step - 1, learningRate: settings.learningRate ?? null, batchSize: settings.batchSize ?? null };
}

// leave returns to what happened, at a step that the run has taken or takes next.
export const leave = (place, newest) => ({ ...place, ...none, step: Math.min(place.step, newest + 1) });
