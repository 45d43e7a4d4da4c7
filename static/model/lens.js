import { choicesOf, defaultViews, levelNames } from "./level-view.js";

// The lens: how the levels are looked at, apart from the step. In an address
// only what differs from the usual is named, as in
// view=mid-patches.high-projection-gradient&order=class-3.
//
//   views      a choice per level
//   by         order of the units: "index", "change" or "class"
//   classIndex the class that units are selective for
//   show       "all", "alive" or "pinned" units
//   untrained  whether with the weights of step 0
//   image      of the feature maps: an index in the test set, "drawing", or null
//              for the first of the fixed digits
//   scale      of the timeline: "log" or "epochs"
export const usualLens = { views: defaultViews, by: "index", classIndex: 0, show: "all", untrained: false, image: null, scale: "log" };

// readLens returns the lens of an address's query. What makes no sense is as
// usual.
export function readLens(query) {
  const views = { ...defaultViews };
  for (const part of (query.get("view") ?? "").split(".")) {
    const [level, ...choice] = part.split("-");
    if (choicesOf(level)?.some((one) => one.choice === choice.join("-"))) views[level] = choice.join("-");
  }
  const [, byClass] = /^class-(\d+)$/.exec(query.get("order") ?? "") ?? [];
  return {
    views,
    by: byClass ? "class" : query.get("order") === "change" ? "change" : "index",
    classIndex: Number(byClass ?? 0),
    show: ["alive", "pinned"].find((show) => show === query.get("show")) ?? "all",
    untrained: query.get("untrained") === "1",
    image: query.get("image") === "drawing" ? "drawing" : /^\d+$/.test(query.get("image") ?? "") ? Number(query.get("image")) : null,
    scale: query.get("steps") === "epochs" ? "epochs" : "log",
  };
}

// writeLens puts a lens into a query. Of a drawing only that it is looked at: the
// drawing itself belongs to the tab.
export function writeLens(query, { views, by, classIndex, show, untrained, image, scale }) {
  const unusual = levelNames.filter((level) => views[level] !== defaultViews[level]);
  set(query, "view", unusual.map((level) => `${level}-${views[level]}`).join("."));
  set(query, "order", { index: "", change: "change", class: `class-${classIndex}` }[by]);
  set(query, "show", show === "all" ? "" : show);
  set(query, "untrained", untrained ? "1" : "");
  set(query, "image", image ?? "");
  set(query, "steps", scale === "log" ? "" : scale);
}

function set(query, name, value) {
  if (value === "") query.delete(name);
  else query.set(name, value);
}
