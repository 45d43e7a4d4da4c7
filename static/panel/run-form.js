import { startRun } from "../api.js";
import { setText } from "../element.js";
import { fieldOf, startBody } from "../model/run-text.js";

const numeric = new Set(["seed", "epochs", "batchSize", "learningRate", "momentum", "validation", "targetAccuracy"]);

// The dialog that starts a run with other settings, or a branch of the one that
// is shown.
export class RunForm {
  // openers are the buttons {create, branch}; where() returns {run, step}, the
  // run that is shown and the step looked at; started(run) is told of the new
  // one.
  constructor(dialog, openers, { where, started }) {
    Object.assign(this, { dialog, where, started });
    this.form = dialog.querySelector("form");
    this.title = dialog.querySelector("h2");
    this.message = dialog.querySelector(".RunForm-message");
    this.submit = dialog.querySelector("[type=submit]");
    openers.create.addEventListener("click", () => this.show(null));
    openers.branch.addEventListener("click", () => this.show(this.where()));
    dialog.querySelector(".Dialog-close").addEventListener("click", () => dialog.close());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.form.addEventListener("input", (event) => this.complain(event.target.name, ""));
  }

  // show opens the form; from is {run, step} for a branch, null for a new run.
  // What was typed before stays.
  show(from) {
    this.from = from;
    setText(this.title, from ? `Branch of ${from.run.name} at step ${from.step.toLocaleString("en")}` : "New run");
    setText(this.submit, from ? "Start the branch" : "Start the run");
    for (const field of this.form.querySelectorAll("[data-only]")) {
      field.hidden = (field.dataset.only === "new") === Boolean(from);
      for (const control of field.querySelectorAll("input, select")) control.disabled = field.hidden;
    }
    const { run } = this.where();
    for (const name of ["learningRate", "batchSize", "epochs"]) this.form.elements[name].placeholder = from ? run[name] : this.form.elements[name].dataset.usual;
    this.complain("", "");
    this.dialog.showModal();
  }

  async send() {
    const { run } = this.where();
    const body = startBody(Object.fromEntries(new FormData(this.form)), numeric);
    body.pace = run.pace;
    if (this.from) body.from = { run: this.from.run.id, step: this.from.step };
    this.submit.disabled = true;
    try {
      const started = await startRun(body);
      this.dialog.close();
      this.form.reset();
      this.started(started);
    } catch (error) {
      const [field, problem] = fieldOf(error.message, [...this.form.elements].map(({ name }) => name));
      this.complain(field, problem);
    } finally {
      this.submit.disabled = false;
    }
  }

  // complain says what is wrong with a field, or with the whole for "".
  complain(name, problem) {
    for (const note of this.form.querySelectorAll(".RunForm-problem")) {
      if (!name || note.dataset.of === name) setText(note, note.dataset.of === name ? problem : "");
    }
    setText(this.message, name ? "" : problem);
    const control = name && this.form.elements[name];
    for (const other of this.form.elements) {
      if (other === control) other.setAttribute("aria-invalid", Boolean(problem));
      else if (problem || !name) other.removeAttribute("aria-invalid");
    }
    if (problem) control?.focus?.();
  }
}
