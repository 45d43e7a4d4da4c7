import { setText } from "../element.js";
import { dashboardAddress, filmAddress, unitAddress } from "../model/page-address.js";
import { neighbours, opensByKey } from "../model/unit-moves.js";
import { unitName } from "../model/unit-text.js";

const byKey = { ArrowLeft: "previous", ArrowRight: "next", ArrowDown: "lower", ArrowUp: "higher" };

// The head of a unit's page: its name, the ways to other pages, and its pin. The
// arrow keys lead to other units, P pins.
export class UnitHeading {
  // place is {run, level, unit}, levels all layers with their units.
  constructor(place, levels, pins) {
    Object.assign(this, { place, to: neighbours(levels, place.level, place.unit), pins, layer: place.level });
    const find = (name) => document.getElementById(name);
    Object.assign(this, { title: find("unit-title"), note: find("unit-note"), pin: find("unit-pin"), film: find("unit-film-link"), run: find("run-link"), logo: find("dashboard-link") });
    this.moves = Object.fromEntries(Object.keys(this.to).map((name) => [name, find(`unit-${name}`)]));
    this.pin.addEventListener("click", () => this.togglePin());
    addEventListener("keydown", (event) => this.press(event));
  }

  press(event) {
    if (!opensByKey(event)) return;
    const link = this.moves[byKey[event.key]];
    if (link?.href) location.assign(link.href);
    else if (event.key.toLowerCase() === "p") this.togglePin();
    else return;
    event.preventDefault();
  }

  togglePin() {
    this.pins.toggle(this.place.run, this.layer, this.place.unit);
  }

  // update takes any of: unit, as the API tells it; classes, their names; run, as
  // the stream tells it; and query, what links to other units keep of the
  // address.
  update({ unit, classes, run, query }) {
    if (unit) Object.assign(this, { unit, layer: unit.layer });
    if (run) this.held = run.units?.find((one) => one.level === this.layer && one.unit === this.place.unit)?.action;
    if (run) setText(this.run, run.name || run.id);
    if (classes) setText(this.title, unitName(this.place.level, this.place.level, this.place.unit, classes));
    if (query) this.link(query);
    const { dead, rare } = this.unit ?? {};
    const done = { silence: "silenced", freeze: "frozen" }[this.held];
    setText(this.note, [dead ? "dead" : rare && "rarely active", done].filter(Boolean).join(", "));
    const isPinned = this.pins.of(this.place.run, this.layer).has(this.place.unit);
    this.pin.setAttribute("aria-pressed", isPinned);
    setText(this.pin.querySelector("span"), isPinned ? "Pinned" : "Pin");
  }

  link(query) {
    const { run, level, unit } = this.place;
    for (const [name, link] of Object.entries(this.moves)) {
      const other = this.to[name];
      if (other) link.href = unitAddress(run, other.level, other.unit, query);
      link.ariaDisabled = String(!other);
    }
    setText(this.moves.lower, `↓ ${this.to.lower?.level ?? "input"}`);
    setText(this.moves.higher, `↑ ${this.to.higher?.level ?? "answer"}`);
    for (const link of [this.run, this.logo]) link.href = dashboardAddress(run, { step: query.step });
    this.film.href = `${filmAddress(run, level, { steps: query.steps })}#unit-${unit}`;
  }
}
