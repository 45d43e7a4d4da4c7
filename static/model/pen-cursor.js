// A pen that keys move over a pad whose side is 1.

const stride = 0.05;
const fine = 0.0125; // with Shift
const directions = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const within = (value) => Math.round(Math.min(Math.max(value, 0), 1) * 1e4) / 1e4;

export class PenCursor {
  constructor() {
    this.rest();
  }

  // rest lifts the pen and puts it into the middle.
  rest() {
    Object.assign(this, { x: 0.5, y: 0.5, isDown: false });
  }

  lift() {
    this.isDown = false;
  }

  // move goes where an arrow key leads to, a little way with Shift; false means
  // that the key is no arrow.
  move(key, isFine = false) {
    const direction = directions[key];
    if (!direction) return false;
    const by = isFine ? fine : stride;
    [this.x, this.y] = [within(this.x + by * direction[0]), within(this.y + by * direction[1])];
    return true;
  }

  // text says where the pen is, for people who do not see it.
  get text() {
    return `pen ${this.isDown ? "down" : "up"}, ${Math.round(this.x * 100)} % across, ${Math.round(this.y * 100)} % down`;
  }
}
