import assert from "node:assert/strict";
import test from "node:test";
import { batchCount, batchText } from "../model/batch-text.js";

test("a batch is told by its place, its size and what was done to it", () => {
  const batch = { units: 24, size: 128, batch: 18, batches: 469, epoch: 2, varied: true, beyond: false };
  assert.equal(batchText(batch), "Batch 18 of 469, epoch 2, changed at random.");
  assert.equal(batchText({ ...batch, varied: false, beyond: true }), "If it trains on: batch 18 of 469, epoch 2.");
  assert.equal(batchCount(batch), "24 of 128");
  assert.equal(batchCount({ units: 10, size: 10 }), "all 10");
});
