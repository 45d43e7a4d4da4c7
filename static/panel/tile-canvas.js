import { fitCanvas, setAttribute } from "../element.js";
import { fitTiles, sheetPlace, tilePlace } from "../model/tile-layout.js";

const gapCSS = 5; // CSS pixels between tiles
const largestCSS = 112; // CSS pixels of a tile's longer side

// Draws a level's tiles from the server's sheet, laid out for the place there
// is. All its places are CSS pixels.
export class TileCanvas {
  constructor(canvas) {
    this.canvas = canvas;
    this.layout = null;
  }

  // draw shows a picture {header, bitmap} in a box of CSS pixels.
  draw({ header, bitmap }, width, height) {
    const ratio = devicePixelRatio || 1;
    const { units, tile, kind, dead } = header;
    const layout = fitTiles({
      units, tileWidth: tile.width, tileHeight: tile.height, gap: Math.round(gapCSS * ratio),
      boxWidth: Math.floor(width * ratio), boxHeight: Math.floor(height * ratio), largest: largestCSS * ratio,
    });
    const across = layout.columns * (layout.width + layout.gap) - layout.gap;
    const down = layout.rows * (layout.height + layout.gap) - layout.gap;
    fitCanvas(this.canvas, across / ratio, down / ratio);
    const context = this.canvas.getContext("2d");
    context.imageSmoothingEnabled = kind === "patches" && !layout.crisp;
    context.imageSmoothingQuality = "high";
    context.fillStyle = getComputedStyle(this.canvas).color;
    for (let unit = 0; unit < units; unit++) {
      const from = sheetPlace(header, unit);
      const to = tilePlace(layout, unit);
      if (kind === "patches" && !dead?.includes(unit)) context.fillRect(to.x, to.y, layout.width, layout.height);
      context.drawImage(bitmap, from.x, from.y, tile.width, tile.height, to.x, to.y, layout.width, layout.height);
    }
    setAttribute(this.canvas, "aria-label", header.alt);
    this.layout = { ...layout, width: layout.width / ratio, height: layout.height / ratio, gap: layout.gap / ratio };
  }

  // place returns a unit's tile {x, y, width, height}.
  place(unit) {
    const { width, height } = this.layout;
    return { ...tilePlace(this.layout, unit), width, height };
  }
}
