import { setText } from "../element.js";
import { count, sentence } from "../model/format.js";
import { endText, exactText, lossText, runText, stepText } from "../model/lesson-text.js";
import { isWhatIf, next, undo } from "../model/lesson-place.js";
import { lookingText, mayChange } from "../permission.js";

// Which step is shown, where the run itself stands, and what leads to other steps.
export class LessonStep {
  // next() and undo() are told of the buttons; go(step) of the jump to the run's
  // newest step; tryOut({learningRate, batchSize}) of other settings.
  constructor(el, on) {
    const find = (id) => document.getElementById(id);
    this.title = el.querySelector(".LessonStep-title");
    this.text = el.querySelector(".LessonStep-text");
    this.run = el.querySelector(".LessonStep-run");
    this.go = el.querySelector(".LessonStep-go button");
    Object.assign(this, { on, lesson: null, place: null, state: null, busy: false, next: find("lesson-next"), undo: find("lesson-undo"), loss: find("lesson-loss"), rate: find("try-rate"), batch: find("try-batch") });
    this.next.addEventListener("click", () => on.next());
    this.undo.addEventListener("click", () => on.undo());
    this.go.addEventListener("click", () => on.go(Math.max(1, this.state.step)));
    find("lesson-try").addEventListener("submit", (event) => {
      event.preventDefault();
      on.tryOut({ learningRate: Number(this.rate.value), batchSize: Number(this.batch.value) });
    });
  }

  // update takes any of: lesson; place; state, the run's {state, step}; and busy,
  // whether a step is being taken or computed.
  update(part) {
    const isNew = part.lesson && part.lesson !== this.lesson;
    Object.assign(this, part);
    const { lesson, place, state } = this;
    if (!lesson || !place || !state) return;
    if (isNew) this.fill(lesson.settings);
    setText(this.title, isWhatIf(place) ? `Step ${count(lesson.step)}, what if` : `Step ${count(lesson.step)} of ${count(lesson.lastStep)}`);
    setText(this.text, `${stepText(lesson)} ${lesson.whatIf ? "" : exactText(lesson)}`.trim());
    setText(this.run, `${runText(state)}${place.step < state.step && !isWhatIf(place) ? " Looking back changes nothing in it." : ""}`);
    this.go.hidden = state.step === place.step || state.step === 0 || isWhatIf(place);
    setText(this.go, `Go to step ${count(state.step)}`);
    setText(this.loss, sentence(lesson.problem) || lossText(lesson));
    const move = next(place, state.step);
    const reason = move.take ? endText(state) || (mayChange() ? "" : lookingText) : (move.reason ?? "");
    const isBlocked = Boolean(reason) || Boolean(lesson.problem);
    this.next.disabled = this.busy || isBlocked;
    this.next.title = reason || (move.take ? "Pauses the run, and takes exactly one step (N)" : "The next batch was taken already (N)");
    setText(this.next.querySelector("span"), move.take && move.step === place.step ? "Take this batch" : "Next batch");
    if (isBlocked && reason) setText(this.loss, reason);
    this.undo.disabled = this.busy || undo(place) === null;
    this.undo.title = "Look at the step before; the run stays where it is (U)";
  }

  fill({ learningRate, batchSize }) {
    if (document.activeElement !== this.rate) this.rate.value = learningRate;
    if (document.activeElement !== this.batch) this.batch.value = batchSize;
  }
}
