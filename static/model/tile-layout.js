// Lays out tiles in a box, as large as they can be. All lengths are device
// pixels.

// worthRounding is the share of the largest size that whole pixels must keep.
const worthRounding = 0.8;

// fitTiles returns {columns, rows, width, height, gap, crisp} of the best
// layout: the columns that allow the largest tiles, and leave few places empty.
// crisp says that a tile's pixels are whole device pixels.
export function fitTiles({ units, tileWidth, tileHeight, boxWidth, boxHeight, gap, largest = Infinity }) {
  let best = null;
  for (let columns = 1; columns <= units; columns++) {
    const rows = Math.ceil(units / columns);
    const exact = Math.min(
      (boxWidth - gap * (columns - 1)) / columns / tileWidth,
      (boxHeight - gap * (rows - 1)) / rows / tileHeight,
      largest / Math.max(tileWidth, tileHeight),
    );
    const scale = wholeScale(exact);
    const worth = (scale * units) / (columns * rows);
    if (!best || worth > best.worth) best = { columns, rows, scale, worth };
  }
  const scale = Math.max(best.scale, 1e-3);
  return {
    columns: best.columns, rows: best.rows, gap,
    width: Math.max(1, Math.floor(tileWidth * scale)), height: Math.max(1, Math.floor(tileHeight * scale)),
    crisp: Number.isInteger(scale),
  };
}

function wholeScale(exact) {
  const whole = Math.floor(exact);
  return whole >= 1 && whole / exact >= worthRounding ? whole : exact;
}

// tilePlace returns the top left corner of a unit's tile.
export function tilePlace({ columns, width, height, gap }, unit) {
  return { x: (unit % columns) * (width + gap), y: Math.floor(unit / columns) * (height + gap) };
}

// tileAt returns the unit whose tile or gap is at a place, or -1.
export function tileAt({ columns, width, height, gap }, units, x, y) {
  const column = Math.floor(x / (width + gap));
  const unit = Math.floor(y / (height + gap)) * columns + column;
  return x >= 0 && y >= 0 && column < columns && unit < units ? unit : -1;
}

// moveTile returns the unit that a key leads to from another.
export function moveTile({ columns }, units, unit, key) {
  const to = { ArrowLeft: unit - 1, ArrowRight: unit + 1, ArrowUp: unit - columns, ArrowDown: unit + columns, Home: 0, End: units - 1 }[key];
  return to >= 0 && to < units ? to : unit;
}

// sheetPlace returns where a unit's tile is on the server's sheet.
export function sheetPlace({ columns, tile }, unit) {
  return {
    x: tile.gap + (unit % columns) * (tile.width + tile.gap),
    y: tile.gap + Math.floor(unit / columns) * (tile.height + tile.gap),
  };
}

// cellPlace returns where the i-th image of a unit's own sheet is, whose images
// stand in a square with a pixel between them.
export function cellPlace({ width, height }, i, columns) {
  const cell = { width: (width - columns + 1) / columns, height: (height - columns + 1) / columns };
  return { x: (i % columns) * (cell.width + 1), y: Math.floor(i / columns) * (cell.height + 1), ...cell };
}

// channelPlaces lays the channels of a filter {width, height, channels}, which
// stand side by side with a pixel between them on a sheet of a width, into a
// square. A sheet that is as wide as one channel has them all in one, in colour.
export function channelPlaces({ width, height, channels }, sheetWidth) {
  const n = sheetWidth <= width ? 1 : channels;
  const columns = Math.ceil(Math.sqrt(n));
  const rows = Math.ceil(n / columns);
  const places = Array.from({ length: n }, (_, i) => ({ from: i * (width + 1), x: (i % columns) * (width + 1), y: Math.floor(i / columns) * (height + 1) }));
  return { width: columns * (width + 1) - 1, height: rows * (height + 1) - 1, places };
}

// levelShares returns how much of the page's width each level should get, 0 for
// one that is missing: as much as it has units, since their tiles are drawn
// about equally large.
export const levelShares = (levels) => levels.map(({ missing, units }) => (missing ? 0 : units));
