import { writeLens } from "./address.js";
import { usualLens } from "./model/lens.js";
import { imageOf, viewOf } from "./model/level-view.js";
import { filmAddress } from "./model/page-address.js";
import { loupe } from "./panel/loupe.js";

// Puts a lens before all that looks through it.
export class Optics {
  // chosen() is told when somebody chose another lens.
  constructor({ bar, panels, timeline, comparison, view, chosen }) {
    Object.assign(this, { bar, panels, timeline, comparison, view, chosen, lens: usualLens });
  }

  // choose takes another lens and keeps it in the address.
  choose(lens) {
    writeLens(lens);
    this.take(lens);
    this.chosen();
  }

  take(lens) {
    this.lens = lens;
    this.bar.update({ lens });
    loupe().update({ image: imageOf(lens.image === "drawing" ? usualLens : lens) });
    this.timeline.update({ scale: lens.scale });
    this.comparison.update({ lens });
    this.view.look(lens);
    this.link();
  }

  // link makes the panels' links to films of what they show.
  link() {
    for (const [level, { el }] of Object.entries(this.panels)) {
      const { view, rule } = viewOf(level, this.lens.views[level]);
      const query = view === "maps" ? {} : { view, rule };
      el.querySelector(".LevelPanel-film").href = filmAddress(this.view.run, level, { ...query, steps: this.lens.scale === "epochs" && "epochs" });
    }
  }
}
