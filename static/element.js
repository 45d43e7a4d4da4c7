// element makes an element with properties and children.
export function element(tag, { data, ...properties } = {}, ...children) {
  const el = Object.assign(document.createElement(tag), properties);
  Object.assign(el.dataset, data);
  el.append(...children);
  return el;
}

// setText changes a text only if it differs, so that live regions stay quiet.
export function setText(el, text) {
  if (el.textContent !== text) el.textContent = text;
}

// setAttribute likewise.
export function setAttribute(el, name, value) {
  if (el.getAttribute(name) !== String(value)) el.setAttribute(name, value);
}

// fitCanvas gives a canvas one pixel per device pixel of a size in CSS pixels,
// and returns that ratio. Setting the size clears the canvas.
export function fitCanvas(canvas, width, height) {
  const ratio = devicePixelRatio || 1;
  canvas.width = Math.max(1, Math.round(width * ratio));
  canvas.height = Math.max(1, Math.round(height * ratio));
  canvas.style.width = `${canvas.width / ratio}px`;
  canvas.style.height = `${canvas.height / ratio}px`;
  return ratio;
}
