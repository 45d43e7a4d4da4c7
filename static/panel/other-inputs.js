import { readDigit } from "../drawing-api.js";
import { setText } from "../element.js";

// The other ways in: a picture from a file, pasted or dropped, and any test
// image by its number.
export class OtherInputs {
  // target is where pictures may be dropped; show({pixels} or {test}) gets what is
  // to be looked at.
  constructor(el, target, show) {
    Object.assign(this, { el, target, show });
    const find = (id) => el.querySelector(`#input-${id}`);
    Object.assign(this, { file: find("file"), test: find("test"), message: el.querySelector(".OtherInputs-message") });
    el.addEventListener("submit", (event) => event.preventDefault());
    find("open").addEventListener("click", () => this.file.click());
    this.file.addEventListener("change", () => this.take(this.file.files));
    this.test.addEventListener("change", () => this.test.validity.valid && this.test.value !== "" && this.choose(Number(this.test.value)));
    find("random").addEventListener("click", () => this.choose(Math.floor(Math.random() * (Number(this.test.max) + 1))));
    addEventListener("paste", (event) => this.take(event.clipboardData?.files, event));
    addEventListener("dragover", (event) => this.hover(event, true));
    addEventListener("dragleave", (event) => event.relatedTarget === null && this.hover(event, false));
    addEventListener("drop", (event) => {
      this.hover(event, false);
      this.take(event.dataTransfer.files, event);
    });
  }

  // update takes any of: dataset, as the stream tells it; and test, the image
  // looked at, or null.
  update({ dataset, test }) {
    if (dataset) this.test.max = dataset.test - 1;
    if (test !== undefined && document.activeElement !== this.test) this.test.value = test ?? "";
  }

  choose(test) {
    setText(this.message, "");
    this.test.value = test;
    this.show({ test });
  }

  hover(event, isOver) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.target.classList.toggle("is-receiving", isOver);
  }

  // take reads the first of some files, which an event brought.
  async take(files, event) {
    const [file] = files ?? [];
    if (!file) return;
    event?.preventDefault();
    setText(this.message, "The picture is being read.");
    try {
      const { pixels, inverted } = await readDigit(file);
      setText(this.message, inverted ? "Dark ink on light: turned into light on dark, as the net knows it." : "");
      this.show({ pixels });
    } catch (error) {
      setText(this.message, error.message);
    } finally {
      this.file.value = "";
    }
  }
}
