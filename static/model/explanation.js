// Where the net looked: one number for each pixel, above 0 for what speaks for a
// class, below for what speaks against it.

export const methods = [
  { method: "gradient", text: "gradient", about: "how the answer changes with each pixel" },
  { method: "gradcam", text: "Grad-CAM", about: "which places of the last convolution it rests on" },
  { method: "occlusion", text: "occlusion", about: "how far the answer falls when a place is hidden" },
];

// strengths returns the values as shares in −1..1 of the greatest, whose size is
// limit.
export function strengths({ values, range }) {
  const limit = Math.max(Math.abs(range[0]), Math.abs(range[1]));
  return { limit, shares: limit > 0 ? values.map((value) => value / limit) : values.map(() => 0) };
}

// isOf tells whether an explanation is of these pixels.
export const isOf = (explained, pixels) => explained?.length === pixels?.length && explained.every((value, i) => value === pixels[i]);
