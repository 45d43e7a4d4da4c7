// What of the page is in its address: the run and the step looked at.

export function readAddress() {
  const step = new URLSearchParams(location.search).get("step");
  const run = /^\/runs\/([^/]+)$/.exec(location.pathname);
  return { run: run ? decodeURIComponent(run[1]) : "", step: /^\d+$/.test(step ?? "") ? Number(step) : null };
}

export function writeStep(step) {
  const url = new URL(location.href);
  if (step === null) url.searchParams.delete("step");
  else url.searchParams.set("step", step);
  if (url.href !== location.href) history.replaceState(null, "", url);
}

export function writeRun(run) {
  history.pushState(null, "", run ? `/runs/${encodeURIComponent(run)}` : "/");
}
