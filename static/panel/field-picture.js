import { fitCanvas } from "../element.js";

// Draws an image and, framed on it, the part that a unit sees. Lengths of the
// field are pixels of the image; side is the longer side on the page, in CSS
// pixels.
export function drawField(canvas, image, [height, width], { top, left, bottom, right }, side) {
  const scale = Math.max(1, Math.round(side / Math.max(height, width)));
  const ratio = fitCanvas(canvas, width * scale, height * scale);
  const context = canvas.getContext("2d");
  const colours = getComputedStyle(canvas);
  context.imageSmoothingEnabled = false;
  context.scale(scale * ratio, scale * ratio);
  context.fillStyle = "#000";
  context.fillRect(0, 0, width, height);
  if (image) context.drawImage(image, 0, 0, width, height);
  context.fillStyle = colours.getPropertyValue("--mark-shade");
  context.beginPath();
  context.rect(0, 0, width, height);
  context.rect(left, top, right - left + 1, bottom - top + 1);
  context.fill("evenodd");
  const line = 2 / scale;
  Object.assign(context, { lineWidth: line, strokeStyle: colours.getPropertyValue("--mark-field") });
  context.strokeRect(left + line / 2, top + line / 2, right - left + 1 - line, bottom - top + 1 - line);
}
