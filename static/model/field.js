// The arithmetic of receptive fields. A field {height, width, row, column,
// rowStep, columnStep, whole} is in pixels: a unit's place (y, x) in its layer's
// output sees height×width pixels from row + y·rowStep and column + x·columnStep;
// whole says that this is the whole image.

// fieldAt returns the pixels that a place {row, column} sees, ends included.
// They may lie outside the image, where layers pad with zeros.
export function fieldAt(field, { row, column }) {
  const top = field.row + row * field.rowStep;
  const left = field.column + column * field.columnStep;
  return { top, left, bottom: top + field.height - 1, right: left + field.width - 1 };
}

// inside returns the part of a field that lies in an image [height, width].
export function inside({ top, left, bottom, right }, [height, width]) {
  return { top: Math.max(top, 0), left: Math.max(left, 0), bottom: Math.min(bottom, height - 1), right: Math.min(right, width - 1) };
}

// centred returns a field of a size [height, width] in the middle of an image.
export function centred([height, width], [imageHeight, imageWidth]) {
  const top = Math.floor((imageHeight - height) / 2);
  const left = Math.floor((imageWidth - width) / 2);
  return { top, left, bottom: top + height - 1, right: left + width - 1 };
}

const text = (value) => String(value).replace("-", "−");
const term = (start, place, step) => `${text(start)} + ${place}·${step}`;

// fieldText says what a place sees, and why.
export function fieldText(field, place, size) {
  const seen = fieldAt(field, place);
  const within = inside(seen, size);
  if (field.whole) return `It sees the whole image of ${size[0]}×${size[1]} pixels.`;
  const sees = `Its place in row ${place.row}, column ${place.column} sees ${field.height}×${field.width} pixels: ` +
    `rows ${text(seen.top)} to ${text(seen.bottom)}, columns ${text(seen.left)} to ${text(seen.right)}`;
  const sum = `because ${term(field.row, place.row, field.rowStep)} = ${text(seen.top)} and ` +
    `${term(field.column, place.column, field.columnStep)} = ${text(seen.left)}`;
  const cut = ["top", "left", "bottom", "right"].some((side) => seen[side] !== within[side]);
  return `${sees}, ${sum}.${cut ? " What lies beyond the border counts as zero." : ""}`;
}

// growthText says how the layers make a field of this height out of one pixel:
// each adds (its filter's height − 1) times the distance of what it reads.
export function growthText(growth) {
  if (growth.length < 2) return "";
  const terms = growth.map(({ layer, height, rowStep }) => `(${height} − 1)·${rowStep} by ${layer}`);
  const sum = growth.reduce((size, { height, rowStep }) => size + (height - 1) * rowStep, 1);
  return `Its height is 1 + ${terms.join(" + ")} = ${sum} pixels.`;
}
