import { fitCanvas } from "../element.js";
import { centroids, place } from "../model/scatter.js";

const radius = 3.2; // CSS pixels
const dark = [4, 5, 8]; // labels whose colour needs bright text
const faint = 0.14; // opacity of what does not stand out

// Draws the map on its canvas.
export class MapPicture {
  constructor(canvas) {
    this.canvas = canvas;
  }

  // draw takes points {x, y}, their map, the classes' names, the chosen classes,
  // and the index of the image looked at, or -1.
  draw({ points, map, classes, chosen, at }) {
    const side = this.canvas.clientWidth;
    const { canvas } = this;
    const ratio = devicePixelRatio || 1;
    if (canvas.width !== Math.round(side * ratio)) {
      fitCanvas(canvas, side, side);
      canvas.style.width = canvas.style.height = "";
    }
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, side, side);
    const style = getComputedStyle(canvas);
    const token = (name) => style.getPropertyValue(name);
    const stands = (label) => !chosen.size || chosen.has(label);
    const placed = points.x.map((x, i) => place(x, points.y[i], side));
    const order = [...placed.keys()].sort((i, j) => rank(map, stands, i) - rank(map, stands, j));
    for (const i of order) this.dot(context, placed[i], map, i, stands(map.labels[i]), token);
    if (at >= 0 && placed[at]) ring(context, placed[at], radius + 6, token("--mark-pen"), 2.5);
    this.names(context, centroids(points, map.labels, classes.length), classes, stands, side, token);
  }

  dot(context, [x, y], map, i, stands, token) {
    context.globalAlpha = stands ? 1 : faint;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fillStyle = token(`--label-${map.labels[i] % 10}`);
    context.fill();
    context.lineWidth = 0.6;
    context.strokeStyle = token("--mark-reached");
    context.stroke();
    if (map.labels[i] !== map.predictions[i]) ring(context, [x, y], radius + 2.4, token("--mark-natural"), 1.5);
    context.globalAlpha = 1;
  }

  // names writes each class's name where its images have their centre.
  names(context, centres, classes, stands, side, token) {
    context.font = `700 13px ${token("font-family")}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    centres.forEach((centre, label) => {
      if (!centre || !stands(label)) return;
      const [x, y] = place(centre.x, centre.y, side);
      const width = Math.max(20, context.measureText(classes[label]).width + 10);
      context.beginPath();
      context.roundRect(x - width / 2, y - 10, width, 20, 4);
      context.fillStyle = token(`--label-${label % 10}`);
      context.fill();
      context.lineWidth = 1.5;
      context.strokeStyle = token("--mark-natural");
      context.stroke();
      context.fillStyle = token(dark.includes(label % 10) ? "--mark-name" : "--mark-name-halo");
      context.fillText(classes[label], x, y + 0.5);
    });
  }
}

// rank has what does not stand out drawn first, and mistakes last.
const rank = ({ labels, predictions }, stands, i) => (stands(labels[i]) ? 2 : 0) + (labels[i] !== predictions[i] ? 1 : 0);

function ring(context, [x, y], r, color, width) {
  context.beginPath();
  context.arc(x, y, r, 0, 2 * Math.PI);
  context.lineWidth = width;
  context.strokeStyle = color;
  context.stroke();
}
