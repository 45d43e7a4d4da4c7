import { setText } from "../element.js";
import { grows } from "../model/lesson-maths.js";
import { pathText, whatIfText } from "../model/lesson-text.js";
import { LossPath } from "./loss-path.js";

// What would have happened with other settings, said above all stations.
export class WhatIf {
  // leave() and keep() are told of the buttons.
  constructor(el, { leave, keep }) {
    this.el = el;
    this.title = el.querySelector(".LessonWhatIf-title");
    this.text = el.querySelector(".LossPath-text");
    this.path = new LossPath(el.querySelector(".LossPath"));
    this.keep = el.querySelector("#what-if-keep");
    el.querySelector("#what-if-leave").addEventListener("click", leave);
    this.keep.addEventListener("click", async () => {
      this.keep.disabled = true;
      try {
        await keep();
      } finally {
        this.keep.disabled = false;
      }
    });
  }

  update({ lesson }) {
    this.el.hidden = lesson.whatIf === null;
    document.body.classList.toggle("is-what-if", !this.el.hidden);
    if (this.el.hidden) return;
    setText(this.title, whatIfText(lesson));
    setText(this.text, pathText(lesson));
    this.el.classList.toggle("is-growing", grows(lesson));
    this.path.update(lesson);
  }

  draw() {
    this.path.draw();
  }
}
