import assert from "node:assert/strict";
import { test } from "node:test";
import { readLens, usualLens, writeLens } from "../model/lens.js";
import { choicesOf, levelNames, named, pictureOf, shows, streamViews } from "../model/level-view.js";
import { dashboardAddress, filmAddress, unitAddress } from "../model/page-address.js";

const written = (lens) => {
  const query = new URLSearchParams("step=3");
  writeLens(query, lens);
  return query.toString();
};

test("the usual lens leaves no trace in the address, any other comes back from it", () => {
  assert.equal(written(usualLens), "step=3");
  assert.deepEqual(readLens(new URLSearchParams("step=3")), usualLens);
  const lens = {
    views: { low: "filter-unit", mid: "patches", high: "projection-gradient", classes: "maximization" },
    by: "class", classIndex: 3, show: "alive", untrained: true, image: 17, scale: "epochs",
  };
  assert.equal(written(lens), "step=3&view=low-filter-unit.mid-patches.high-projection-gradient&order=class-3&show=alive&untrained=1&image=17&steps=epochs");
  assert.deepEqual(readLens(new URLSearchParams(written(lens))), lens);
});

test("every choice of every level comes back from the address", () => {
  for (const level of levelNames) {
    for (const { choice } of choicesOf(level)) {
      const lens = { ...usualLens, views: { ...usualLens.views, [level]: choice } };
      assert.deepEqual(readLens(new URLSearchParams(written(lens))), lens);
    }
  }
});

test("nonsense in an address is as usual, and of a drawing only that it is looked at is kept in it", () => {
  assert.deepEqual(readLens(new URLSearchParams("view=low-maximization.deep-maps.mid-&order=class-x&show=none&untrained=yes&image=-1&steps=days")), usualLens);
  assert.equal(written({ ...usualLens, image: "drawing" }), "step=3&image=drawing");
  assert.equal(readLens(new URLSearchParams("image=drawing")).image, "drawing");
});

test("a picture is asked for with what its view knows", () => {
  assert.deepEqual(pictureOf(usualLens, "low"), { view: "filter", scale: "level" });
  assert.deepEqual(pictureOf({ ...usualLens, untrained: true, image: 4 }, "mid"), { view: "maximization", untrained: true });
  const maps = { ...usualLens, image: 4, views: { ...usualLens.views, high: "maps" } };
  assert.deepEqual(pictureOf(maps, "high"), { view: "maps", image: 4 });
  assert.deepEqual(streamViews({ ...usualLens, views: { ...usualLens.views, high: "projection-gradient" } }).high, { view: "projection", rule: "gradient" });
});

test("feature maps of a drawing do not come by the stream, all else does", () => {
  const lens = { ...usualLens, views: { ...usualLens.views, high: "maps" } };
  assert.deepEqual(Object.keys(streamViews(lens)), levelNames);
  assert.deepEqual(Object.keys(streamViews({ ...lens, image: "drawing" })), ["low", "mid", "classes"]);
});

test("a picture of another view, rule, scale, image or weights is not shown", () => {
  const asked = { view: "projection", rule: "gradient" };
  assert.ok(shows({ view: "projection", rule: "gradient", step: 3 }, asked));
  assert.ok(!shows({ view: "projection", rule: "guided" }, asked));
  assert.ok(!shows({ view: "patches" }, asked));
  assert.ok(!shows({ view: "filter", scale: "level" }, { view: "filter", scale: "unit" }));
  assert.ok(!shows({ ...asked, untrained: true }, asked));
  assert.ok(shows(named({ view: "maps" }), { view: "maps", image: 0 }));
  assert.ok(!shows(named({ view: "maps" }, true), { view: "maps", image: 0 }));
});

test("addresses name only what is known", () => {
  assert.equal(dashboardAddress("a b", { step: 0 }), "/runs/a%20b?step=0");
  assert.equal(unitAddress("r", "conv2", 3, { step: null, rule: "gradient", untrained: false }), "/runs/r/units/conv2/3?rule=gradient");
  assert.equal(filmAddress("r", "mid"), "/runs/r/film/mid");
});
