import { element, setText } from "../element.js";
import { count, percent } from "../model/format.js";
import { bytesOf } from "../model/lesson-maths.js";
import { batchText, brief, fixed, large } from "../model/lesson-text.js";
import { BatchImages } from "./batch-images.js";

// Station 7: the images of this batch, the epoch, and what it all costs.
export class StationBatch {
  constructor(el) {
    const find = (name) => el.querySelector(`[data-${name}]`);
    Object.assign(this, { numbers: find("numbers"), progress: find("progress"), progressText: find("progress-text"), caption: find("batch-caption"), readout: find("readout"), costs: el.querySelector(".CostTable tbody") });
    this.images = new BatchImages(find("batch"), (i) => setText(this.readout, batchText(this.lesson.batch.members[i], this.lesson.network.classes)));
  }

  update({ lesson }) {
    const { batch, cost, network } = lesson;
    if (lesson === this.lesson) return;
    this.lesson = lesson;
    setText(this.numbers, `⌈${count(batch.images)} / ${count(batch.size)}⌉ = ${count(batch.batches)}`);
    this.progress.value = batch.number / batch.batches;
    setText(this.progressText, `Batch ${count(batch.number)} of ${count(batch.batches)} in epoch ${count(batch.epoch)}`);
    const wrong = batch.members.filter(({ label, prediction }) => label !== prediction).length;
    const shown = batch.members.length < batch.size ? `The first ${count(batch.members.length)} of ${count(batch.size)} images` : `The ${count(batch.size)} images`;
    setText(this.caption, `${shown} of this batch${batch.varied ? ", each changed a little at random" : ""}. ${count(wrong)} are read wrongly before the step, and framed. Mean error ${fixed(batch.loss)}, accuracy ${percent(batch.accuracy)}.`);
    setText(this.readout, "Point at an image, or use the arrow keys on them, to read what the net said of it.");
    this.images.update({ members: batch.members, pixels: bytesOf(batch.pixels), shape: network.input });
    this.tell(cost, batch);
  }

  // tell puts the costs into a table; the times follow from how long this step took.
  tell({ forward, backward, step, epoch, secondsPerEpoch, cores }, { size, images }) {
    const image = secondsPerEpoch ? secondsPerEpoch / images : NaN;
    const rows = [
      ["one image forward", forward, NaN],
      ["one image backward", backward, NaN],
      ["one image, both ways", forward + backward, image],
      [`one step of ${count(size)} images`, step, image * size],
      ["one epoch", epoch, secondsPerEpoch ?? NaN],
    ];
    this.costs.replaceChildren(...rows.map(([name, multiplications, seconds]) =>
      element("tr", {}, element("th", { scope: "row", textContent: name }), element("td", { textContent: large(multiplications) }), element("td", { textContent: brief(seconds) }), element("td", { textContent: brief(seconds * cores) }))));
    const speed = image > 0 ? `${count(1 / image)} images a second on ${cores} ${cores === 1 ? "core" : "cores"}: ${large((forward + backward) / image / cores)} multiplications a second on each.` : "The time of this step was too short to be measured.";
    this.costs.append(element("tr", { className: "CostTable-speed" }, element("td", { colSpan: 4, textContent: speed })));
  }

  draw() {
    this.images.draw();
  }
}
