import { count, number, percent, sentence, signed } from "./format.js";
import { grows, largest } from "./lesson-maths.js";
import { stateText } from "./run-text.js";
import { article } from "./verdict.js";

// What the lesson says, in words.

// fixed has so many decimals, so that columns of numbers stand below each other.
export function fixed(value, decimals = 3) {
  if (!Number.isFinite(value)) return "–";
  if (Math.abs(value) >= 1e6) return number(value);
  const text = Math.abs(value) < 1000 ? value.toFixed(decimals) : count(value);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}

const inBrackets = (value, text = number(value)) => (value < 0 ? `(${text})` : text);

// scaleText says what the colours of a picture of values span.
export function scaleText(limit, values = []) {
  if (values.length && !values.some(Number.isFinite)) return "no number among them (NaN)";
  return limit > 0 ? `from −${number(limit)} to +${number(limit)}` : "all are 0";
}

const noNumber = "no number (NaN)";

// problemText says why a step cannot be taken, and what can be done.
export function problemText({ problem, whatIf }) {
  if (!problem) return "";
  const how = whatIf ? "Undo it, or try a smaller learning rate." : "Undo it and ask “what if” with a smaller learning rate, from an earlier step.";
  return `${sentence(problem)} From here on nothing is a number (NaN): what is too large cannot be computed with. ${how}`;
}

// stepText says which step is shown.
export function stepText({ step, taken, whatIf, batch }) {
  const through = `From the weights of step ${count(step - 1)} through batch ${count(batch.number)} of epoch ${count(batch.epoch)}`;
  if (whatIf) return `${through}, as it would have been.`;
  return taken ? `${through}.` : `${through}: the next step, not taken yet.`;
}

// runText says where the run itself stands.
export const runText = ({ state, step }) => `The run itself is at step ${count(step)}, ${stateText(state)}.`;

// exactText says how sure it is that the numbers are those of then.
export const exactText = ({ exact }) =>
  ({ true: "Computed again for this page: the very numbers of then, bit for bit.", false: "Computed again for this page; the recorded weights differ a little." })[exact] ?? "";

// endText says why a run takes no further step, or "".
export function endText({ state, message }) {
  if (state === "finished") return "The run has taken all its steps. Ask “what if”, or give it more epochs on the dashboard.";
  if (state === "failed") return `${sentence(message || "the run has failed")} Or ask “what if” with a smaller learning rate.`;
  return "";
}

// lossText tells what a step did to its batch's error.
export function lossText({ batch, after }) {
  if (batch.loss === null) return "";
  if (batch.lossAfter === null && after) return `Error of this batch: ${fixed(batch.loss)} → ${noNumber}`;
  if (batch.lossAfter === null) return `Error of this batch: ${fixed(batch.loss)}`;
  return `Error of this batch: ${fixed(batch.loss)} → ${fixed(batch.lossAfter)}`;
}

// whatIfText says what would have happened, from where and with what.
export function whatIfText({ whatIf, recorded, settings }) {
  const changes = [];
  const { learningRate, batchSize } = settings;
  if (learningRate !== recorded.learningRate) changes.push(`learning rate ${number(learningRate)} instead of ${number(recorded.learningRate)}`);
  if (batchSize !== recorded.batchSize) changes.push(`batch size ${count(batchSize)} instead of ${count(recorded.batchSize)}`);
  const how = changes.length ? changes.join(" and ") : `the same learning rate ${number(learningRate)} and batch size ${count(batchSize)}`;
  return `What would have happened: from step ${count(whatIf.from)} with ${how}. Nothing is recorded.`;
}

// pathText compares a what-if with the run, and says if its loss grows.
export function pathText(lesson) {
  const { path, actual } = lesson;
  if (grows(lesson)) return "The loss grows: this learning rate is too large. Each step jumps over the goal, and lands further up on the other side.";
  if (path.length < 2) return "";
  const other = actual.find(({ step }) => step === path.at(-1).step);
  const first = `After ${count(path.length)} steps the error would be ${fixed(path.at(-1).loss)}`;
  return other ? `${first}; in the run it was ${fixed(other.loss)}.` : `${first}.`;
}

// scoresText counts right answers. init is the file of weights that the run
// started from, if they were not random.
export function scoresText({ predictions, step }, digits, init) {
  const right = digits.filter(({ label }, i) => predictions[i] === label).length;
  const how = ["None of the four is right", "One of the four is right", "Two of the four are right", "Three of the four are right", "All four are right"][right] ?? `${right} are right`;
  if (step === 0 && init) return `${how} at the start, with the weights of ${init}.`;
  return step === 0 ? `${how}: at the random start that is chance.` : `${how} after ${count(step)} ${step === 1 ? "step" : "steps"}.`;
}

// softmaxNumbers puts an image's scores into the formula of the true class.
export function softmaxNumbers(logits, probabilities, label, loss) {
  if (!Number.isFinite(loss)) return `The error is ${noNumber}.`;
  const total = logits.reduce((sum, z) => sum + Math.exp(z), 0);
  const power = `e^${inBrackets(logits[label], fixed(logits[label], 2))}`;
  return `p = ${power} / ${number(total, 4)} = ${number(Math.exp(logits[label]), 4)} / ${number(total, 4)} = ${number(probabilities[label])},  error = −log ${number(probabilities[label])} = ${fixed(loss)}`;
}

