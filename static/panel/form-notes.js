import { setAttribute, setText } from "../element.js";
import { pointAt } from "../model/network-text.js";
import { hintsOf, problemsBy, statusText } from "../model/setting-notes.js";

const patience = 500; // ms without a key until a field that is being typed in is called wrong

// What stands below each field of the form: what is wrong, or what it means.
export class FormNotes {
  constructor(form) {
    this.form = form;
    this.problems = {};
    this.hints = {};
    this.status = form.querySelector(".RunForm-status");
    this.message = form.querySelector(".RunForm-message");
    this.word = form.querySelector(".RunForm-word");
    this.notes = [...form.querySelectorAll("[data-of]")];
    this.fields = this.notes.map(({ dataset }) => dataset.of);
    form.addEventListener("change", () => this.settle());
  }

  // update shows a check's answer for the form's values. In the field with the
  // name typing, what is newly wrong is told after a pause.
  update(answer, values, typing) {
    clearTimeout(this.later);
    this.problems = problemsBy(answer.errors, this.fields);
    this.hints = hintsOf(answer, values);
    this.mistake = answer.errors?.find(({ field, from }) => field === "architecture" && from !== undefined);
    this.text = values.architecture || "";
    for (const note of this.notes) {
      const isNew = this.problems[note.dataset.of] && !note.classList.contains("is-wrong");
      if (!(isNew && note.dataset.of === typing)) this.show(note);
    }
    this.later = setTimeout(() => this.settle(), patience);
  }

  // settle tells everything at once.
  settle() {
    clearTimeout(this.later);
    for (const note of this.notes) this.show(note);
    setText(this.message, this.problems[""] ?? "");
    setText(this.status, statusText(this.wrong.map((name) => this.label(name))));
  }

  // complain adds what the server said of a field, or of the whole for "".
  complain(name, problem) {
    this.problems = { ...this.problems, [name]: problem };
    this.settle();
  }

  show(note) {
    const name = note.dataset.of;
    const problem = this.problems[name];
    setText(note, problem ?? this.hints[name] ?? "");
    note.classList.toggle("is-wrong", Boolean(problem));
    for (const control of this.controls(name)) problem ? setAttribute(control, "aria-invalid", true) : control.removeAttribute("aria-invalid");
    if (name === "architecture") this.point(problem ? this.mistake : undefined);
  }

  // point shows the part of the architecture with the word that is wrong.
  point(mistake) {
    if (!mistake) return this.word.replaceChildren();
    const { before, word, after } = pointAt(this.text, mistake.from, mistake.to);
    this.word.replaceChildren(before, Object.assign(document.createElement("mark"), { textContent: word }), after);
  }

  get wrong() {
    return this.fields.filter((name) => this.problems[name]);
  }

  controls(name) {
    return name === "pace" ? [this.form.elements.pace, this.form.elements.paceSteps] : [this.form.elements[name]];
  }

  label(name) {
    return this.controls(name)[0].labels[0].textContent.toLowerCase();
  }

  // focus goes to the first field that is wrong.
  focus() {
    const [first] = this.wrong.flatMap((name) => this.controls(name)).filter((control) => !control.disabled && !control.closest("[hidden]"));
    first?.focus();
  }
}
