const penWidth = 0.075; // of the side; about MNIST's proportion for a digit of usual size
const cursorSize = 0.028; // of the side, half of it

// Draws the pad: strokes, or an image {pixels, width, height} that is shown to the
// net instead, and the pen that keys move, if it is seen.
export function drawPad(canvas, { strokes, image, cursor }) {
  const context = canvas.getContext("2d");
  const colours = getComputedStyle(canvas);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.scale(canvas.width, canvas.height);
  Object.assign(context, { strokeStyle: colours.color, fillStyle: colours.color, lineWidth: penWidth, lineCap: "round", lineJoin: "round" });
  if (image) drawImage(context, image);
  for (const [first, ...more] of strokes) {
    context.beginPath();
    context.moveTo(...first);
    for (const point of more.length ? more : [first]) context.lineTo(...point);
    context.stroke();
  }
  if (cursor) drawCursor(context, cursor, colours.getPropertyValue("--mark-pen"));
}

function drawImage(context, { pixels, width, height }) {
  const channels = pixels.length / (width * height);
  for (let i = 0; i < width * height; i++) {
    context.globalAlpha = pixels[i * channels];
    if (context.globalAlpha > 0) context.fillRect((i % width) / width, Math.floor(i / width) / height, 1 / width, 1 / height);
  }
  context.globalAlpha = 1;
}

// drawCursor draws a cross in a ring, which is filled when the pen is down.
function drawCursor(context, { x, y, isDown }, colour) {
  Object.assign(context, { strokeStyle: colour, fillStyle: colour, lineWidth: 0.008 });
  context.beginPath();
  context.arc(x, y, cursorSize, 0, 2 * Math.PI);
  if (isDown) context.fill();
  context.stroke();
  context.beginPath();
  for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
    context.moveTo(x + dx * cursorSize, y + dy * cursorSize);
    context.lineTo(x + dx * cursorSize * 2.2, y + dy * cursorSize * 2.2);
  }
  context.stroke();
}
