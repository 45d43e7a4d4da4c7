// Configurations as JSON. A seed has up to twenty digits, more than a number of
// JavaScript holds, so here it is a text of digits.

export const readExact = (text) => JSON.parse(text.replace(/"seed"(\s*:\s*)(\d+)/g, '"seed"$1"$2"'));

export const writeExact = (value, indent) => JSON.stringify(value, null, indent).replace(/"seed"(: ?)"(\d+)"/g, '"seed"$1$2');

// numberOf is what somebody typed into a field for a number: a number where it
// is one, and as it was typed where it is none, for the server to complain about.
export function numberOf(text) {
  const value = Number(text);
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) && Number.isFinite(value) ? value : text;
}
