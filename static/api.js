import { readExact, writeExact } from "./model/config-text.js";
import { sentence } from "./model/format.js";
import { named } from "./model/level-view.js";
import { withQuery } from "./model/page-address.js";

// The JSON API. Failures are ApiErrors whose message is a sentence for people.
export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

const path = (run) => `/api/runs/${encodeURIComponent(run)}`;

// call asks for an address with a body as JSON, or with a file or a text of JSON
// as it is.
export async function call(address, { method = "GET", body, file, text, signal } = {}) {
  const type = file ? file.type || "application/octet-stream" : body === undefined && text === undefined ? null : "application/json";
  let response;
  try {
    response = await fetch(address, {
      method, signal,
      headers: type ? { "Content-Type": type } : {},
      body: file ?? text ?? (body === undefined ? undefined : JSON.stringify(body)),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, "The server does not answer.");
  }
  if (response.ok) return response;
  const answer = await response.json().catch(() => ({}));
  throw new ApiError(response.status, sentence(answer.error ?? `the server answered with status ${response.status}`));
}

export const json = async (address, options) => (await call(address, options)).json();

export const listRuns = async () => (await json("/api/runs")).runs;
export const readRun = (run) => json(path(run));
export const readEvaluations = async (run) => (await json(`${path(run)}/evaluations`)).evaluations;
export const readSteps = async (run) => (await json(`${path(run)}/steps`)).steps;
export const readMetrics = (run) => json(`${path(run)}/metrics`);
export const deleteRun = (run) => call(path(run), { method: "DELETE" });
export const startRun = (config) => json("/api/runs", { method: "POST", text: writeExact(config) });
// checkRun tells what a configuration, or the text of one, would be.
export const checkRun = async (config) => readExact(await (await call("/api/runs/check", { method: "POST", text: typeof config === "string" ? config : writeExact(config) })).text());
export const readPresets = () => json("/api/presets");
export const configAddress = (run) => `${path(run)}/config.json`;
// readConfig is the text of a run's configuration file.
export const readConfig = async (run) => (await call(configAddress(run))).text();
export const changeRun = (run, change) => json(path(run), { method: "PATCH", body: change });
export const pauseRun = (run) => json(`${path(run)}/pause`, { method: "POST" });
export const resumeRun = (run) => json(`${path(run)}/resume`, { method: "POST" });
export const stepRun = (run, steps) => json(`${path(run)}/step`, { method: "POST", body: { steps } });

// Browsers keep a step's pictures for ever. When units are changed at a step its
// pictures change, so they are asked for by another address from then on.
let version = {};
export const useVersion = (unitChanges) => (version = unitChanges ? { v: unitChanges } : {});
export const versioned = () => version;

// readPicture returns a level's picture {header, image} at a kept step, as the
// stream sends it. asked is {level, view, …}; shown is what the API takes as an
// input, like a drawing, whose feature maps are wanted.
export async function readPicture(run, step, { level, shown, ...asked }, signal) {
  if (shown) return readDrawn(run, asked.untrained ? 0 : step, level, shown, signal);
  const query = new URLSearchParams({ ...asked, ...version });
  const address = `${path(run)}/steps/${step}/filters/${level}`;
  const [header, image] = await Promise.all([
    json(`${address}.json?${query}`, { signal }),
    call(`${address}.png?${query}`, { signal }).then((response) => response.blob()),
  ]);
  return { header: named(header), image };
}

async function readDrawn(run, step, level, shown, signal) {
  const response = await call(`${path(run)}/steps/${step}/maps/${level}.png`, { method: "POST", body: shown, signal });
  return { header: named(JSON.parse(response.headers.get("X-Header")), true), image: await response.blob() };
}

// readBatch returns the picture {header, image} of the batch that comes to the
// weights of a step, or of the newest for "latest".
export async function readBatch(run, step) {
  const response = await call(`${path(run)}/steps/${step}/batch.png?images=18`);
  return { header: JSON.parse(response.headers.get("X-Header")), image: await response.blob() };
}

// levelPictureAddress is the picture of a level at a step, as a file.
export const levelPictureAddress = (run, step, level, query = {}) => withQuery(`${path(run)}/steps/${step}/filters/${level}.png`, { ...query, ...version });

// testImageAddress is the picture of an image of the test set, one pixel per
// pixel.
export const testImageAddress = (index) => `/api/test/${index}.png`;

// figureAddress is where a curve can be downloaded.
export const figureAddress = (run, figure, format, query) => withQuery(`${path(run)}/figures/${figure}.${format}`, query);

export const metricsAddress = (run) => `${path(run)}/metrics.csv`;

const unitPath = (run, step, level, unit) => `${path(run)}/steps/${step}/units/${level}/${unit}`;

// readUnit returns all about a unit; probe is the set of images, "test" or
// "train", that it is asked about.
export const readUnit = (run, step, level, unit, probe, signal) => json(withQuery(unitPath(run, step, level, unit), { probe, ...version }), { signal });
export const readAblation = (run, step, level, unit) => json(withQuery(`${unitPath(run, step, level, unit)}/ablation`, version));

// unitPictureAddress is a unit's filter, maximization, patches or projection.
export const unitPictureAddress = (run, step, level, unit, picture, query = {}) =>
  withQuery(`${unitPath(run, step, level, unit)}/${picture}.png`, { ...query, ...version });

// readFigure returns a plot of a unit's vitals, which grows with the run.
export async function readFigure(run, level, unit, figure, query, signal) {
  const response = await call(withQuery(`${path(run)}/units/${level}/${unit}/figures/${figure}.svg`, query), { signal });
  return response.blob();
}

// filmFileAddress is a film of a level, or of one unit of it, as gif or png.
export const filmFileAddress = (run, level, format, query) => withQuery(`${path(run)}/film/${level}.${format}`, query);
export const readFilm = (run, level, query) => json(filmFileAddress(run, level, "json", query));

// intervene does something to units of a run: {level, unit, action}.
export const intervene = (run, units) => json(path(run), { method: "PATCH", body: { units } });

// weightsAddress is the newest weights as a file that -init and PyTorch read.
export const weightsAddress = (run) => `${path(run)}/steps/latest/weights.safetensors`;

export const replayAddress = (run) => `${path(run)}/replay.html`;
