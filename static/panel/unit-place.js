import { testImageAddress } from "../api.js";
import { setAttribute, setText } from "../element.js";
import { count, number } from "../model/format.js";
import { fieldAt, fieldText } from "../model/field.js";
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

  // update takes unit, as the API tells it; patch, of its patches, or null; and
  // classes, their names.
  async update({ unit, patch, classes }) {
    const place = patch ?? unit.place;
    const size = unit.input.slice(0, 2);
    const sees = fieldText(unit.field, place, size);
    const name = patch && (classes[patch.label] ?? patch.label);
    const what = patch ? `Image ${count(patch.image)} of the ${unit.probe.set} set, a ${name}: the unit's value is ${number(patch.value)}. ` : "";
    this.wanted = patch;
    const image = patch && unit.probe.set === "test" ? await loadImage(testImageAddress(patch.image)).catch(() => null) : null;
    if (this.wanted !== patch) return;
    drawField(this.canvas, image, size, fieldAt(unit.field, place), side);
    setText(this.text, what + sees);
    setAttribute(this.canvas, "aria-label", `${patch ? `Test image ${patch.image}, a ${name}` : "The image"}, with the unit's receptive field framed`);
  }
}
