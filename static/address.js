// What of the page is in its address: the run and the step looked at.

export function readAddress() {
  const query = new URLSearchParams(location.search);
  const step = query.get("step");
  const run = /^\/runs\/([^/]+)$/.exec(location.pathname);
  return { run: run ? decodeURIComponent(run[1]) : "", step: /^\d+$/.test(step ?? "") ? Number(step) : null, compare: query.get("compare") ?? "" };
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

export function writeRun(run) {
  history.pushState(null, "", run ? `/runs/${encodeURIComponent(run)}` : "/");
}
