// A sheet of maps: all units' maps of one layer, side by side, in CSS pixels.

const gap = 3;

// fitSheet lays out units maps of height×width values in a box, as large as
// fits. No map gets larger than largest; where not even one pixel per value
// fits into boxHeight, the sheet is higher.
export function fitSheet({ units, height, width }, boxWidth, boxHeight, largest) {
  for (let scale = Math.max(1, Math.floor(largest / Math.max(height, width))); ; scale--) {
    const most = Math.min(units, Math.max(1, Math.floor((boxWidth + gap) / (width * scale + gap))));
    const rows = Math.ceil(units / most);
    const columns = Math.ceil(units / rows);
    const layout = { units, height, width, scale, columns, rows, sheetWidth: columns * (width * scale + gap) - gap, sheetHeight: rows * (height * scale + gap) - gap };
    if (scale === 1 || (layout.sheetHeight <= boxHeight && layout.sheetWidth <= boxWidth)) return layout;
  }
}

// mapPlace is the upper left corner of a unit's map.
export function mapPlace({ columns, height, width, scale }, unit) {
  return { x: (unit % columns) * (width * scale + gap), y: Math.floor(unit / columns) * (height * scale + gap) };
}

// pointAt returns the {unit, row, column} at a place, or null between maps.
export function pointAt({ units, columns, height, width, scale }, x, y) {
  const across = Math.floor(x / (width * scale + gap));
  const down = Math.floor(y / (height * scale + gap));
  const column = Math.floor((x - across * (width * scale + gap)) / scale);
  const row = Math.floor((y - down * (height * scale + gap)) / scale);
  const unit = down * columns + across;
  if (x < 0 || y < 0 || across >= columns || unit >= units || column >= width || row >= height) return null;
  return { unit, row, column };
}

const moves = { ArrowLeft: [0, 0, -1], ArrowRight: [0, 0, 1], ArrowUp: [0, -1, 0], ArrowDown: [0, 1, 0], PageUp: [-1, 0, 0], PageDown: [1, 0, 0] };

// movePoint returns where a key leads from a point, or null if it is no move.
// Arrows move by a value, Page Up and Down by a map, Home and End to its corners.
export function movePoint({ units, height, width }, point, key) {
  if (key === "Home") return { ...point, row: 0, column: 0 };
  if (key === "End") return { ...point, row: height - 1, column: width - 1 };
  const move = moves[key];
  if (!move) return null;
  const within = (value, most) => Math.min(Math.max(value, 0), most - 1);
  return { unit: within(point.unit + move[0], units), row: within(point.row + move[1], height), column: within(point.column + move[2], width) };
}