export const totalNumbers = ({ losses, loss }) =>
  Number.isFinite(loss) ? `total error = (${losses.map((one) => fixed(one)).join(" + ")}) / ${losses.length} = ${fixed(loss)}` : "";

// deltaNumbers is belief minus truth for the true class and for the strongest other.
export function deltaNumbers(probabilities, label, classes) {
  const others = probabilities.map((p, k) => (k === label ? -1 : p));
  const other = largest(others);
  const one = (k, y) => `${classes[k]}: ${fixed(probabilities[k])} − ${y} = ${fixed(probabilities[k] - y)}`;
  return `${one(label, 1)} (up with it),  ${one(other, 0)} (down with it)`;
}

// originNumbers sums up where a value comes from.
export function originNumbers({ kind, value, bias, terms, rest }) {
  if (kind === "relu") return `max(0, ${fixed(terms[0]?.input)}) = ${fixed(value)}`;
  if (kind === "maxpool") return `the largest of ${terms.map(({ input }) => fixed(input)).join(", ")} is ${fixed(value)}`;
  const products = terms.reduce((sum, { product }) => sum + product, 0);
  const more = rest ? ` + ${inBrackets(rest, fixed(rest))} of all others` : "";
  return `${fixed(value)} = bias ${inBrackets(bias, fixed(bias))} + ${terms.length} products ${inBrackets(products, fixed(products))}${more}`;
}

// updateNumbers puts the weight that changes most into the rule.
export function updateNumbers({ before, after, gradient }, { optimizer, rate, momentum }) {
  if (!after) return "";
  const i = largest(before.map((w, j) => Math.abs(after[j] - w)));
  const [w, change, g] = [before[i], after[i] - before[i], gradient[i]];
  const sum = `${number(w, 4)} ${change < 0 ? "−" : "+"} ${number(Math.abs(change))} = ${number(after[i], 4)}`;
  if (optimizer === "sgd" && !momentum) return `${number(w, 4)} − ${number(rate)} × ${inBrackets(g)} = ${number(after[i], 4)}`;
  return `${sum}, where the gradient is ${signed(g)} and the rate now ${number(rate)}`;
}

const rules = {
  sgd: "Plain gradient descent goes the learning rate times the gradient.",
  momentum: "Momentum adds what is left of the steps before, so that it rolls on like a ball.",
  adam: "Adam divides the gradient’s running mean (m̂) by its usual size (√v̂), so that each weight goes about as far as the learning rate says, with a small or a large gradient.",
};

export const ruleText = ({ optimizer, momentum }) => rules[optimizer === "sgd" && momentum ? "momentum" : optimizer] ?? "";

// rateText is the rate in use, and why it is not the one that is set.
export const rateText = ({ learningRate, rate, schedule }) =>
  rate === learningRate || rate === null ? number(learningRate) : `${number(rate)} now (${number(learningRate)} is set; the ${schedule} schedule changes it on the way)`;

// layerText says what a layer is made of and makes.
export function layerText({ kind, out, filter }) {
  const [height, width, units] = out;
  const size = `${height}×${width}`;
  if (kind === "conv") return `${count(units)} filters of ${filter[0]}×${filter[1]}${filter[2] > 1 ? ` in ${filter[2]} channels` : ""} make ${count(units)} maps of ${size}`;
  if (kind === "maxpool") return `the largest of each square: maps of ${size}`;
  if (kind === "relu") return "what is below zero becomes zero";
  return `${count(units)} scores`;
}

export function parameterText({ kind, filter, in: [height, width, channels], out, weights }) {
  const units = out[2];
  return kind === "conv" ? `${filter[0]} × ${filter[1]} × ${filter[2]} × ${units} + ${units}` : weights ? `${height} × ${width} × ${channels} × ${units} + ${units}` : "";
}

// batchText names an image of the batch and what the net said of it.
export function batchText({ index, set, label, prediction, loss }, classes) {
  const what = { train: "Training image", pen: "Pen digit", own: "Your drawing" }[set] ?? "Image";
  const answer = prediction === label ? "read rightly" : `taken for ${article(classes[prediction] ?? prediction)}`;
  return `${what} ${count(index)}: ${article(classes[label] ?? label)}, ${answer}; its error is ${fixed(loss)}.`;
}

// milestoneText is the name of a milestone.
export function milestoneText({ name, step }, init) {
  if (name === "start" && init) return `At the start, from ${init}`;
  return { start: "At the random start", epoch: `After one epoch, step ${count(step)}`, now: `Now, step ${count(step)}` }[name] ?? `Step ${count(step)}`;
}

// large writes a count of multiplications so that it can be grasped.
export function large(value) {
  for (const [unit, name] of [[1e12, "trillion"], [1e9, "billion"], [1e6, "million"]]) if (value >= unit) return `${number(value / unit)} ${name}`;
  return count(value);
}

// brief is a time from microseconds to hours.
export function brief(seconds) {
  if (!Number.isFinite(seconds)) return "–";
  if (seconds < 1e-3) return `${number(seconds * 1e6)} µs`;
  if (seconds < 1) return `${number(seconds * 1e3)} ms`;
  if (seconds < 120) return `${number(seconds)} s`;
  return `${number(seconds / 60)} min`;
}

export const accuracyText = (accuracy) => (accuracy === null || accuracy === undefined ? "not judged yet" : percent(accuracy, 2));
