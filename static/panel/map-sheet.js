import { fitCanvas, setAttribute } from "../element.js";
import { limitOf } from "../model/diverging.js";
import { fitSheet, mapPlace, movePoint, pointAt } from "../model/map-sheet.js";
import { mapBitmap } from "./number-canvas.js";

// A canvas with the maps of all units of a layer. A value on it is chosen by
// pointer, and by arrow keys and Page Up and Down.
export class MapSheet {
  // onPoint({unit, row, column}) is told of every choice; room is {height,
  // largest}: of the sheet and of one map, in CSS pixels.
  constructor(canvas, onPoint, room) {
    Object.assign(this, { canvas, onPoint, room, maps: null, limit: 0, layout: null, point: null });
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "application");
    canvas.setAttribute("aria-roledescription", "maps");
    canvas.addEventListener("pointermove", (event) => this.aim(event));
    canvas.addEventListener("pointerdown", (event) => this.aim(event));
    canvas.addEventListener("keydown", (event) => this.press(event));
    canvas.addEventListener("focus", () => this.maps && canvas.matches(":focus-visible") && this.choose(this.point ?? this.middle));
  }

  // update takes any of: maps {height, width, units, values}; limit, what the
  // colours span, which is their own largest value without it; and name, what
  // they are.
  update({ maps = this.maps, limit = limitOf(maps?.values ?? []), name = this.name }) {
    if (maps !== this.maps || limit !== this.limit) this.bitmaps = null;
    Object.assign(this, { maps, limit, name });
    setAttribute(this.canvas, "aria-label", `${name}. Arrow keys move from value to value, Page Up and Page Down from map to map.`);
    this.draw();
  }

  // show marks a point, or none for null, without telling of it.
  show(point) {
    this.point = point;
    this.draw();
  }

  get middle() {
    return { unit: 0, row: this.maps.height >> 1, column: this.maps.width >> 1 };
  }

  aim({ clientX, clientY }) {
    if (!this.layout) return;
    const box = this.canvas.getBoundingClientRect();
    const point = pointAt(this.layout, clientX - box.left, clientY - box.top);
    if (point) this.choose(point);
  }

  press(event) {
    if (!this.maps || event.altKey || event.ctrlKey || event.metaKey) return;
    const point = movePoint(this.maps, this.point ?? this.middle, event.key);
    if (!point) return;
    event.preventDefault();
    event.stopPropagation();
    this.choose(point);
  }

  choose(point) {
    if (this.point && ["unit", "row", "column"].every((name) => this.point[name] === point[name])) return;
    this.show(point);
    this.onPoint(point);
  }

  // draw fits the sheet to the width of what holds the canvas.
  draw() {
    const width = this.canvas.parentElement.clientWidth;
    if (!this.maps || !width) return;
    this.layout = fitSheet(this.maps, width, this.room.height, this.room.largest);
    this.bitmaps ??= Array.from({ length: this.maps.units }, (_, unit) => mapBitmap(this.maps, unit, this.limit));
    const ratio = fitCanvas(this.canvas, this.layout.sheetWidth, this.layout.sheetHeight);
    const context = this.canvas.getContext("2d");
    context.imageSmoothingEnabled = false;
    context.scale(ratio, ratio);
    const [mapWidth, mapHeight] = [this.layout.width * this.layout.scale, this.layout.height * this.layout.scale];
    this.bitmaps.forEach((bitmap, unit) => {
      const { x, y } = mapPlace(this.layout, unit);
      context.drawImage(bitmap, x, y, mapWidth, mapHeight);
    });
    if (this.point) this.mark(context, mapWidth, mapHeight);
    this.canvas.dataset.shown = this.maps.units;
  }

  // mark frames the chosen map, and on it the chosen value.
  mark(context, mapWidth, mapHeight) {
    const { unit, row, column } = this.point;
    if (unit >= this.maps.units) return;
    const { x, y } = mapPlace(this.layout, unit);
    const { scale } = this.layout;
    const style = getComputedStyle(this.canvas);
    Object.assign(context, { strokeStyle: style.getPropertyValue("--mark-pen"), lineWidth: 2 });
    context.strokeRect(x - 1, y - 1, mapWidth + 2, mapHeight + 2);
    const side = Math.max(scale, 4);
    const [left, top] = [x + (column + 0.5) * scale - side / 2, y + (row + 0.5) * scale - side / 2];
    context.strokeStyle = style.getPropertyValue("--mark-name-halo");
    context.strokeRect(left - 1, top - 1, side + 2, side + 2);
    Object.assign(context, { strokeStyle: style.getPropertyValue("--mark-name"), lineWidth: 1 });
    context.strokeRect(left - 0.5, top - 0.5, side + 1, side + 1);
  }
}
