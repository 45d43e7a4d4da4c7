import assert from "node:assert/strict";
import { test } from "node:test";
import { usualLens } from "../model/lens.js";
import { choicesOf, levelNames } from "../model/level-view.js";
import { isSameLens, lensOf, presentedLens } from "../model/presentation.js";

// sent is what comes out of JSON.
const sent = (lens) => JSON.parse(JSON.stringify(presentedLens(lens)));

test("every choice of every level comes back from what is presented", () => {
  for (const level of levelNames) {
    for (const { choice } of choicesOf(level)) {
      const lens = { ...usualLens, views: { ...usualLens.views, [level]: choice }, by: "class", classIndex: 4, show: "alive", untrained: true, image: 12, scale: "epochs" };
      assert.deepEqual(lensOf(sent(lens)), lens);
      assert.ok(isSameLens(lensOf(sent(lens)), lens));
    }
  }
});

test("what only the presenter's browser has is not presented", () => {
  const lens = { ...usualLens, show: "pinned", image: "drawing" };
  assert.deepEqual(lensOf(sent(lens)), usualLens);
  assert.ok(!isSameLens(usualLens, lens), "a viewer who looks at pins has to take the presenter's lens");
});

test("a view that the page does not know is the usual one", () => {
  assert.deepEqual(lensOf({ ...sent(usualLens), views: { low: { view: "dream" } } }), usualLens);
});
