import { readBelief } from "../drawing-api.js";
import { setText } from "../element.js";
import { beliefSeries, beliefText, momentText } from "../model/belief.js";
import { count } from "../model/format.js";
import { StepChart } from "./step-chart.js";

// The belief film: what every kept step's weights say of the drawing. Its label
// is the newest kept step's.
export class BeliefFilm {
  // onSeek(step) is told of a step that is chosen.
  constructor(el, onSeek) {
    const find = (name) => el.querySelector(`.BeliefFilm-${name}`);
    Object.assign(this, { el, legend: find("legend"), label: find("label"), moment: find("moment"), summary: find("summary"), film: null, classes: [], place: {} });
    this.chart = new StepChart(find("chart"), onSeek, (i) => this.textAt(i));
    this.show(null);
  }

  ask({ step, ...question }, signal) {
    return readBelief(question, signal);
  }

  // show takes the API's film, or null.
  show(film) {
    this.film = film;
    this.target = film?.labels.findLast((label) => label !== null) ?? 0;
    this.el.dataset.label = film ? this.target : "";
    const series = film ? beliefSeries(film, this.target) : { label: [], other: [] };
    this.chart.update({ steps: film?.steps ?? [], series: [{ values: series.label }, { values: series.other }] });
    this.tell();
  }

  // update takes any of: classes, their names; scale; stepsPerEpoch; and step, the
  // one looked at, null meaning live.
  update({ classes = this.classes, ...place }) {
    this.classes = classes;
    Object.assign(this.place, place);
    this.chart.update(place);
    this.tell();
  }

  textAt(i) {
    return momentText(this.film, i, this.target, this.classes);
  }

  tell() {
    const { film } = this;
    this.legend.hidden = !film;
    setText(this.label, `it is ${this.classes[this.target] ?? this.target}`);
    setText(this.summary, film ? beliefText(film, this.target, this.classes, this.place.stepsPerEpoch) : "Draw a digit: what every kept step says of it appears here.");
    const i = this.chart.index;
    setText(this.moment, film && i >= 0 ? `Step ${count(film.steps[i])}: ${this.textAt(i)}.` : "");
  }
}
