import { readCurves, writeCurves as setCurves } from "./model/curve-view.js";
import { readLens, writeLens as setLens } from "./model/lens.js";

// What of the page is in its address: the run, the step looked at, the lens, and
// how the curves are looked at.

export function readAddress() {
  const query = new URLSearchParams(location.search);
  const step = query.get("step");
  const run = /^\/runs\/([^/]+)$/.exec(location.pathname);
  return { run: run ? decodeURIComponent(run[1]) : "", step: /^\d+$/.test(step ?? "") ? Number(step) : null, compare: query.get("compare") ?? "", lens: readLens(query), curves: readCurves(query) };
}

// writeStep puts the step into the address; a jump can be gone back from.
export function writeStep(step, isJump = false) {
  const url = new URL(location.href);
  if (step === null) url.searchParams.delete("step");
  else url.searchParams.set("step", step);
  if (url.href === location.href) return;
  if (isJump) history.pushState(null, "", url);
  else history.replaceState(null, "", url);
}

export function writeCompare(run) {
  const url = new URL(location.href);
  if (run) url.searchParams.set("compare", run);
  else url.searchParams.delete("compare");
  history.pushState(null, "", url);
}

// writeLens puts the lens into the address, of which only its unusual parts.
export function writeLens(lens) {
  const url = new URL(location.href);
  setLens(url.searchParams, lens);
  if (url.href !== location.href) history.replaceState(null, "", url);
}

// writeCurves puts how the curves are looked at into the address.
export function writeCurves(view) {
  const url = new URL(location.href);
  setCurves(url.searchParams, view);
  if (url.href !== location.href) history.replaceState(null, "", url);
}

// writeRun goes to another run, seen in the same way.
export function writeRun(run, lens, curves) {
  const url = new URL(run ? `/runs/${encodeURIComponent(run)}` : "/", location.origin);
  setLens(url.searchParams, lens);
  setCurves(url.searchParams, curves);
  history.pushState(null, "", url);
}
