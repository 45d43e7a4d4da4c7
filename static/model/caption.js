import { probeText } from "./unit-text.js";

// What a level's panel says below its picture.

const rules = { guided: "guided backpropagation", deconvnet: "the deconvnet rule", gradient: "the plain gradient" };

// captionOf describes a picture by its header and its level.
export function captionOf(header, { receptiveField, filter } = {}) {
  const { level, layer, units, view, scale, rule, probe, untrained } = header;
  const field = receptiveField?.slice(0, 2).join("×");
  const images = probe ? probeText(probe) : "the images";
  const isClasses = level === "classes";
  const what = {
    filter: `${layer}: ${units} filters${filter ? ` of ${filter.slice(0, 2).join("×")} weights` : ""}. Light adds ink, dark takes it away${scale === "unit" ? "; each has its own scale" : ""}.`,
    maximization: isClasses
      ? "What the net now holds for each class: the image that raises its score above the others most."
      : `${layer}: for each unit the ${field ? `${field} pixels` : "picture"} that drive it most. Bar: how far; tick: the best of ${images}.`,
    patches: isClasses
      ? `For each class the images that it finds most like it, of ${images}.`
      : `${layer}: the patches that excite each unit most, of ${images}, framed by their label.`,
    projection: `${isClasses ? "What of these images speaks for the class" : `${layer}: what of its strongest patches drives each unit`}, by ${rules[rule]}.`,
    maps: `${layer}: what each unit makes of ${mapsOf(header)}.`,
  }[view];
  return untrained ? `Untrained, the weights of step 0. ${what}` : what;
}

// mapsOf names the image of feature maps.
export const mapsOf = ({ image }) => (Number.isInteger(image) && image >= 0 ? `test image ${image.toLocaleString("en")}` : "your drawing");
