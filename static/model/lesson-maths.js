// The arithmetic that the lesson shows. It computes nothing that the server
// knows; it puts the server's numbers into groups and formulas.

export const sum = (values) => values.reduce((total, value) => total + value, 0);
export const mean = (values) => sum(values) / values.length;
export const largest = (values) => values.reduce((best, value, i) => (value > values[best] ? i : best), 0);

// byChannel splits the terms of a convolution's window by the channel that they
// come from: [{channel, terms, sum}], the largest sums first, whatever their sign.
export function byChannel(terms) {
  const groups = new Map();
  for (const term of terms) groups.set(term.channel, [...(groups.get(term.channel) ?? []), term]);
  const all = [...groups].map(([channel, list]) => ({ channel, terms: list, sum: sum(list.map(({ product }) => product)) }));
  return all.sort((a, b) => Math.abs(b.sum) - Math.abs(a.sum));
}

// windowOf puts terms into rows and columns: {rows, columns, at(row, column)}.
export function windowOf(terms) {
  const rows = [...new Set(terms.map(({ row }) => row))].sort((a, b) => a - b);
  const columns = [...new Set(terms.map(({ column }) => column))].sort((a, b) => a - b);
  const found = new Map(terms.map((term) => [`${term.row} ${term.column}`, term]));
  return { rows, columns, at: (row, column) => found.get(`${row} ${column}`) ?? null };
}

// channelOf takes one channel out of values in the order row, column, channel.
export function channelOf(values, channels, channel) {
  return Float32Array.from({ length: values.length / channels }, (_, i) => values[i * channels + channel]);
}

// exaggeration is the round factor, 1, 2 or 5 times a power of ten and at least 1,
// that makes the largest change about as large as the largest value.
export function exaggeration(values, changes) {
  const most = (list) => Math.max(...list.map(Math.abs));
  const ratio = most(values) / most(changes);
  if (!(ratio > 1) || !Number.isFinite(ratio)) return 1;
  const power = 10 ** Math.floor(Math.log10(ratio));
  return [5, 2, 1].map((digit) => digit * power).find((factor) => factor <= ratio);
}

// grows says whether a what-if's loss grows: in its step, or along its path.
export function grows({ batch, path }) {
  if (batch.lossAfter !== null && batch.loss !== null && batch.lossAfter > batch.loss) return true;
  const losses = path.map(({ loss }) => loss);
  return Math.max(...losses) > losses[0] * 1.5;
}

// parametersOf is the sum of a layer's weights and biases.
export const parametersOf = ({ weights, biases }) => weights + biases;

// bytesOf decodes base64.
export const bytesOf = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
