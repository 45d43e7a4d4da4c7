import { startRun, stepRun } from "./api.js";
import { readLesson, readMaps, readOrigin } from "./lesson-api.js";
import { leave, next, placeQuery, settingsQuery, tryOut, undo } from "./model/lesson-place.js";
import { lessonAddress, withQuery } from "./model/page-address.js";

// Which step of a run the lesson shows, and its numbers.
export class LessonView {
  // show(lesson) shows a step's numbers; moved(place) is told of every place;
  // busy(isBusy) of work under way; say(sentence) of failures.
  constructor(run, place, { show, moved, busy, say }) {
    Object.assign(this, { run, place, show, moved, busy, say, newest: null, filter: {}, asked: null, lesson: null });
  }

  // open shows the step that the address names, or else the run's newest.
  open(newest) {
    this.newest = newest;
    if (this.place.step === null) this.place = { ...this.place, step: Math.max(1, newest) };
    this.write(false);
    return this.load();
  }

  // update takes how far the run is. A step that is shown but was not taken yet
  // is shown anew once it is.
  update({ newest }) {
    this.newest = newest;
    if (this.lesson && !this.lesson.taken && this.lesson.step <= newest && !this.asked) this.load();
  }

  // go shows another place; one that is another step can be gone back from.
  go(place, { write = true } = {}) {
    const isSame = ["step", "from", "learningRate", "batchSize"].every((name) => place[name] === this.place[name]);
    this.place = place;
    if (write) this.write(!isSame);
    this.moved(place);
    return isSame ? Promise.resolve() : this.load();
  }

  write(isJump) {
    const address = withQuery(location.pathname, placeQuery(this.place));
    if (isJump) history.pushState(null, "", address);
    else history.replaceState(null, "", address);
  }

  // next shows the next batch, which the run takes first if it has not yet.
  async next() {
    const move = next(this.place, this.newest);
    if (move.step === null || this.taking) return;
    if (move.take) {
      this.taking = true;
      this.busy(true);
      try {
        this.newest = Math.max(this.newest, (await stepRun(this.run, 1)).step);
      } catch (error) {
        this.busy(false);
        return this.say(error.message);
      } finally {
        this.taking = false;
      }
      if (move.step === this.place.step) return this.load();
    }
    return this.go({ ...this.place, step: move.step });
  }

  undo() {
    const place = undo(this.place);
    return place && !this.taking ? this.go(place) : Promise.resolve();
  }

  tryOut(settings) {
    return this.go(tryOut(this.place, settings));
  }

  leave() {
    return this.go(leave(this.place, this.newest));
  }

  // keep makes a run of what would have happened, and goes to its lesson.
  // Where the run itself ends, the branch gets an epoch.
  async keep({ pace, lastStep, epochs }) {
    const { from, learningRate, batchSize } = this.place;
    try {
      const branch = await startRun({ from: { run: this.run, step: from }, ...(learningRate && { learningRate }), ...(batchSize && { batchSize }), pace, ...(from >= lastStep && { epochs: epochs + 1 }) });
      location.assign(lessonAddress(branch.id, { station: this.place.station }));
    } catch (error) {
      this.say(error.message);
    }
  }

  // choose looks at another filter {level, unit}.
  choose(filter) {
    this.filter = filter;
    return this.load();
  }

  async load() {
    this.asked?.abort();
    const asked = (this.asked = new AbortController());
    this.busy(true);
    try {
      const lesson = await readLesson(this.run, this.place.step, { ...settingsQuery(this.place), ...this.filter }, asked.signal);
      if (asked !== this.asked) return;
      this.lesson = lesson;
      this.newest = Math.max(this.newest, lesson.newest);
      this.say("");
      if (lesson.step !== this.place.step) this.settle(lesson.step);
      this.show(lesson);
    } catch (error) {
      if (asked === this.asked) this.say(error.message);
    } finally {
      if (asked === this.asked) {
        this.asked = null;
        this.busy(false);
      }
    }
  }

  // settle is for a what-if that ends before the step that was asked for.
  settle(step) {
    this.place = { ...this.place, step };
    this.write(false);
    this.moved(this.place);
  }

  // maps and origin ask about the step shown; side is "before" or "after", whose
  // weights are asked about.
  maps(layer, digit, of) {
    return readMaps(this.run, this.lesson.step, layer, { digit, of, ...this.settings });
  }

  origin({ layer, digit, row, column, unit, side }) {
    return readOrigin(this.run, this.lesson.step, layer, { digit, row, column, unit, weights: side, ...this.settings });
  }

  get settings() {
    return this.lesson.whatIf ? settingsQuery(this.place) : {};
  }
}
