import { count } from "./format.js";

// What stands below the fields of a form of settings: what is wrong with each,
// or else what it means.

// problemsBy sorts a check's errors by the fields that a form has; what belongs
// to none of them is under "".
export function problemsBy(errors = [], fields) {
  const by = {};
  for (const { field, problem } of errors) {
    const name = fields.includes(field) ? field : "";
    const text = name ? capital(problem) : `${field}: ${problem}`;
    by[name] = by[name] ? `${by[name]}. ${text}` : text;
  }
  return by;
}

const capital = (text) => text[0].toUpperCase() + text.slice(1);

// hintsOf says what each field means, with what a check completed it to.
export function hintsOf({ config, network, plan }, values) {
  const hints = {
    architecture: network?.about ?? "",
    data: plan ? `${count(plan.imagesPerEpoch)} images an epoch.` : "",
    augmentation: augmentationText(config.augmentation),
    learningRate: config.schedule === "constant" ? "The same at every step." : "The peak, a fifth of the way.",
    batchSize: plan ? `${count(plan.stepsPerEpoch)} steps per epoch.` : "Images of a step.",
    epochs: plan ? `Ends at step ${count(plan.lastStep)}.` : "Passes over the images.",
    seed: "Same seed, same weights.",
    momentum: "0 is none.",
    validation: config.validation ? "They choose the best step." : "None: the test set chooses the best.",
    targetAccuracy: "A fraction: 0.99 is 99 %.",
    pace: "Never changes the numbers.",
  };
  for (const name of ["epochs", "batchSize", "learningRate", "seed"]) {
    if (Number(values[name]) === 0 && values[name]?.trim()) hints[name] = `0 means the usual: ${config[name]}.`;
  }
  return hints;
}

// augmentationText says how images are changed.
export function augmentationText(augmentation) {
  if (!augmentation || augmentation === "off") return "Images stay as they are.";
  const { rotation, shear, scale, shift, elastic, width } = augmentation;
  const parts = [
    rotation && `turned ${rotation}°`, shear && `sheared ${shear}`, scale && `scaled ${scale}`,
    shift && `moved ${shift} px`, elastic && `bent ${elastic} px`, width && `strokes ${width} px`,
  ].filter(Boolean);
  return `At most ${parts.join(", ")}.`;
}

// statusText names what is wrong, for one short announcement.
export function statusText(names) {
  if (!names.length) return "";
  return names.length === 1 ? `One setting is wrong: ${names[0]}.` : `${names.length} settings are wrong: ${names.join(", ")}.`;
}

// extrasOf tells what a configuration has beside the fields, each with the key
// that is left out by a button.
export function extrasOf({ from, init, units, taught, teach }, origin) {
  const extras = [];
  if (from) extras.push({ key: "from", text: `Goes on from ${origin} at step ${count(from.step)}.`, action: "Begin at random instead" });
  if (init) extras.push({ key: "init", text: `Starts from the weights of ${init.file}, which the program is to be given by -init.`, action: "Begin at random instead" });
  if (units?.length) extras.push({ key: "units", text: `First: ${units.map(({ action, level, unit }) => `${action} unit ${unit} of ${level}`).join(", ")}.`, action: "Leave the units alone" });
  if (taught?.length) extras.push({ key: "taught", text: `Is taught ${count(taught.length)} drawings.`, action: "Leave the drawings out" });
  if (teach) extras.push({ key: "teach", text: "Is taught the saved drawings.", action: "Leave the drawings out" });
  return extras;
}

// fileErrorText says why a file cannot be put into a form with these fields; ""
// means that it can. What is wrong in a field is told beside it, and that a
// branch's origin is gone (which has no place in the text) below them.
export function fileErrorText({ errors = [] }, fields) {
  const place = ({ line, column }) => (line ? ` (line ${line}, column ${column})` : "");
  return errors.filter(({ field, line }) => !fields.includes(field) && !(field === "from" && !line)).map((error) => `${error.field}: ${error.problem}${place(error)}.`).join(" ");
}
