import { fitCanvas, setAttribute } from "../element.js";
import { fitTiles, moveTile, sheetPlace, tileAt, tilePlace } from "../model/tile-layout.js";
import { drawBar, drawName, drawPin, tileColours } from "./tile-marks.js";

const gapCSS = 5; // CSS pixels between tiles, and below the last for its bar
const largestCSS = 112; // CSS pixels of a tile's longer side

// Draws a level's tiles from the server's sheet in an order of units, laid out
// for the place there is. All its places are CSS pixels.
export class TileCanvas {
  constructor(canvas) {
    Object.assign(this, { canvas, layout: null, order: [] });
  }

  // draw shows the units of a picture {header, bitmap} in an order, in a box of
  // CSS pixels. pins are the pinned units; names are written into the tiles.
  draw({ header, bitmap }, { order, pins, names }, width, height) {
    const ratio = devicePixelRatio || 1;
    const { tile, view, dead } = header;
    const gap = Math.round(gapCSS * ratio);
    const layout = fitTiles({
      units: order.length, tileWidth: tile.width, tileHeight: tile.height, gap,
      boxWidth: Math.floor(width * ratio), boxHeight: Math.floor(height * ratio) - gap, largest: largestCSS * ratio,
    });
    fitCanvas(this.canvas, (layout.columns * (layout.width + gap) - gap) / ratio, (layout.rows * (layout.height + gap)) / ratio);
    const context = this.canvas.getContext("2d");
    context.imageSmoothingEnabled = view !== "filter" && !layout.crisp;
    context.imageSmoothingQuality = "high";
    const background = getComputedStyle(this.canvas).color;
    const colours = tileColours(this.canvas);
    order.forEach((unit, i) => {
      const from = sheetPlace(header, unit);
      const to = { ...tilePlace(layout, i), width: layout.width, height: layout.height };
      context.fillStyle = background;
      if (view !== "filter" && !dead?.includes(unit)) context.fillRect(to.x, to.y, to.width, to.height);
      context.drawImage(bitmap, from.x, from.y, tile.width, tile.height, to.x, to.y, to.width, to.height);
      if (view === "maximization") drawBar(context, colours, { ...to, y: to.y + to.height }, { reached: header.reached?.[unit], best: header.best?.[unit] }, ratio);
      if (names) drawName(context, colours, to, names[unit] ?? unit, ratio);
      if (pins.has(unit)) drawPin(context, colours, to, ratio);
    });
    setAttribute(this.canvas, "aria-label", header.alt);
    this.order = order;
    this.layout = { ...layout, width: layout.width / ratio, height: layout.height / ratio, gap: layout.gap / ratio };
  }

  clear() {
    Object.assign(this.canvas, { width: 1, height: 1 });
    Object.assign(this, { layout: null, order: [] });
  }

  // place returns a unit's tile {x, y, width, height}, or null if it is not
  // among those drawn.
  place(unit) {
    const i = this.order.indexOf(unit);
    if (i < 0 || !this.layout) return null;
    const { width, height } = this.layout;
    return { ...tilePlace(this.layout, i), width, height };
  }

  // unitAt returns the unit at a place on the screen, or -1.
  unitAt({ clientX, clientY }) {
    if (!this.layout) return -1;
    const box = this.canvas.getBoundingClientRect();
    const i = tileAt(this.layout, this.order.length, clientX - box.left, clientY - box.top);
    return this.order[i] ?? -1;
  }

  // unitBy returns the unit that a key leads to from another.
  unitBy(key, unit) {
    if (!this.layout) return -1;
    const i = moveTile(this.layout, this.order.length, Math.max(this.order.indexOf(unit), 0), key);
    return this.order[i] ?? -1;
  }
}
