// Numbers as people read them. What is not known is a dash.
const unknown = "–";

const known = (value) => typeof value === "number" && Number.isFinite(value);

export const count = (value) => (known(value) ? Math.round(value).toLocaleString("en") : unknown);

// number has three significant digits, or as many as asked, and no more zeros
// than it needs; from a million on it is written with a power of ten.
export function number(value, digits = 3) {
  if (!known(value)) return unknown;
  const rounded = Number(value.toPrecision(digits));
  return (Math.abs(rounded) < 1e6 ? String(rounded) : rounded.toExponential().replace("+", "")).replaceAll("-", "−");
}

export const signed = (value) => (value > 0 ? "+" : "") + number(value);

export const percent = (fraction, digits = 1) => (known(fraction) ? `${(fraction * 100).toFixed(digits)} %` : unknown);

export function duration(seconds) {
  if (!known(seconds)) return unknown;
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")} min`;
  return `${Math.floor(s / 3600)}:${String(Math.floor((s % 3600) / 60)).padStart(2, "0")} h`;
}

// sentence gives a text its capital and its full stop; a setting's name before
// a colon stays as it is.
export function sentence(text) {
  if (!text) return "";
  const start = /^\w+:/.test(text) ? text[0] : text[0].toUpperCase();
  return start + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");
}

// elapsed is a time that can be short: 0.012 s, 3.4 s, 2:05 min.
export const elapsed = (seconds) => (known(seconds) && seconds < 60 ? `${number(seconds)} s` : duration(seconds));
