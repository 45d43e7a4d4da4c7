import { changeRun, configAddress, deleteRun, listRuns } from "../api.js";
import { element, setText } from "../element.js";
import { runFacts, runProgress } from "../model/run-text.js";
import { mayChange } from "../permission.js";

const questions = ["Delete this run, with every step that it keeps?", "It cannot be brought back. Delete it for good?"];

// The dialog of all runs: open, rename, compare and delete them.
export class RunList {
  // handlers: open(run), compare(run) with null for nothing, deleted(run),
  // renamed(run) and again(run).
  constructor(dialog, opener, handlers) {
    Object.assign(this, { dialog, opener, on: handlers });
    this.list = dialog.querySelector(".RunList");
    this.message = dialog.querySelector(".RunList-message");
    this.asked = {}; // how often a run's deletion was confirmed
    opener.addEventListener("click", () => this.show());
    dialog.querySelector(".Dialog-close").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => clearInterval(this.timer));
  }

  // show opens the list with what is known of the runs, so that it does not grow
  // below the pointer.
  async show() {
    this.asked = {};
    this.renaming = null;
    if (!this.runs) await this.refresh();
    this.dialog.showModal();
    this.fill();
    this.refresh();
    this.timer = setInterval(() => this.renaming || this.refresh(), 2000);
  }

  // update marks the run that is shown, and the one that it is compared with.
  update({ run = this.run, compared = this.compared }) {
    Object.assign(this, { run, compared });
    if (run) setText(this.opener.querySelector("span"), run.name || run.id);
    if (this.dialog.open && !this.renaming) this.fill();
  }

  // nameOf is a run's name; of one that is not in the list, its id.
  nameOf(id) {
    return [this.run, ...(this.runs ?? [])].find((run) => run?.id === id)?.name ?? id;
  }

  async refresh() {
    await this.attempt(async () => (this.runs = await listRuns()));
    if (this.dialog.open && !this.renaming) this.fill();
  }

  fill() {
    const focused = document.activeElement?.dataset?.focus;
    this.list.replaceChildren(...(this.runs ?? []).map((run) => this.row(run)));
    if (focused) this.list.querySelector(`[data-focus="${focused}"]`)?.focus();
  }

  row(run) {
    const isShown = run.id === this.run?.id;
    const title = this.renaming === run.id ? this.nameField(run) : element("button", {
      className: "RunList-name", type: "button", textContent: run.name || run.id, title: "Show this run", data: { focus: `open-${run.id}` }, onclick: () => this.open(run),
    });
    const origin = run.config?.from && (this.runs.find(({ id }) => id === run.config.from.run)?.name ?? "a deleted run");
    return element("li", { className: `RunList-run${isShown ? " is-shown" : ""}`, data: { run: run.id } },
      element("div", { className: "RunList-text" }, title,
        element("p", { className: "RunList-progress", textContent: runProgress(run) }),
        element("p", { className: "RunList-facts", textContent: runFacts(run, origin) })),
      this.asked[run.id] === undefined ? this.actions(run, isShown) : this.question(run));
  }

  actions(run, isShown) {
    const isCompared = run.id === this.compared;
    return element("div", { className: "RunList-actions" },
      element("a", { className: "Button Button--quiet", href: configAddress(run.id), download: "", textContent: "Config file", title: "Its configuration as it was started, for -config or the form", data: { focus: `Config-${run.id}` } }),
      ...(mayChange() ? [this.button(run, "Again with…", () => this.on.again(run)), this.button(run, "Rename", () => this.rename(run))] : []),
      ...(isShown ? [] : [this.button(run, isCompared ? "Stop comparing" : "Compare", () => this.compare(isCompared ? null : run))]),
      ...(mayChange() ? [this.button(run, "Delete", () => this.ask(run, 0))] : []));
  }

  button(run, text, onclick, className = "Button--quiet") {
    return element("button", { className: `Button ${className}`, type: "button", textContent: text, data: { focus: `${text}-${run.id}` }, onclick });
  }

  // question asks whether a run is to be deleted, twice.
  question(run) {
    const times = this.asked[run.id];
    const yes = times + 1 < questions.length ? () => this.ask(run, times + 1) : () => this.remove(run);
    return element("div", { className: "RunList-question", role: "alert" },
      element("p", { textContent: questions[times] }),
      this.button(run, times ? "Delete for good" : "Delete it", yes, "Button--danger"),
      this.button(run, "Keep it", () => this.ask(run, undefined)));
  }

  ask(run, times) {
    this.asked[run.id] = times;
    this.fill();
    this.list.querySelector(`[data-focus="Keep it-${run.id}"]`)?.focus();
  }

  open(run) {
    this.dialog.close();
    this.on.open(run);
  }

  compare(run) {
    this.dialog.close();
    this.on.compare(run);
  }

  rename(run) {
    this.renaming = run.id;
    this.fill();
    this.list.querySelector(".RunList-rename input").select();
  }

  nameField(run) {
    const input = element("input", { className: "Input", value: run.name, maxLength: 100, required: true, ariaLabel: "Name of the run" });
    const done = () => {
      this.renaming = null;
      this.fill();
    };
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      done();
    });
    const form = element("form", { className: "RunList-rename" }, input, element("button", { className: "Button", textContent: "Save" }));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.attempt(async () => {
        this.on.renamed(await changeRun(run.id, { name: input.value.trim() }));
        done();
        await this.refresh();
      });
    });
    return form;
  }

  remove(run) {
    return this.attempt(async () => {
      await deleteRun(run.id);
      delete this.asked[run.id];
      this.on.deleted(run);
      await this.refresh();
    });
  }

  async attempt(action) {
    try {
      await action();
      setText(this.message, "");
    } catch (error) {
      setText(this.message, error.message);
    }
  }
}
