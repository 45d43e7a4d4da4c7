import { setText } from "../element.js";
import { captionOf } from "../model/caption.js";
import { count, signed } from "../model/format.js";

// What is said below a level's tiles: what they are, of which step, and what
// their colours and bars stand for.
export class LevelFoot {
  constructor(el) {
    const find = (name) => el.querySelector(`.LevelPanel-${name}`);
    Object.assign(this, { caption: find("caption"), scale: find("scale"), legend: find("legend"), dead: find("dead"), step: find("step") });
    this.ends = el.querySelectorAll(".LevelPanel-scaleEnd");
  }

  // update takes a picture's header, its level as the stream tells it, held, the
  // number of its units that are silenced or frozen, and whether it is live.
  update({ header, level, held, live }) {
    const { step, snapshot, untrained, view, range, scale, dead = [] } = header;
    setText(this.caption, captionOf(header, level));
    this.step.title = untrained ? "With the weights of step 0, before any training" : "";
    setText(this.step, untrained ? "untrained" : `step ${count(step)} · ${live ? "live" : snapshot ? "kept" : "not kept"}`);
    setText(this.dead, [dead.length && `${dead.length} dead`, held && `${held} held`].filter(Boolean).join(", "));
    const ends = scaleEnds(view, scale, range);
    this.scale.hidden = !ends;
    this.scale.title = view === "projection" || scale === "unit" ? "Each on its own scale: dark takes away, light adds" : "One scale for all";
    this.legend.hidden = view !== "maximization";
    ends?.forEach((text, i) => setText(this.ends[i], text));
  }

  clear() {
    for (const text of [this.step, this.dead, this.caption]) setText(text, "");
    this.scale.hidden = this.legend.hidden = true;
  }
}

// scaleEnds is what the darkest and the lightest colour stand for, or null where
// pictures are gray. Each projection has its own scale.
function scaleEnds(view, scale, range) {
  if (view === "projection" || scale === "unit") return ["−max", "+max"];
  return view === "filter" || view === "maps" ? range.map(signed) : null;
}
