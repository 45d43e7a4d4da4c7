import { nextStep, pause } from "./model/playback.js";

// Plays the kept steps forward, one after the other, until it is live. A step
// is left only when its pictures have been seen.
export class Player {
  // where() returns {step, steps}, seek(step) shows one and resolves when it is
  // shown; changed(isPlaying) is told when playing begins and ends.
  constructor({ where, seek, changed }) {
    Object.assign(this, { where, seek, changed });
    this.speed = 1;
    this.turn = 0;
  }

  get isPlaying() {
    return this.turn % 2 === 1;
  }

  // toggle begins at the step that is shown, or at the random start if that is
  // the newest.
  toggle() {
    if (this.isPlaying) return this.stop();
    const { step, steps } = this.where();
    if (steps.length < 2) return;
    this.turn++;
    this.changed(true);
    this.play(this.turn, step === null || nextStep(steps, step) === null ? steps[0] : step);
  }

  stop() {
    if (!this.isPlaying) return;
    this.turn++;
    this.changed(false);
  }

  async play(turn, step) {
    while (step !== null && turn === this.turn) {
      const began = performance.now();
      await this.seek(step);
      await new Promise((resolve) => setTimeout(resolve, pause(this.speed, performance.now() - began)));
      step = nextStep(this.where().steps, step);
    }
    if (turn !== this.turn) return;
    this.stop();
    this.seek(null);
  }
}
