import { readPicture } from "./api.js";
import { Lru } from "./model/lru.js";

// kept is the number of decoded pictures that are held, of about 1 MB each.
const kept = 60;

// The pictures of kept steps, loaded once. Of those asked for with load, only
// the newest step goes on loading.
export class StepPictures {
  constructor() {
    this.cache = new Lru(kept);
    this.asking = null;
  }

  clear() {
    this.cancel();
    this.cache.clear();
  }

  // load calls show(level, picture) for each of the asked pictures {level, view,
  // …} as it arrives, or fail(level, error), unless others are asked for before.
  load(run, step, asked, show, fail) {
    this.cancel();
    const asking = new AbortController();
    this.asking = asking;
    return Promise.all(
      asked.map(async (one) => {
        try {
          const picture = await this.read(run, step, one, asking.signal);
          if (asking === this.asking) show(one.level, picture);
        } catch (error) {
          if (asking === this.asking) fail(one.level, error);
        }
      }),
    );
  }

  cancel() {
    this.asking?.abort();
    this.asking = null;
  }

  // preload gets steps that are likely to be wanted next.
  async preload(run, steps, asked) {
    const { signal } = this.asking ?? new AbortController();
    for (const step of steps) {
      for (const one of asked) {
        if (signal.aborted) return;
        await this.read(run, step, one, signal).catch(() => null);
      }
    }
  }

  // read returns a picture {header, bitmap}. Those of drawings are not held.
  async read(run, step, asked, signal) {
    const key = `${run}/${step}?${new URLSearchParams(asked)}`;
    const held = this.cache.get(key);
    if (held) return held;
    const { header, image } = await readPicture(run, step, asked, signal);
    const picture = { header, bitmap: await createImageBitmap(image) };
    if (!asked.shown) this.cache.set(key, picture);
    return picture;
  }
}
