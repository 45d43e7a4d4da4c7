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
    setText(this.step, untrained ? "untrained, step 0" : `step ${count(step)} · ${live ? "live" : snapshot ? "kept" : "not kept"}`);
    setText(this.dead, [dead.length && `${dead.length} dead`, held && `${held} held`].filter(Boolean).join(", "));
    this.scale.hidden = view !== "filter";
    this.legend.hidden = view !== "maximization";
    const texts = scale === "unit" ? ["−max", "+max"] : range.map(signed);
    this.ends.forEach((end, i) => setText(end, texts[i]));
  }

  clear() {
    for (const text of [this.step, this.dead, this.caption]) setText(text, "");
    this.scale.hidden = this.legend.hidden = true;
  }
}
