import { count, duration, number } from "./format.js";

// An architecture and what it costs, in words, from the API's check.

export const shapeText = (shape) => shape.join("×");

// large shortens counts from ten thousand on.
export function large(value) {
  for (const [unit, size] of [["G", 1e9], ["M", 1e6], ["k", 1e3]]) {
    if (value >= 10 * size || (unit !== "k" && value >= size)) return `${number(value / size, 3)} ${unit}`;
  }
  return count(value);
}

export function bytes(value) {
  for (const [unit, size] of [["GB", 1e9], ["MB", 1e6], ["kB", 1e3]]) if (value >= size) return `${number(value / size, 3)} ${unit}`;
  return `${value} B`;
}

// layerCells are a layer's cells of the table.
export function layerCells({ name, text, level, output, weights, biases, field, whole, multiplyAdds }) {
  return {
    layer: text, name: level ? `${name}, ${level} level` : name, output: shapeText(output),
    parameters: weights ? count(weights + biases) : "", sees: whole ? "all" : shapeText(field), products: multiplyAdds ? large(multiplyAdds) : "",
  };
}

// summary is what the whole takes, as terms and values; a dash is what is not
// known while a setting is wrong.
export function summary({ network, plan, config }) {
  const unknown = "–";
  const { forward, backward } = network?.multiplyAdds ?? {};
  const first = plan?.firstStep ? `from step ${count(plan.firstStep)}` : plan && `${count(config.epochs)} × ${count(plan.stepsPerEpoch)}`;
  return {
    parameters: network ? count(network.parameters) : unknown,
    weights: network ? bytes(4 * network.parameters) : "",
    products: network ? large(forward) : unknown,
    backward: network ? `an image; ${large(backward)} back` : "an image",
    steps: plan ? count(plan.lastStep) : unknown,
    epochs: plan ? first : "",
    kept: plan ? bytes(plan.snapshotBytes) : unknown,
    snapshots: plan ? `${count(plan.snapshots)} steps at most` : "",
    time: plan?.speed ? duration(plan.speed.secondsPerEpoch) : unknown,
    measured: plan?.speed ? `as ${plan.speed.name} trains now` : "no such net trains now",
  };
}

// pointAt cuts a text around its characters from..to, for a line of so many
// characters on either side; line breaks become spaces.
export function pointAt(text, from, to, context = 24) {
  const letters = [...text.replace(/\s/g, " ")];
  const start = Math.max(0, from - context);
  const end = Math.min(letters.length, to + context);
  return {
    before: (start > 0 ? "…" : "") + letters.slice(start, from).join(""),
    word: letters.slice(from, to).join("") || " ",
    after: letters.slice(to, end).join("") + (end < letters.length ? "…" : ""),
  };
}
