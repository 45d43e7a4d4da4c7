import { isWeak } from "../model/unit-text.js";

// What is drawn on and below a tile besides its picture. All lengths are device
// pixels; colours are the canvas's own custom properties.

export const tileColours = (canvas) => {
  const style = getComputedStyle(canvas);
  return Object.fromEntries(["track", "reached", "weak", "natural", "pin", "name", "name-halo"].map((name) => [name, style.getPropertyValue(`--mark-${name}`)]));
};

// drawBar compares, below a tile, what its picture reaches with the best image:
// a bar that is full where it reaches more, with a tick at the best image's
// place; a dashed and shorter bar where it reaches less.
export function drawBar(context, colours, { x, y, width }, { reached, best }, ratio) {
  if (!Number.isFinite(reached) || !Number.isFinite(best)) return;
  const full = Math.max(reached, best);
  if (!(full > 0)) return;
  const at = (value) => Math.round(Math.max(0, value / full) * width);
  const [top, height] = [y + Math.round(ratio), Math.max(2, Math.round(2 * ratio))];
  context.fillStyle = colours.track;
  context.fillRect(x, top, width, height);
  const weak = isWeak(reached, best);
  context.fillStyle = weak ? colours.weak : colours.reached;
  const dash = weak ? Math.round(4 * ratio) : width;
  const gap = weak ? Math.round(2 * ratio) : 0;
  for (let from = 0; from < at(reached); from += dash + gap) context.fillRect(x + from, top, Math.min(dash, at(reached) - from), height);
  const tick = Math.max(1, Math.round(1.5 * ratio));
  context.fillStyle = colours.natural;
  context.fillRect(x + Math.min(at(best), width - tick), y, tick, top - y + height + Math.round(ratio));
}

// drawPin folds the tile's corner.
export function drawPin(context, colours, { x, y }, ratio) {
  const side = Math.round(10 * ratio);
  context.fillStyle = colours.pin;
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x + side, y);
  context.lineTo(x, y + side);
  context.fill();
}

// drawName writes a class's name into its tile.
export function drawName(context, colours, { x, y }, name, ratio) {
  context.font = `600 ${Math.round(11 * ratio)}px ${getComputedStyle(document.body).fontFamily}`;
  context.textBaseline = "top";
  Object.assign(context, { lineWidth: 3 * ratio, lineJoin: "round", strokeStyle: colours["name-halo"], fillStyle: colours.name });
  const [left, top] = [x + Math.round(3 * ratio), y + Math.round(2 * ratio)];
  context.strokeText(name, left, top);
  context.fillText(name, left, top);
}
