import { readPicture } from "./api.js";
import { Lru } from "./model/lru.js";

// kept is the number of decoded pictures that are held, of about 1 MB each.
const kept = 60;

// The pictures of kept steps, loaded once. Of those asked for with load, only
// the newest step goes on loading.
export class StepPictures {
  constructor() {
    this.cache = new Lru(kept);
    this.asked = null;
  }

  // load calls show(level, picture) for each level as it arrives, or
  // fail(level, error), unless another step is asked for before.
  load(run, step, levels, show, fail) {
    this.cancel();
    const asked = new AbortController();
    this.asked = asked;
    return Promise.all(
      levels.map(async (level) => {
        try {
          const picture = await this.read(run, step, level, asked.signal);
          if (asked === this.asked) show(level, picture);
        } catch (error) {
          if (asked === this.asked) fail(level, error);
        }
      }),
    );
  }

  cancel() {
    this.asked?.abort();
    this.asked = null;
  }

  // preload gets steps that are likely to be wanted next.
  async preload(run, steps, levels) {
    const { signal } = this.asked ?? new AbortController();
    for (const step of steps) {
      for (const level of levels) {
        if (signal.aborted) return;
        await this.read(run, step, level, signal).catch(() => null);
      }
    }
  }

  async read(run, step, level, signal) {
    const key = `${run}/${step}/${level}`;
    const held = this.cache.get(key);
    if (held) return held;
    const { header, image } = await readPicture(run, step, level, signal);
    const picture = { header, bitmap: await createImageBitmap(image) };
    this.cache.set(key, picture);
    return picture;
  }
}
