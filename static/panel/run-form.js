import { readConfig, readPresets, startRun } from "../api.js";
import { setText } from "../element.js";
import { readExact } from "../model/config-text.js";
import { without } from "../model/run-settings.js";
import { fieldOf } from "../model/run-text.js";
import { SettingsForm } from "./settings-form.js";

// The dialog that sets up a run, a branch of the one that is shown, or a run
// like another.
export class RunForm {
  // openers are the buttons {create, branch, again}; where() returns {run,
  // step}, the run that is shown and the step looked at; nameOf(run) is a run's
  // name; started(run) is told of the new one.
  constructor(dialog, openers, { where, nameOf, started }) {
    Object.assign(this, { dialog, where, started });
    const form = dialog.querySelector("form");
    this.body = form.querySelector(".RunForm-body");
    this.submit = form.querySelector("[type=submit]");
    this.settings = new SettingsForm(form, nameOf);
    openers.create.addEventListener("click", () => this.show("New run"));
    openers.branch.addEventListener("click", () => this.branch(this.where()));
    openers.again.addEventListener("click", () => this.again(this.where().run));
    dialog.querySelector(".Dialog-close").addEventListener("click", () => dialog.close());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
  }

  branch({ run, step }) {
    return this.show(`Branch of ${run.name} at step ${step.toLocaleString("en")}`, () => ({ from: { run: run.id, step }, pace: run.pace }), true);
  }

  // again opens the form with the settings of a run.
  again(run) {
    return this.show(`Like ${run.name}, with other settings`, async () => without(readExact(await readConfig(run.id)), "name"));
  }

  // show opens the form with a configuration; without one, what was typed before
  // and not started stays. Nothing can be typed before it is there.
  async show(title, config, isBranch) {
    const { settings } = this;
    const isSame = !config && this.title === title;
    this.title = title;
    setText(this.dialog.querySelector("h2"), title);
    this.dialog.showModal();
    this.body.inert = true;
    try {
      if (!this.isOffered) settings.offer(await readPresets());
      this.isOffered = true;
      const filled = isSame ? null : ((await config?.()) ?? { pace: this.where().run.pace });
      this.body.inert = false;
      await (filled ? settings.fill(filled, { isBranch }) : settings.check());
    } catch (error) {
      settings.notes.complain("", error.message);
    } finally {
      this.body.inert = false;
    }
  }

  async send() {
    const { notes, fields } = this.settings;
    if (this.submit.disabled || !(await this.settings.complete())) return;
    this.submit.disabled = true;
    try {
      const run = await startRun(fields.config);
      this.dialog.close();
      this.title = "";
      this.started(run);
    } catch (error) {
      notes.complain(...fieldOf(error.message, notes.fields));
      notes.focus();
    } finally {
      this.submit.disabled = false;
    }
  }
}
