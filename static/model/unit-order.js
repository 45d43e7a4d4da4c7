// The order in which a level's units are seen, as a list of units: what is drawn,
// pointed at and moved through is a place in it.

// unitOrder returns the units to show, in order. by is "index", "change" or
// "class": the change of the weights or the selectivity for a class comes first,
// the largest first, and dead units last. Pinned units are before all others.
// show is "all", "alive" or "pinned"; an array that is not known leaves the
// index.
export function unitOrder({ units, by = "index", classIndex = 0, show = "all", change, selectivity, dead = [], pins = new Set() }) {
  const isDead = new Set(dead);
  const values = { change: (unit) => change?.[unit], class: (unit) => selectivity?.[unit]?.[classIndex] };
  const shown = { all: () => true, alive: (unit) => !isDead.has(unit), pinned: (unit) => pins.has(unit) };
  const first = (has, a, b) => has(b) - has(a);
  const byValue = values[by] && ((a, b) => first((unit) => !isDead.has(unit), a, b) || descending(values[by](a), values[by](b)));
  return Array.from({ length: units }, (_, unit) => unit)
    .filter(shown[show])
    .sort((a, b) => first((unit) => pins.has(unit), a, b) || byValue?.(a, b) || a - b);
}

const descending = (a, b) => (b ?? -Infinity) - (a ?? -Infinity) || 0;
