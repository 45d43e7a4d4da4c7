import { checkRun, readConfig, readPresets, startRun } from "../api.js";
import { setText } from "../element.js";
import { readExact } from "../model/config-text.js";
import { without } from "../model/run-settings.js";
import { fieldOf } from "../model/run-text.js";
import { fileErrorText } from "../model/setting-notes.js";
import { ConfigFiles } from "./config-files.js";
import { FormFields } from "./form-fields.js";
import { FormNotes } from "./form-notes.js";
import { NetTable } from "./net-table.js";
import { PresetChoice } from "./preset-choice.js";

const pause = 150; // ms without a key until the server is asked

// The dialog that sets up a run, a branch of the one that is shown, or a run
// like another. The server says what the settings mean while they are typed.
export class RunForm {
  // openers are the buttons {create, branch, again}; where() returns {run,
  // step}, the run that is shown and the step looked at; nameOf(run) is a run's
  // name; started(run) is told of the new one.
  constructor(dialog, openers, { where, nameOf, started }) {
    Object.assign(this, { dialog, where, started, asked: 0 });
    const find = (selector) => dialog.querySelector(selector);
    this.form = find("form");
    this.fields = new FormFields(this.form, { edited: () => this.check(), nameOf });
    this.notes = new FormNotes(this.form);
    this.table = new NetTable(find(".RunForm-network"), find(".RunForm-summary"));
    this.presets = new PresetChoice(find("#run-presets"), find("#run-preset-about"), ({ name, config }) => this.fill({ ...without(config, "pace"), name: this.fields.values.name }, name));
    this.architectures = new PresetChoice(find("#run-architectures"), null, ({ name }) => this.write(name));
    find("#run-spell").addEventListener("click", () => this.table.isStale || this.write(this.table.text));
    new ConfigFiles(this.form, { load: (text) => this.load(text), save: () => this.complete() });
    openers.create.addEventListener("click", () => this.show("New run"));
    openers.branch.addEventListener("click", () => this.branch(this.where()));
    openers.again.addEventListener("click", () => this.again(this.where().run));
    find(".Dialog-close").addEventListener("click", () => dialog.close());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.form.addEventListener("input", (event) => this.edited(event.target.name));
  }

  branch({ run, step }) {
    return this.show(`Branch of ${run.name} at step ${step.toLocaleString("en")}`, () => ({ from: { run: run.id, step }, pace: run.pace }), true);
  }

  // again opens the form with the settings of a run.
  again(run) {
    return this.show(`Like ${run.name}, with other settings`, async () => without(readExact(await readConfig(run.id)), "name"));
  }

  // show opens the form with a configuration; without one, what was typed before
  // and not started stays.
  async show(title, config, isBranch) {
    const isSame = !config && this.title === title;
    this.title = title;
    setText(this.dialog.querySelector("h2"), title);
    this.dialog.showModal();
    try {
      this.offered ??= this.offer(await readPresets());
      await (isSame ? this.check() : this.fill((await config?.()) ?? { pace: this.where().run.pace }, "", isBranch));
    } catch (error) {
      this.notes.complain("", error.message);
    }
  }

  // offer shows what there is to choose from.
  offer({ data, architectures, runs }) {
    this.fields.offer(data);
    this.presets.update({ presets: runs });
    this.architectures.update({ presets: architectures });
    return true;
  }

  fill(config, preset = "", isBranch = false) {
    this.fields.fill(config, isBranch);
    this.press(preset);
    return this.check();
  }

  // press shows which presets are chosen.
  press(preset) {
    this.presets.update({ name: preset });
    this.architectures.update({ name: this.fields.control("architecture").value.trim().toLowerCase() || "n1" });
  }

  // write puts an architecture into its field.
  write(text) {
    this.fields.control("architecture").value = text;
    this.edited("architecture");
  }

  edited(name) {
    this.typing = name;
    this.fields.change(name);
    this.press("");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.check(), pause);
  }

  // check asks the server what the form means. The last answer wins; it is
  // returned, or null if it is not the last or there is none.
  async check() {
    clearTimeout(this.timer);
    const number = ++this.asked;
    const { values, config } = this.fields;
    this.table.stale(true);
    try {
      const answer = await checkRun(config);
      if (number !== this.asked) return null;
      this.table.update(answer);
      this.notes.update(answer, values, this.typing);
      this.fields.update(answer.config);
      return answer;
    } catch (error) {
      if (number === this.asked) this.notes.complain("", error.message);
      return null;
    }
  }

  // complete is the whole configuration, or null where something is wrong, which
  // is told then.
  async complete() {
    const answer = await this.check();
    if (answer && !answer.errors) return { ...answer.config, ...this.fields.kept };
    this.notes.settle();
    this.notes.focus();
    return null;
  }

  // load takes a file as it is, or says why not.
  async load(text) {
    try {
      const problem = fileErrorText(await checkRun(text), this.notes.fields);
      if (problem) throw new Error(problem);
      await this.fill(readExact(text));
      this.notes.settle();
    } catch (error) {
      this.notes.complain("", `The file was not loaded. ${error.message}`);
    }
  }

  async send() {
    if (!(await this.complete())) return;
    const submit = this.form.querySelector("[type=submit]");
    submit.disabled = true;
    try {
      const run = await startRun(this.fields.config);
      this.dialog.close();
      this.title = "";
      this.started(run);
    } catch (error) {
      this.notes.complain(...fieldOf(error.message, this.notes.fields));
      this.notes.focus();
    } finally {
      submit.disabled = false;
    }
  }
}
