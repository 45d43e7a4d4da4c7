// The replay of a run, a page that needs no server: pictures and metrics are
// in it.
import { number, percent } from "../model/format.js";
import { atOrBefore } from "../model/search.js";

const data = JSON.parse(document.getElementById("data").textContent);
const range = document.getElementById("step");
const play = document.getElementById("play");
let timer = 0;

function show(index) {
  const step = data.steps[index];
  range.value = index;
  document.getElementById("shown").textContent = step.toLocaleString("en");
  range.setAttribute("aria-valuetext", `step ${step}`);
  for (const section of document.querySelectorAll(".Replay-level")) {
    const { png, alt } = data.pictures[section.dataset.level][index];
    const image = section.querySelector("img");
    image.src = `data:image/png;base64,${png}`;
    image.alt = alt;
  }
  draw();
}

function draw() {
  const at = data.steps[Number(range.value)];
  for (const name of ["loss", "accuracy"]) {
    const text = ["train", "test"].flatMap((set) => {
      const value = data.metrics[set][name][atOrBefore(data.metrics[set].step, at)];
      return value === undefined ? [] : `${set} ${name === "loss" ? number(value) : percent(value, 2)}`;
    });
    document.querySelector(`[data-value="${name}"]`).textContent = text.join(" · ");
    drawCurve(document.getElementById(name), name, at);
  }
}

// colour is a token as a canvas needs it: the theme's, not both.
function colour(canvas, token) {
  canvas.style.color = `var(${token})`;
  return getComputedStyle(canvas).color;
}

function drawCurve(canvas, name, at) {
  const ratio = devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  Object.assign(canvas, { width: width * ratio, height: height * ratio });
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  const all = ["train", "test"].flatMap((set) => data.metrics[set][name]).filter((v) => v > 0);
  if (!all.length) return;
  const scale = name === "loss" ? Math.log10 : (v) => v;
  const [low, high] = [scale(Math.min(...all)), scale(Math.max(...all))];
  const last = Math.max(1, data.steps.at(-1));
  const x = (step) => 4 + ((width - 8) * step) / last;
  const y = (v) => height - 4 - ((height - 8) * (scale(Math.max(v, 1e-9)) - low)) / (high - low || 1);
  for (const set of ["train", "test"]) {
    const series = data.metrics[set];
    context.strokeStyle = colour(canvas, `--${set}`);
    context.lineWidth = set === "test" ? 2 : 1;
    context.setLineDash(set === "test" ? [6, 3] : []);
    context.beginPath();
    series.step.forEach((step, i) => context.lineTo(x(step), y(series[name][i])));
    context.stroke();
  }
  context.setLineDash([]);
  context.strokeStyle = colour(canvas, "--ink");
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x(at), 0);
  context.lineTo(x(at), height);
  context.stroke();
}

function stop() {
  clearInterval(timer);
  timer = 0;
  play.textContent = "Play";
  play.setAttribute("aria-pressed", "false");
}

play.addEventListener("click", () => {
  if (timer) return stop();
  if (Number(range.value) === data.steps.length - 1) show(0);
  play.textContent = "Stop";
  play.setAttribute("aria-pressed", "true");
  timer = setInterval(() => {
    const next = Number(range.value) + 1;
    if (next >= data.steps.length) return stop();
    show(next);
  }, 250);
});
range.addEventListener("input", () => {
  stop();
  show(Number(range.value));
});
addEventListener("resize", draw);
range.max = data.steps.length - 1;
show(data.steps.length - 1);
