import { element } from "../element.js";
import { writeExact } from "../model/config-text.js";

// The configuration of a form as a file: saved, chosen, or dropped on it.
export class ConfigFiles {
  // handlers: load(text), save() that returns the configuration to be saved, or
  // null.
  constructor(form, handlers) {
    const find = (id) => form.querySelector(`#${id}`);
    const input = find("run-file");
    find("run-load").addEventListener("click", () => input.click());
    find("run-save").addEventListener("click", async () => save(await handlers.save()));
    const read = async (file) => file && handlers.load(await file.text());
    input.addEventListener("change", () => {
      const [file] = input.files;
      input.value = ""; // the same file can be chosen again
      read(file);
    });
    form.addEventListener("dragover", (event) => event.dataTransfer.types.includes("Files") && event.preventDefault());
    form.addEventListener("drop", (event) => {
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      read(event.dataTransfer.files[0]);
    });
  }
}

function save(config) {
  if (!config) return;
  const address = URL.createObjectURL(new Blob([writeExact(config, 2), "\n"], { type: "application/json" }));
  const name = (config.name ?? "run").toLowerCase().replace(/[^a-z0-9]+/g, "-");
  element("a", { href: address, download: `filterscope-${name}.json` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
