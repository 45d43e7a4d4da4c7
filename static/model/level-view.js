// The views of a level: what the server calls them, and how people choose.

const filters = [
  { choice: "filter", text: "Filters", view: "filter", scale: "level" },
  { choice: "filter-unit", text: "Filters, each its own scale", view: "filter", scale: "unit" },
];
const maximization = { choice: "maximization", text: "Maximization", view: "maximization" };
const patches = { choice: "patches", text: "Strongest patches", view: "patches" };
export const rules = [
  { rule: "guided", text: "guided" },
  { rule: "deconvnet", text: "deconvnet" },
  { rule: "gradient", text: "plain gradient" },
];
const projections = rules.map(({ rule, text }) => ({
  choice: rule === "guided" ? "projection" : `projection-${rule}`, text: `Projections, ${text}`, view: "projection", rule,
}));
const maps = { choice: "maps", text: "Feature maps", view: "maps" };

const later = [maximization, patches, ...projections, maps, ...filters];
const choices = {
  low: [...filters, patches, ...projections, maps], mid: later, high: later, classes: [maximization, patches, ...projections],
};

// levelNames are the levels that the dashboard has a panel for.
export const levelNames = Object.keys(choices);

// choicesOf returns what can be chosen for a level, the default first.
export const choicesOf = (level) => choices[level];

export const defaultViews = Object.fromEntries(levelNames.map((level) => [level, choices[level][0].choice]));

// viewOf returns {view, rule, scale} of a level's choice, without those that
// the view does not know.
export function viewOf(level, choice) {
  const { view, rule, scale } = choices[level].find((one) => one.choice === choice) ?? choices[level][0];
  return { view, ...(rule && { rule }), ...(scale && { scale }) };
}

// digits are the test images that the server chose to be shown without any
// wish; imageOf is the one whose feature maps a lens shows.
let digits = [0];
export const useDigits = (chosen) => (digits = chosen);
export const imageOf = ({ image }) => image ?? digits[0];

// pictureOf returns what to ask the server for, for a level as the lens has it:
// the view, whether with the weights of step 0, and the image of feature maps, an
// index in the test set or "drawing".
export function pictureOf(lens, level) {
  const view = viewOf(level, lens.views[level]);
  return { ...view, ...(lens.untrained && { untrained: true }), ...(view.view === "maps" && { image: imageOf(lens) }) };
}

// isStreamed tells whether the stream brings such a picture of the newest
// weights.
export const isStreamed = ({ image }) => image !== "drawing";

// shows tells whether a picture's header is of what is asked for.
export const shows = (header, { view, rule, scale, untrained, image }) =>
  header.view === view && header.rule === rule && header.scale === scale && Boolean(header.untrained) === Boolean(untrained) && header.image === image;

// named returns a header that names the image of its feature maps, which the
// server leaves out for a drawing, and where it is image 0.
export const named = (header, isDrawing = false) => (header.view === "maps" ? { ...header, image: isDrawing ? "drawing" : (header.image ?? 0) } : header);

// streamViews returns what the stream is told: the view of each level that it
// brings.
export const streamViews = (lens) =>
  Object.fromEntries(levelNames.map((level) => [level, pictureOf(lens, level)]).filter(([, picture]) => isStreamed(picture)));
