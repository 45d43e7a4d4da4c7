import { element, setText } from "../element.js";
import { configOf, valuesOf, without } from "../model/run-settings.js";
import { extrasOf } from "../model/setting-notes.js";

const dataTexts = { "mnist+pen": "MNIST and pen digits", mnist: "MNIST alone" };

// The fields of a run's settings, and what a configuration has beside them.
export class FormFields {
  // edited() is told when something was left out by a button; nameOf(run) is a
  // run's name.
  constructor(form, { edited, nameOf }) {
    Object.assign(this, { form, edited, nameOf, kept: {} });
    this.extras = form.querySelector(".RunForm-extras");
  }

  // offer tells which sets of images there are.
  offer(data) {
    this.control("data").append(...data.map((name) => element("option", { value: name, textContent: dataTexts[name] ?? name })));
  }

  control(name) {
    return this.form.elements[name];
  }

  get values() {
    return Object.fromEntries(new FormData(this.form));
  }

  get config() {
    return configOf(this.values, this.kept);
  }

  // fill puts a configuration into the fields; what it lacks is as usual, but
  // the pace stays. A branch that stays one cannot become a run of its own.
  fill(config, staysBranch = false) {
    this.staysBranch = staysBranch;
    const stays = { pace: this.control("pace").value, paceSteps: this.control("paceSteps").value };
    const { values, kept } = valuesOf(config);
    this.kept = kept;
    this.form.reset();
    for (const [name, value] of Object.entries({ ...stays, ...values })) put(this.control(name), value);
    this.arrange();
  }

  // arrange shows the fields that the others leave open, and what is beside them.
  arrange() {
    const { from } = this.kept;
    this.form.classList.toggle("is-branch", Boolean(from));
    const is = (name, value) => this.control(name).value === value;
    for (const field of this.form.querySelectorAll("[data-only]")) enable(field, !from);
    enable(this.form.querySelector("#run-own"), !from && is("augmentation", "own"));
    enable(this.form.querySelector("#run-momentum-field"), !from && is("optimizer", "sgd"));
    this.control("paceSteps").hidden = !is("pace", "fixed");
    setText(this.form.querySelector("[type=submit]"), from ? "Start the branch" : "Start the run");
    const extras = extrasOf(this.staysBranch ? without(this.kept, "from") : this.kept, from && this.nameOf(from.run));
    this.extras.replaceChildren(...extras.map(({ key, text, action }) =>
      element("li", {}, text, " ", element("button", { className: "Button Button--compact", type: "button", textContent: action, onclick: () => this.leaveOut(key) }))));
  }

  leaveOut(key) {
    this.kept = without(this.kept, key);
    this.arrange();
    this.edited();
  }

  // change follows a field that was changed: who wants an augmentation of one's
  // own begins with the usual one.
  change(name) {
    const own = [...this.form.querySelectorAll("#run-own input")];
    if (name === "augmentation" && this.control(name).value === "own" && own.every(({ value }) => !value)) {
      for (const control of own) control.value = this.augmentation?.[control.name.split(".")[1]] ?? "";
    }
    this.arrange();
  }

  // update shows in empty fields what they mean in a completed configuration.
  update(config) {
    this.augmentation = config.augmentation;
    for (const control of this.form.querySelectorAll("[data-usual]")) {
      const usual = control.name === "name" ? undefined : config[control.name];
      control.placeholder = usual ?? control.dataset.usual;
    }
  }
}

// put sets a control; a select gets a choice that it lacks, so that the server
// can say what is wrong with it.
function put(control, value) {
  const lacks = control.matches("select") && ![...control.options].some((option) => option.value === value);
  if (lacks) control.append(element("option", { value, textContent: value }));
  control.value = value;
}

function enable(part, isThere) {
  part.hidden = !isThere;
  for (const control of part.querySelectorAll("input, select, textarea")) control.disabled = !isThere;
}
