import { count } from "./format.js";

// batchText says what a picture of a batch shows.
export function batchText({ units, size, batch, batches, epoch, varied, beyond }) {
  const which = `Batch ${count(batch)} of ${count(batches)}, epoch ${count(epoch)}`;
  const images = units < size ? `${count(units)} of ${count(size)} images` : `all ${count(size)} images`;
  const how = varied ? ", changed at random" : "";
  return `${beyond ? "If it trains on: " : ""}${which}: ${images}${how}.`;
}
