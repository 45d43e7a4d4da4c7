// Points on a plane, as {x, y} lists of the same length.

// reach is how far from the centre the map goes, in units of the points' root
// mean square distance from it. It is the same at all steps, so that only the
// points move.
export const reach = 2.7;

// place returns where a point is on a square of a side, with y upwards. What is
// out of reach is on the edge.
export function place(x, y, side) {
  const to = (v) => (Math.min(Math.max(v / reach, -1), 1) + 1) / 2;
  return [to(x) * side, (1 - to(y)) * side];
}

// between mixes two lists of points: those of before at share 0, of after at 1.
// It starts slowly and ends slowly.
export function between(before, after, share) {
  const eased = share * share * (3 - 2 * share);
  const mix = (from, to) => to.map((v, i) => from[i] + (v - from[i]) * eased);
  return { x: mix(before.x, after.x), y: mix(before.y, after.y) };
}

// nearest returns the index of the point that is nearest to a place and nearer
// than most, or -1.
export function nearestPoint({ x, y }, at, most, isShown = () => true) {
  let best = -1;
  let least = most * most;
  for (let i = 0; i < x.length; i++) {
    const d = (x[i] - at.x) ** 2 + (y[i] - at.y) ** 2;
    if (d < least && isShown(i)) [best, least] = [i, d];
  }
  return best;
}

// neighbour returns the index of the nearest point in a direction from another:
// within 45 degrees of it. Without one it is the point itself.
export function neighbour({ x, y }, from, [right, up], isShown = () => true) {
  let best = from;
  let least = Infinity;
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [x[i] - x[from], y[i] - y[from]];
    const along = dx * right + dy * up;
    const across = Math.abs(dx * up) + Math.abs(dy * right);
    const d = dx * dx + dy * dy;
    if (i !== from && along > 0 && across <= along && d < least && isShown(i)) [best, least] = [i, d];
  }
  return best;
}

// centroids returns the mean place of each class's points, null for a class
// without any.
export function centroids({ x, y }, labels, classes) {
  const sums = Array.from({ length: classes }, () => ({ x: 0, y: 0, n: 0 }));
  labels.forEach((label, i) => {
    const sum = sums[label];
    sum.x += x[i];
    sum.y += y[i];
    sum.n++;
  });
  return sums.map(({ x: sx, y: sy, n }) => (n ? { x: sx / n, y: sy / n } : null));
}
