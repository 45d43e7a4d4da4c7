// A drawing as strokes of points, in a square whose side is 1.

// closest is the distance below which a further point tells nothing.
const closest = 0.003;

// most is the number of points that are sent; a body may have 64 KiB.
const most = 3000;

export class Strokes {
  constructor() {
    this.all = [];
  }

  get isEmpty() {
    return this.all.length === 0;
  }

  begin(x, y) {
    this.all.push([[x, y]]);
  }

  // extend returns false for a point that tells nothing new.
  extend(x, y) {
    const stroke = this.all.at(-1);
    const [lastX, lastY] = stroke.at(-1);
    if (Math.hypot(x - lastX, y - lastY) < closest) return false;
    stroke.push([x, y]);
    return true;
  }

  undo() {
    this.all.pop();
  }

  clear() {
    this.all = [];
  }

  // toJSON returns the strokes with sensible digits, and of a huge drawing
  // only as many points as may be sent; every stroke keeps its ends.
  toJSON() {
    const points = this.all.reduce((n, stroke) => n + stroke.length, 0);
    const every = Math.ceil(points / most);
    return this.all.map((stroke) =>
      stroke
        .filter((_, i) => i % every === 0 || i === stroke.length - 1)
        .map(([x, y]) => [Math.round(x * 1e4) / 1e4, Math.round(y * 1e4) / 1e4]),
    );
  }
}
