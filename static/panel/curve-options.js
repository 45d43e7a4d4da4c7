const fields = ["axis", "xLog", "lossLog", "accuracyLog", "per", "smoothing"];

// The form that says how the curves are looked at, but for zoom and runs.
export class CurveOptions {
  // changed(values) is told of every choice.
  constructor(form, changed) {
    this.form = form;
    form.addEventListener("submit", (event) => event.preventDefault());
    for (const field of fields.map((name) => form.elements[name])) field.addEventListener(field.type === "range" ? "input" : "change", () => changed(this.values));
  }

  get values() {
    const value = ({ type, value, checked }) => (type === "checkbox" ? checked : type === "range" ? Number(value) : value);
    return Object.fromEntries(fields.map((name) => [name, value(this.form.elements[name])]));
  }

  // update shows a view. Means of epochs are not smoothed.
  update(view) {
    for (const name of fields) {
      const field = this.form.elements[name];
      if (field.type === "checkbox") field.checked = view[name];
      else field.value = view[name];
    }
    this.form.elements.smoothing.disabled = view.per === "epoch";
  }
}
