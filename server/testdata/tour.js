// Evaluates to the list of what is wrong with the page that is shown, as one
// string a fault. allowed are selectors: {blank, cut, small, overlap}, of what may be so.
((allowed) => {
  const faults = [];
  const name = (el) => {
    const own = `${el.tagName.toLowerCase()}${el.id ? `#${el.id}` : ""}${[...el.classList].map((c) => `.${c}`).join("")}`;
    return `${own} ${JSON.stringify((el.getAttribute("aria-label") ?? el.textContent).trim().replaceAll(/\s+/g, " ").slice(0, 40))}`;
  };
  const isSeen = (el) => el.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }) && !el.closest(".VisuallyHidden, [inert]");
  const may = (el, selector) => Boolean(selector) && el.matches(selector);

  // clip is the part of a box that no scrolling or hiding ancestor cuts off.
  const clip = (el, box) => {
    let { left, top, right, bottom } = box;
    for (let up = el.parentElement; up && up !== document.body; up = up.parentElement) {
      if (getComputedStyle(up).overflowX === "visible") continue;
      const frame = up.getBoundingClientRect();
      [left, top] = [Math.max(left, frame.left), Math.max(top, frame.top)];
      [right, bottom] = [Math.min(right, frame.right), Math.min(bottom, frame.bottom)];
    }
    return { left, top, right, bottom, width: right - left, height: bottom - top };
  };

  for (const img of document.images) {
    if (isSeen(img) && img.complete && img.naturalWidth === 0) faults.push(`the picture ${img.getAttribute("src") ?? "without an address"} is broken: ${name(img)} ${img.alt}`);
  }
  for (const canvas of document.querySelectorAll("canvas")) {
    if (!isSeen(canvas) || !canvas.width || !canvas.height || may(canvas, allowed.blank)) continue;
    const copy = Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height }).getContext("2d", { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    const pixels = new Uint32Array(copy.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
    if (pixels.every((pixel) => pixel === pixels[0])) faults.push(`the canvas is blank: ${name(canvas)} in ${name(canvas.parentElement)}`);
  }

  const root = document.scrollingElement;
  if (root.scrollWidth > innerWidth) {
    const wide = [...document.body.querySelectorAll("*")].find((el) => isSeen(el) && clip(el, el.getBoundingClientRect()).right > innerWidth + 1);
    faults.push(`the page is ${root.scrollWidth} wide in ${innerWidth}: ${wide ? name(wide) : ""}`);
  }

  for (const el of document.body.querySelectorAll("*")) {
    if (el.closest("svg, math, .VisuallyHidden") || !isSeen(el) || may(el, allowed.cut)) continue;
    if (![...el.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim())) continue;
    if (el.clientWidth <= 1 && el.clientHeight <= 1) continue; // for screen readers
    const style = getComputedStyle(el);
    const scrolls = (axis) => ["auto", "scroll"].includes(style[axis]);
    if (el.clientWidth && el.scrollWidth > el.clientWidth + 1 && !scrolls("overflowX")) faults.push(`text is cut, ${el.scrollWidth} in ${el.clientWidth} pixels: ${name(el)}`);
    if (el.clientHeight && ["hidden", "clip"].includes(style.overflowY) && el.scrollHeight > el.clientHeight + 2) faults.push(`text is cut, ${el.scrollHeight} in ${el.clientHeight} pixels of height: ${name(el)}`);
  }

  // A target is what can be pressed; a control in a label is as large as both.
  // What floats above the page is compared with nothing below it.
  const layer = (el) => {
    for (let up = el; up; up = up.parentElement) {
      const { position, zIndex } = getComputedStyle(up);
      if (position === "fixed" || position === "sticky" || (position === "absolute" && zIndex !== "auto")) return up;
    }
    return null;
  };
  const top = document.querySelector("dialog:modal") ?? document.body;
  const targets = [...top.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0'], [role=button], [role=radio]")]
    .filter((el) => isSeen(el) && !el.disabled)
    .map((el) => {
      const boxes = [...el.getClientRects()];
      const label = el.closest("label");
      if (label) boxes.push(label.getBoundingClientRect());
      return { el, boxes, rects: boxes.map((box) => clip(label ?? el, box)).filter((box) => box.width > 0 && box.height > 0), floats: layer(el) };
    })
    .filter(({ rects }) => rects.length);
  const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  for (const [i, a] of targets.entries()) {
    for (const b of targets.slice(i + 1)) {
      if (a.el.contains(b.el) || b.el.contains(a.el) || a.floats !== b.floats || may(a.el, allowed.overlap) || may(b.el, allowed.overlap)) continue;
      if (a.rects.some((x) => b.rects.some((y) => meet(x, y)))) faults.push(`controls overlap: ${name(a.el)} and ${name(b.el)}`);
    }
  }

  // WCAG 2.5.8: 24 by 24 pixels, unless in a sentence, or a circle of 24 pixels
  // around its middle touches no other target.
  const middle = ({ left, top, right, bottom }) => ({ x: (left + right) / 2, y: (top + bottom) / 2 });
  const size = ({ boxes }) => ({ width: Math.max(...boxes.map((box) => box.width)), height: Math.max(...boxes.map((box) => box.height)) });
  const isSmall = (target) => Math.min(size(target).width, size(target).height) < 23.9;
  const inSentence = (el) => getComputedStyle(el).display === "inline" && [...el.parentElement.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  for (const target of targets) {
    if (!isSmall(target) || inSentence(target.el) || may(target.el, allowed.small)) continue;
    const at = middle(target.rects[0]);
    const near = targets.find((other) => other !== target && !other.el.contains(target.el) && !target.el.contains(other.el) && other.floats === target.floats && other.rects.some((box) => {
      if (isSmall(other)) return Math.hypot(middle(box).x - at.x, middle(box).y - at.y) < 24;
      return Math.hypot(Math.max(box.left - at.x, 0, at.x - box.right), Math.max(box.top - at.y, 0, at.y - box.bottom)) < 12;
    }));
    const { width, height } = size(target);
    if (near) faults.push(`a target of ${width.toFixed(0)} by ${height.toFixed(0)} pixels near ${name(near.el)}: ${name(target.el)}`);
  }
  return faults;
})
