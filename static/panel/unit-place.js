import { testImageAddress } from "../api.js";
import { element, setAttribute, setText } from "../element.js";
import { count, number } from "../model/format.js";
import { fieldAt, fieldText, growthText } from "../model/field.js";
import { drawField } from "./field-picture.js";
import { loadImage } from "./picture.js";

const side = 196; // CSS pixels

// Where a patch is: the whole digit, the receptive field on it, and the
// arithmetic that tells it.
export class UnitPlace {
  constructor(el) {
    this.canvas = el.querySelector("canvas");
    this.text = el.querySelector("figcaption");
  }

  // update takes unit, as the API tells it; patch, of its patches, or null;
  // picture, where its picture is; and classes, their names. Of a training image
  // only the patch is at hand.
  async update({ unit, patch, picture, classes }) {
    const place = patch ?? unit.place;
    const size = unit.input.slice(0, 2);
    const sees = fieldText(unit.field, place, size);
    const name = patch && (classes[patch.label] ?? patch.label);
    const what = patch ? `Image ${count(patch.image)} of the ${setName(unit)} set, a ${name}: the unit's value is ${number(patch.value)}. ` : "";
    this.wanted = patch;
    const image = !patch ? null : unit.probe.set === "test" ? await loadImage(testImageAddress(patch.image)).catch(() => null) : alone(patch, picture, unit);
    if (this.wanted !== patch) return;
    drawField(this.canvas, image, size, fieldAt(unit.field, place), side);
    setText(this.text, [what + sees, growthText(unit.growth)].filter(Boolean).join(" "));
    setAttribute(this.canvas, "aria-label", `${patch ? `Image ${patch.image} of the ${setName(unit)} set, a ${name}` : "The image"}, with the unit's receptive field framed`);
  }
}

const setName = ({ probe }) => (probe.set === "train" ? "training" : probe.set);

// alone draws a patch, without its frame, at its place in an empty image.
function alone({ top, left }, { sheet, x, y }, { input: [height, width], field }) {
  const canvas = element("canvas", { width, height });
  canvas.getContext("2d").drawImage(sheet, x + 1, y + 1, field.width, field.height, left, top, field.width, field.height);
  return canvas;
}
