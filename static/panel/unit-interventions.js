import { intervene, startRun } from "../api.js";
import { element, setText } from "../element.js";
import { count } from "../model/format.js";

// What can be done to a unit, and what it means. A lasting one cannot be undone;
// of one that is silenced or frozen the only way on is its release.
const actions = [
  { action: "silence", text: "Silence", done: "silenced", about: "Its weights become zero; the others learn to do without it." },
  { action: "freeze", text: "Freeze", done: "frozen", about: "Its weights stay, while all others go on learning." },
  { action: "reinitialize", text: "Re-initialize", lasting: true, about: "Its weights become random again; what it learned is lost." },
  { action: "release", text: "Release", about: "It learns again; a silenced one gets its weights back." },
];

// Doing something to a unit, in the run or in a branch of it.
export class UnitInterventions {
  // changed(run) is told of a run that was intervened in, started(run) of a
  // branch.
  constructor(el, { changed, started }) {
    Object.assign(this, { el, changed, started, units: [] });
    const find = (name) => el.querySelector(`.Interventions-${name}`);
    Object.assign(this, { state: find("state"), branch: find("branch"), list: find("list"), question: find("question"), message: find("message") });
    this.buttons = actions.map((one) => element("button", { className: "Button", type: "button", textContent: one.text, data: { action: one.action }, onclick: () => this.ask(one) }));
    this.list.append(...actions.map(({ about }, i) => element("li", {}, this.buttons[i], element("span", { textContent: about }))));
    const [yes, no] = this.question.querySelectorAll("button");
    yes.addEventListener("click", () => this.act("reinitialize"));
    no.addEventListener("click", () => this.close());
  }

  // update takes any of: unit, as the API tells it at the step looked at; run,
  // as the stream tells it; and step, the one that a branch begins at.
  update({ unit = this.unit, run = this.run, step = this.step }) {
    Object.assign(this, { unit, run, step });
    setText(this.branch, step === null || step === undefined ? "in a branch" : `in a branch from step ${count(step)}`);
    if (!unit) return;
    const now = run?.units?.find((one) => one.level === unit.layer && one.unit === unit.unit);
    const done = actions.find(({ action }) => action === now?.action)?.done;
    const isClass = unit.kind === "class";
    setText(this.state, isClass ? "A class is an answer: only units before it can be changed." : done ? `${done} since step ${count(now.step)}` : "");
    this.el.dataset.intervention = now?.action ?? "";
    for (const button of this.buttons) button.disabled = this.pending || isClass || (button.dataset.action === "release") !== Boolean(done);
  }

  get inBranch() {
    return this.el.querySelector("[name=where]:checked").value === "branch";
  }

  // ask asks before what cannot be undone in this run.
  ask({ action, lasting }) {
    if (!lasting || this.inBranch) return this.act(action);
    setText(this.question.querySelector("p"), "In this run what the unit has learned is lost from now on. Its past stays in the timeline.");
    this.question.hidden = false;
    this.question.querySelector("button:last-child").focus();
  }

  close() {
    this.question.hidden = true;
  }

  // branchWith is what the API is asked for: a branch at the step looked at, with
  // an epoch to train if the run itself ends there.
  branchWith(units) {
    const { id, pace, lastStep, epochs } = this.run;
    return { from: { run: id, step: this.step }, pace, units, ...(this.step >= lastStep && { epochs: epochs + 1 }) };
  }

  async act(action) {
    this.close();
    this.pending = true;
    this.update({});
    const units = [{ level: this.unit.layer, unit: this.unit.unit, action }];
    try {
      if (this.inBranch) this.started(await startRun(this.branchWith(units)));
      else this.changed(await intervene(this.unit.run, units));
      setText(this.message, "");
    } catch (error) {
      setText(this.message, error.message);
    } finally {
      this.pending = false;
      this.update({});
    }
  }
}
