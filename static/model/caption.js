import { probeText } from "./unit-text.js";

// What a level's panel says below its picture.

const rules = { guided: "guided backpropagation", deconvnet: "the deconvnet rule", gradient: "the plain gradient" };

// captionOf describes a picture by its header and its level.
export function captionOf(header, { receptiveField, filter } = {}) {
  const { level, layer, units, view, scale, rule, probe } = header;
  const field = receptiveField?.slice(0, 2).join("×");
  const images = probe ? probeText(probe) : "the images";
  const isClasses = level === "classes";
  return {
    filter: () => `${layer}: ${units} filters${filter ? ` of ${filter.slice(0, 2).join("×")}` : ""}. Light adds${level === "low" ? " ink, dark takes it away" : ", dark takes away"}${scale === "unit" ? ", each on its own scale" : ""}.`,
    maximization: () => isClasses ? "What the net now holds for each class." : `${layer}: the ${field ? `${field} pixels` : "picture"} that drive each of ${units} units most.`,
    patches: () => isClasses ? `The images most like each class, of ${images}.` : `${layer}: what excites each unit most in ${images}, framed by label.`,
    projection: () => `${isClasses ? "What speaks for each class" : `${layer}: what drives each unit in its patches`}, by ${rules[rule]}.`,
    maps: () => `${layer}: what each unit makes of ${mapsOf(header)}.`,
  }[view]();
}

// mapsOf names the image of feature maps.
export const mapsOf = ({ image }) => (image === "drawing" ? "your drawing" : `test image ${image.toLocaleString("en")}`);
