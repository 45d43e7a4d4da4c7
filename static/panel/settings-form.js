import { checkRun } from "../api.js";
import { readExact } from "../model/config-text.js";
import { without } from "../model/run-settings.js";
import { fileErrorText } from "../model/setting-notes.js";
import { ConfigFiles } from "./config-files.js";
import { FormFields } from "./form-fields.js";
import { FormNotes } from "./form-notes.js";
import { NetTable } from "./net-table.js";
import { PresetChoice } from "./preset-choice.js";

const pause = 150; // ms without a key until the server is asked

// The settings of a run as a form. The server says what they mean while they are
// typed.
export class SettingsForm {
  // nameOf(run) is a run's name.
  constructor(form, nameOf) {
    const find = (selector) => form.querySelector(selector);
    this.asked = 0;
    this.fields = new FormFields(form, { edited: () => this.check(), nameOf });
    this.notes = new FormNotes(form);
    this.table = new NetTable(find(".RunForm-network"), find(".RunForm-summary"));
    this.presets = new PresetChoice(find("#run-presets"), find("#run-preset-about"), ({ name, config }) => this.fill({ ...without(config, "pace"), name: this.fields.values.name }, { preset: name }));
    this.architectures = new PresetChoice(find("#run-architectures"), null, ({ name }) => this.write(name));
    find("#run-spell").addEventListener("click", () => this.table.isStale || this.write(this.table.text));
    new ConfigFiles(form, { load: (text) => this.load(text), save: () => this.complete() });
    form.addEventListener("input", (event) => this.edited(event.target.name));
  }

  // offer shows what there is to choose from.
  offer({ data, architectures, runs }) {
    this.fields.offer(data);
    this.presets.update({ presets: runs });
    this.architectures.update({ presets: architectures });
  }

  // fill shows a configuration: a preset's, a branch's that stays one, or any.
  fill(config, { preset = "", isBranch = false } = {}) {
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
}
