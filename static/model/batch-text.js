import { count } from "./format.js";

// batchText says which batch a picture shows.
export function batchText({ batch, batches, epoch, varied, beyond }) {
  const which = `atch ${count(batch)} of ${count(batches)}, epoch ${count(epoch)}`;
  return `${beyond ? "If it trains on: b" : "B"}${which}${varied ? ", changed at random" : ""}.`;
}

// batchCount says how many of its images are shown.
export const batchCount = ({ units, size }) => (units < size ? `${count(units)} of ${count(size)}` : `all ${count(size)}`);
