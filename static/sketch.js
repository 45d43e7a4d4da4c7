// The drawing that goes with a reader from page to page, in the tab.

const key = "sketch";

// readSketch returns what was shown to the net last, {strokes}, {pixels} or
// {test}, or null.
export function readSketch() {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null; // no storage, or not ours
  }
}

export function writeSketch(shown) {
  try {
    if (shown) sessionStorage.setItem(key, JSON.stringify(shown));
    else sessionStorage.removeItem(key);
  } catch {
    // No storage: the drawing lasts as long as the page.
  }
}
