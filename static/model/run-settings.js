import { numberOf } from "./config-text.js";

// What a form of a run's settings holds, as texts by the names of its fields,
// and the configuration that it means.

const texts = ["name", "architecture", "data", "optimizer", "schedule"];
const numbers = ["learningRate", "batchSize", "epochs", "validation", "targetAccuracy"];
const distortions = ["rotation", "shear", "scale", "shift", "elastic", "width"];
const keptKeys = ["from", "init", "units", "taught", "teach"]; // which have no field

// configOf is the configuration of a form's values, with what is kept beside
// them. What is empty is left out, and means the usual.
export function configOf(values, kept = {}) {
  const typed = (name) => values[name]?.trim() ?? "";
  const config = {};
  for (const name of texts) if (typed(name)) config[name] = typed(name);
  for (const name of numbers) if (typed(name)) config[name] = numberOf(typed(name));
  if (typed("seed")) config.seed = typed("seed");
  if (typed("momentum") && typed("optimizer") === "sgd") config.momentum = numberOf(typed("momentum"));
  if (typed("augmentation") === "own") config.augmentation = ownAugmentation(typed);
  else if (typed("augmentation")) config.augmentation = typed("augmentation");
  if (typed("pace")) config.pace = typed("pace") === "fixed" ? numberOf(typed("paceSteps")) : typed("pace");
  return { ...config, ...kept };
}

function ownAugmentation(typed) {
  const named = distortions.map((name) => [name, typed(`augmentation.${name}`)]);
  return Object.fromEntries(named.filter(([, text]) => text).map(([name, text]) => [name, numberOf(text)]));
}

// valuesOf is the other way: the values of a configuration and what is kept
// beside them.
export function valuesOf(config) {
  const values = {};
  for (const name of [...texts, ...numbers, "seed", "momentum"]) if (config[name] !== undefined && config[name] !== null) values[name] = String(config[name]);
  const { augmentation, pace } = config;
  if (augmentation && typeof augmentation === "object") {
    values.augmentation = "own";
    for (const name of distortions) values[`augmentation.${name}`] = String(augmentation[name] ?? 0);
  } else if (augmentation) values.augmentation = augmentation;
  const isFixed = pace !== undefined && pace !== null && pace !== "max" && pace !== "watch";
  if (isFixed) Object.assign(values, { pace: "fixed", paceSteps: String(pace) });
  else if (pace) values.pace = pace;
  return { values, kept: Object.fromEntries(keptKeys.filter((key) => config[key]).map((key) => [key, config[key]])) };
}

// without is a configuration that lacks some of its fields.
export const without = (config, ...names) => Object.fromEntries(Object.entries(config).filter(([name]) => !names.includes(name)));
