import { changeRun, pauseRun, readConfig, resumeRun, startRun, stepRun } from "../api.js";
import { setAttribute, setText } from "../element.js";
import { readExact } from "../model/config-text.js";
import { number } from "../model/format.js";
import { without } from "../model/run-settings.js";

const goes = new Set(["running", "waiting", "queued", "stalled"]);

// Pause, step, restart, pace and learning rate.
export class RunControls {
  // handlers: changed(run), started(run), say(sentence), and stepped(), as
  // soon as a step by hand is to be seen.
  constructor(handlers) {
    this.on = handlers;
    this.pending = 0; // commands under way
    const find = (id) => document.getElementById(id);
    Object.assign(this, { pause: find("control-pause"), step: find("control-step"), restart: find("control-restart"), pace: find("control-pace"), paceSteps: find("control-pace-steps"), rate: find("control-rate"), rateNow: find("rate-now") });
    this.pause.addEventListener("click", () => this.send(pauseOrGoOn));
    this.step.addEventListener("click", () => this.takeStep());
    this.restart.addEventListener("click", () => this.start());
    this.pace.addEventListener("change", () => this.setPace());
    this.paceSteps.addEventListener("change", () => this.setPace());
    this.rate.addEventListener("change", () => this.send((run) => changeRun(run.id, { learningRate: Number(this.rate.value) })));
    find("run-settings").addEventListener("submit", (event) => event.preventDefault());
  }

  update(run) {
    this.run = run;
    const isGoing = goes.has(run.state);
    const isFinished = run.state === "finished";
    setText(this.pause.querySelector("span"), isGoing ? "Pause" : isFinished ? "Go on" : "Resume");
    setAttribute(this.pause, "title", isFinished ? "Train one more epoch" : "");
    const icon = `#icon-${isGoing ? "pause" : "resume"}`;
    setAttribute(this.pause.querySelector("use"), "href", icon);
    this.pause.disabled = run.state === "failed";
    this.step.disabled = isFinished || this.pause.disabled;
    setText(this.rateNow, run.learningRateNow > 0 ? `now ${number(run.learningRateNow, 2)}` : "");
    if (this.pending) return; // the settings on screen are newer
    const isFixed = typeof run.pace === "number";
    set(this.pace, isFixed ? "fixed" : run.pace);
    if (isFixed) set(this.paceSteps, run.pace);
    this.paceSteps.closest("label").hidden = this.pace.value !== "fixed";
    set(this.rate, run.learningRate);
  }

  takeStep() {
    this.on.stepped();
    return this.send((run) => stepRun(run.id, 1));
  }

  setPace() {
    const isFixed = this.pace.value === "fixed";
    this.paceSteps.closest("label").hidden = !isFixed;
    this.send((run) => changeRun(run.id, { pace: isFixed ? Number(this.paceSteps.value) : this.pace.value }));
  }

  // send does something to the run and says what went wrong.
  async send(command) {
    if (!this.run) return;
    this.pending++;
    try {
      this.on.changed(await command(this.run));
      this.on.say("");
    } catch (error) {
      this.on.say(error.message);
    } finally {
      this.pending--;
      this.update(this.run);
    }
  }

  async start() {
    if (!this.run) return;
    this.restart.disabled = true;
    try {
      this.on.started(await startRun(without(readExact(await readConfig(this.run.id)), "name")));
      this.on.say("");
    } catch (error) {
      this.on.say(error.message);
    } finally {
      this.restart.disabled = false;
    }
  }
}

function pauseOrGoOn({ id, state, epochs }) {
  if (state === "finished") return changeRun(id, { epochs: epochs + 1 });
  return goes.has(state) ? pauseRun(id) : resumeRun(id);
}

// set changes a control's value unless it is being edited.
function set(control, value) {
  if (document.activeElement === control && control.matches("input")) return;
  if (control.value !== String(value)) control.value = value;
}
