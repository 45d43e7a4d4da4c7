import assert from "node:assert/strict";
import test from "node:test";
import { Backoff } from "../model/backoff.js";
import { parseBinary } from "../model/binary-message.js";
import { Latest } from "../model/latest.js";
import { Lru } from "../model/lru.js";

function message(header, payload) {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(4 + text.length + payload.length);
  new DataView(bytes.buffer).setUint32(0, text.length);
  bytes.set(text, 4);
  bytes.set(payload, 4 + text.length);
  return bytes.buffer;
}

test("a binary message is a header and a payload", () => {
  const { header, payload } = parseBinary(message({ type: "picture", alt: "5×5" }, [137, 80, 78]));
  assert.deepEqual(header, { type: "picture", alt: "5×5" });
  assert.deepEqual([...payload], [137, 80, 78]);
});

test("a binary message that is cut off is an error", () => {
  assert.throws(() => parseBinary(new ArrayBuffer(3)), RangeError);
  assert.throws(() => parseBinary(message({ type: "picture" }, []).slice(0, 12)), RangeError);
});

test("waits double up to the longest, with jitter, and start again", () => {
  const longest = new Backoff({ random: () => 1 });
  assert.deepEqual([1, 2, 3, 4, 5, 6, 7, 8].map(() => longest.wait()), [250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  longest.reset();
  assert.equal(longest.wait(), 250);
  assert.equal(new Backoff({ random: () => 0 }).wait(), 125);
});

test("of the jobs that wait, only the newest runs", async () => {
  const latest = new Latest();
  const ran = [];
  let release;
  const first = latest.run(() => new Promise((done) => { ran.push(1); release = done; }));
  latest.run(async () => ran.push(2));
  latest.run(async () => ran.push(3));
  release();
  await first;
  assert.deepEqual(ran, [1, 3]);
});

test("a failed job does not block the next", async () => {
  const latest = new Latest();
  await assert.rejects(latest.run(async () => { throw new Error("no"); }));
  let ran = false;
  await latest.run(async () => { ran = true; });
  assert.ok(ran);
});

test("what was used last is kept", () => {
  const cache = new Lru(2);
  cache.set("a", 1);
  cache.set("b", 2);
  cache.get("a");
  cache.set("c", 3);
  assert.deepEqual(["a", "b", "c"].map((key) => cache.get(key)), [1, undefined, 3]);
});
