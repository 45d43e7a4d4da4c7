import { element, fitCanvas, setAttribute } from "../element.js";
import { strengths } from "../model/explanation.js";

const inset = 0.28; // of a pixel that speaks against, so that it differs without colour
const small = 100; // CSS pixels of a frame that has no room for marks on an explanation
const dimmed = 0.5; // the image below an explanation

// An image as the net sees it, as large as its frame: its pixels, the box of the
// ink and its centre of mass, and where the net looked.
export class NetInput {
  // frame is an element with a canvas.
  constructor(frame) {
    this.frame = frame;
    this.canvas = frame.querySelector("canvas");
    this.sheet = element("canvas");
    new ResizeObserver(() => this.draw()).observe(frame);
  }

  // update takes image, {pixels, width, height, box, center} or null; explanation,
  // the API's or null; and alt, what is seen.
  update({ image, explanation = null, alt }) {
    Object.assign(this, { image, explanation });
    setAttribute(this.canvas, "aria-label", alt);
    if (image) this.fill(image);
    this.draw();
  }

  fill({ pixels, width, height }) {
    const channels = pixels.length / (width * height);
    const data = new ImageData(width, height);
    for (let i = 0; i < width * height; i++) {
      for (let c = 0; c < 3; c++) data.data[4 * i + c] = 255 * pixels[i * channels + (c % channels)];
      data.data[4 * i + 3] = 255;
    }
    Object.assign(this.sheet, { width, height });
    this.sheet.getContext("2d").putImageData(data, 0, 0);
  }

  draw() {
    const { width = 28, height = 28 } = this.image ?? {};
    const ratio = devicePixelRatio || 1;
    const scale = Math.max(1, Math.floor((this.frame.clientWidth * ratio) / width));
    if (this.canvas.width !== width * scale || this.canvas.height !== height * scale) fitCanvas(this.canvas, (width * scale) / ratio, (height * scale) / ratio);
    const context = this.canvas.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    if (!this.image) return;
    const colours = getComputedStyle(this.canvas);
    context.scale(scale, scale);
    context.imageSmoothingEnabled = false;
    context.globalAlpha = this.explanation ? dimmed : 1;
    context.drawImage(this.sheet, 0, 0);
    if (this.explanation) drawExplanation(context, this.explanation, colours);
    context.globalAlpha = 1;
    if (this.image.box && !(this.explanation && this.frame.clientWidth < small)) drawMarks(context, this.image, colours.getPropertyValue("--mark-box"), ratio / scale);
  }
}

// drawExplanation covers pixels by how much they say: those that speak for the
// class as a whole, those against it as a smaller square.
function drawExplanation(context, explanation, colours) {
  const { shares } = strengths(explanation);
  const fills = [colours.getPropertyValue("--mark-against"), colours.getPropertyValue("--mark-for")];
  shares.forEach((share, i) => {
    if (!share) return;
    const off = share < 0 ? inset / 2 : 0;
    context.globalAlpha = Math.abs(share);
    context.fillStyle = fills[share < 0 ? 0 : 1];
    context.fillRect((i % explanation.width) + off, Math.floor(i / explanation.width) + off, 1 - 2 * off, 1 - 2 * off);
  });
}

// drawMarks draws the ink's box, dashed, and a cross at its centre of mass; unit
// is a CSS pixel.
function drawMarks(context, { box: [left, top, right, bottom], center }, colour, unit) {
  Object.assign(context, { strokeStyle: colour, lineWidth: unit });
  context.setLineDash([3 * unit, 2 * unit]);
  context.strokeRect(left, top, right - left, bottom - top);
  context.setLineDash([]);
  if (!center) return;
  const [x, y] = center;
  const arm = 4 * unit;
  context.lineWidth = 1.5 * unit;
  context.beginPath();
  context.moveTo(x - arm, y);
  context.lineTo(x + arm, y);
  context.moveTo(x, y - arm);
  context.lineTo(x, y + arm);
  context.stroke();
}
