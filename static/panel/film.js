import { element, setText } from "../element.js";
import { count } from "../model/format.js";
import { dashboardAddress, unitAddress } from "../model/page-address.js";
import { unitName, unitText } from "../model/unit-text.js";
import { StepPictures } from "../step-pictures.js";
import { FilmColumn } from "./film-column.js";

const [least, most] = [42, 84]; // CSS pixels of a tile's longer side, about
const beside = 60; // CSS pixels of the rows' names

// A level's units over the steps: a row for each unit, which leads to its page,
// and a column for each step, which leads to the dashboard at it.
export class Film {
  constructor(el, { run, level }) {
    Object.assign(this, { el, run, level, columns: [], pictures: new StepPictures() });
    const find = (name) => el.querySelector(`.Film-${name}`);
    Object.assign(this, { note: find("note"), grid: find("grid"), scroll: find("scroll") });
    this.grid.addEventListener("pointermove", (event) => this.point(event));
    this.grid.addEventListener("pointerleave", () => setText(this.note, this.about));
    this.grid.addEventListener("click", (event) => this.open(event));
  }

  // update takes film {steps, units, marks}, as the API tells it, and view {view,
  // rule, scale}. It resolves when all columns are seen.
  async update({ film: { steps, units, marks = [] }, view }) {
    this.units = units;
    const marked = new Set(marks.map(({ unit, step }) => `${unit} ${step}`));
    const isMarked = (unit, step) => marked.has(`${unit} ${step}`);
    this.about = `${count(units.length)} units at ${count(steps.length)} steps.${marks.length ? " Folded corner: only the strongest image is another there, not the unit." : ""}`;
    setText(this.note, this.about);
    this.columns = steps.map((step) => new FilmColumn(step, units, (unit) => isMarked(unit, step)));
    this.lay(steps, units);
    this.el.dataset.columns = 0;
    const side = Math.min(most, Math.max(least, (this.scroll.clientWidth - beside) / steps.length - 4));
    this.grid.style.setProperty("--tile", `${Math.floor(side)}px`);
    const asked = { level: this.level, ...view };
    const shown = this.columns;
    await Promise.all(this.columns.map(async (column) => {
      const picture = await this.pictures.read(this.run, column.step, asked);
      if (shown !== this.columns) return;
      column.update({ picture, side });
      this.pitch(column);
      this.el.dataset.columns = Number(this.el.dataset.columns) + 1;
    }));
  }

  // find brings a unit's row into view.
  find(unit) {
    const name = this.grid.querySelector(`#unit-${unit}`);
    name?.classList.add("is-sought");
    name?.scrollIntoView({ block: "center", inline: "nearest" });
  }

  draw() {
    for (const column of this.columns) column.draw();
  }

  // lay makes the names of rows and columns, and places for the columns.
  lay(steps, units) {
    this.grid.style.setProperty("--columns", steps.length);
    this.grid.replaceChildren(
      element("span", { className: "Film-corner", textContent: "step" }),
      ...steps.map((step) => element("a", { className: "Film-step", href: dashboardAddress(this.run, { step }), textContent: step.toLocaleString("en"), title: `The dashboard at step ${count(step)}` })),
      element("div", { className: "Film-units" }, ...units.map((unit) =>
        element("a", { className: "Film-unit", id: `unit-${unit}`, href: unitAddress(this.run, this.level, unit), textContent: unit, title: unitName(this.level, this.level, unit), ariaLabel: unitName(this.level, this.level, unit) }))),
      ...this.columns.map((column) => column.canvas),
    );
  }

  // pitch makes the rows' names as high as the tiles.
  pitch(column) {
    this.grid.style.setProperty("--pitch", `${column.pitch}px`);
    this.grid.style.setProperty("--tile", `${column.width}px`);
  }

  // at returns the column and the unit of an event, or null.
  at(event) {
    const column = this.columns.find(({ canvas }) => canvas === event.target);
    const unit = column?.unitAt(event);
    return unit === undefined ? null : { column, unit };
  }

  point(event) {
    const found = this.at(event);
    if (found) setText(this.note, `Step ${count(found.column.step)}: ${unitText(found.column.header, found.unit)}${found.column.isMarked(found.unit) ? " Only its strongest image is another." : ""}`);
  }

  open(event) {
    const found = this.at(event);
    if (found) location.assign(unitAddress(this.run, this.level, found.unit, { step: found.column.step }));
  }
}
