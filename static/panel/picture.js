import { Lru } from "../model/lru.js";

const decoded = new Lru(200); // promises of images by address

// loadImage returns a decoded image.
export function loadImage(address) {
  let image = decoded.get(address);
  if (!image) {
    const el = new Image();
    el.src = address;
    image = el.decode().then(() => el, () => Promise.reject(new Error("A picture could not be loaded.")));
    image.catch(() => decoded.set(address, undefined));
    decoded.set(address, image);
  }
  return image;
}

// forgetImages is for when the weights of a step have been changed.
export const forgetImages = () => decoded.clear();

// A picture that is replaced only when the next one is there, so that it does
// not flicker.
export class Picture {
  constructor(img) {
    this.img = img;
    this.wanted = "";
  }

  // update resolves when the picture is seen.
  async update({ address, alt }) {
    this.wanted = address;
    await loadImage(address);
    if (this.wanted !== address) return;
    if (this.img.getAttribute("src") !== address) this.img.src = address;
    this.img.alt = alt;
  }

  // show replaces it by a blob.
  async show(blob, alt) {
    const address = URL.createObjectURL(blob);
    const old = this.img.src;
    const next = new Image();
    next.src = address;
    await next.decode().catch(() => null);
    Object.assign(this.img, { src: address, alt });
    if (old.startsWith("blob:")) URL.revokeObjectURL(old);
  }
}
