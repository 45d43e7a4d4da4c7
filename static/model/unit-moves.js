// Which units the arrow keys lead to from a unit's page.

// neighbours returns {previous, next, lower, higher}, each {level, unit} or null:
// the units beside one in its level, and those of the levels nearer to the image
// and to the answer. levels are {name, units} from the image on.
export function neighbours(levels, name, unit) {
  const i = levels.findIndex((level) => level.name === name);
  const beside = (by) => {
    const other = unit + by;
    return other >= 0 && other < levels[i].units ? { level: name, unit: other } : null;
  };
  const beyond = (by) => {
    const level = levels[i + by];
    return level ? { level: level.name, unit: Math.min(unit, level.units - 1) } : null;
  };
  return { previous: beside(-1), next: beside(1), lower: beyond(-1), higher: beyond(1) };
}

// opensByKey tells whether a key is the page's own: pressed alone, and not in a
// control that has a use for it.
export function opensByKey({ altKey, ctrlKey, metaKey, shiftKey, target }) {
  return !(altKey || ctrlKey || metaKey || shiftKey) && !target.closest?.("input, select, textarea, [role=slider]");
}
