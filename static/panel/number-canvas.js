import { divergingMap } from "../model/diverging.js";

const stops = 9; // of --weights in tokens.css

let map = null;

// weightsMap is the page's diverging map of weights, read from its tokens.
export function weightsMap() {
  const style = getComputedStyle(document.documentElement);
  map ??= divergingMap(Array.from({ length: stops }, (_, i) => style.getPropertyValue(`--weights-${i}`)));
  return map;
}

// mapBitmap draws one unit's map of {height, width, units, values}, a canvas
// pixel for each value; limit is what the colours span to both sides. What is no
// number stays clear.
export function mapBitmap({ height, width, units, values }, unit, limit) {
  const colour = weightsMap();
  const image = new ImageData(width, height);
  for (let i = 0; i < height * width; i++) {
    const value = values[i * units + unit];
    if (!Number.isFinite(value)) continue;
    image.data.set(colour(limit > 0 ? value / limit : 0), i * 4);
    image.data[i * 4 + 3] = 255;
  }
  return bitmapOf(image);
}

// imageBitmap draws pixels of [height, width, channels], from 0 to full, as the
// net sees them.
export function imageBitmap(pixels, [height, width, channels], full = 1, start = 0) {
  const image = new ImageData(width, height);
  for (let i = 0; i < height * width; i++) {
    for (let c = 0; c < 3; c++) image.data[i * 4 + c] = (255 * pixels[start + i * channels + (channels === 3 ? c : 0)]) / full;
    image.data[i * 4 + 3] = 255;
  }
  return bitmapOf(image);
}

function bitmapOf(image) {
  const canvas = new OffscreenCanvas(image.width, image.height);
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}
