// What is shown to the net: {strokes}, {pixels} of a picture, {test}, the index
// of a test image, or null. The API takes it as it is.

// shownText names it.
export function shownText(shown) {
  if (!shown) return "";
  if (shown.test !== undefined) return `test image ${shown.test.toLocaleString("en")}`;
  return shown.pixels ? "your picture" : "your drawing";
}

const margin = 0.16; // of the pad on each side

// fitStrokes puts strokes of any scale into a pad whose side is 1, in its middle
// with a margin; what lies in the pad already stays.
export function fitStrokes(strokes) {
  const points = strokes.flat();
  const [left, right] = spanOf(points.map(([x]) => x));
  const [top, bottom] = spanOf(points.map(([, y]) => y));
  const size = Math.max(right - left, bottom - top);
  if (left >= 0 && top >= 0 && right <= 1 && bottom <= 1 && size > 0.1) return strokes;
  const scale = size > 0 ? (1 - 2 * margin) / size : 0;
  const place = (value, from, to) => 0.5 + (value - (from + to) / 2) * scale;
  return strokes.map((stroke) => stroke.map(([x, y]) => [place(x, left, right), place(y, top, bottom)]));
}

const spanOf = (values) => [values.reduce((a, b) => Math.min(a, b), Infinity), values.reduce((a, b) => Math.max(a, b), -Infinity)];
