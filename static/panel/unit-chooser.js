// Chooses a unit of a level by mouse, finger or keys, and opens or pins it. A
// finger chooses with the first touch and opens with the second.
export class UnitChooser {
  // view has the tiles; handlers: chosen() returns the chosen unit, -1 for none;
  // choose(unit, isTouch), open(unit, isNewTab) and pin(unit).
  constructor(view, tiles, handlers) {
    Object.assign(this, { tiles, on: handlers });
    view.addEventListener("pointermove", (event) => event.pointerType !== "touch" && this.on.choose(tiles.unitAt(event)));
    view.addEventListener("pointerdown", (event) => this.touch(event));
    view.addEventListener("click", (event) => this.open(event));
    view.addEventListener("pointerleave", (event) => event.pointerType !== "touch" && this.on.choose(-1));
    view.addEventListener("focus", () => view.matches(":focus-visible") && this.on.choose(this.on.chosen() < 0 ? tiles.unitBy("Home", -1) : this.on.chosen()));
    view.addEventListener("blur", () => this.on.choose(-1));
    view.addEventListener("keydown", (event) => this.press(event));
  }

  touch(event) {
    const unit = this.tiles.unitAt(event);
    const isTouch = event.pointerType === "touch";
    this.opens = unit >= 0 && (!isTouch || unit === this.on.chosen());
    this.on.choose(unit, isTouch);
  }

  open(event) {
    const unit = this.tiles.unitAt(event);
    if (this.opens && unit === this.on.chosen()) this.on.open(unit, event.ctrlKey || event.metaKey);
  }

  press(event) {
    const unit = this.on.chosen();
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== event.currentTarget) return;
    if (event.key === "Escape") return this.on.choose(-1);
    if (/^(Arrow(Left|Right|Up|Down)|Home|End)$/.test(event.key)) this.on.choose(this.tiles.unitBy(event.key, unit));
    else if (event.key === "Enter" && unit >= 0) this.on.open(unit, false);
    else if (event.key.toLowerCase() === "p" && unit >= 0) this.on.pin(unit);
    else return;
    event.preventDefault();
  }
}
