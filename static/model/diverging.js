// The diverging map of weights: negative is dark, zero neutral, positive light.

const channels = (colour) => colour.match(/[\d.]+/g).slice(0, 3).map(Number);

// divergingMap returns the colour [r, g, b] of a share from −1 to 1, between an
// odd number of stops "rgb(…)" from the most negative to the most positive.
export function divergingMap(stops) {
  const colours = stops.map(channels);
  const last = colours.length - 1;
  return (share) => {
    const place = ((Math.min(Math.max(share, -1), 1) + 1) / 2) * last;
    const i = Math.min(Math.floor(place), last - 1);
    return colours[i].map((from, channel) => Math.round(from + (colours[i + 1][channel] - from) * (place - i)));
  };
}

// limitOf is the largest size of the values, which a map spans to both sides.
// What is no number is left out.
export function limitOf(values) {
  let limit = 0;
  for (const value of values) if (Math.abs(value) > limit) limit = Math.abs(value);
  return limit;
}

// isBright says whether dark text can be read on a colour, by WCAG's luminance.
export function isBright(colour) {
  const [r, g, b] = colour.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179;
}
