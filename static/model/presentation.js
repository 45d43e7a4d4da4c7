import { choicesOf, defaultViews, levelNames, viewOf } from "./level-view.js";

// What a presenter shows, as the API has it.

// presentedLens returns a lens for everyone. Pins and drawings are in the
// presenter's browser only, so all units and the first digit are shown instead.
export const presentedLens = ({ views, by, classIndex, show, untrained, image, scale }) => ({
  views: Object.fromEntries(levelNames.map((level) => [level, viewOf(level, views[level])])),
  by, classIndex, show: show === "pinned" ? "all" : show, untrained, image: image === "drawing" ? null : image, scale,
});

// lensOf returns the lens of what is presented. A view that this page does not
// know is the usual one.
export const lensOf = ({ views, by, classIndex, show, untrained, image, scale }) => ({
  views: Object.fromEntries(levelNames.map((level) => [level, choiceOf(level, views?.[level])])),
  by, classIndex, show, untrained, image, scale,
});

function choiceOf(level, asked) {
  const isAsked = ({ choice }) => ["view", "rule", "scale"].every((name) => viewOf(level, choice)[name] === asked?.[name]);
  return choicesOf(level).find(isAsked)?.choice ?? defaultViews[level];
}

export const isSameLens = (a, b) => JSON.stringify(presentedLens(a)) === JSON.stringify(presentedLens(b)) && a.show === b.show && a.image === b.image;
