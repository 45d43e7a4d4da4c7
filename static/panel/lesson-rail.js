import { setAttribute } from "../element.js";
import { stations } from "../model/lesson-place.js";

// The path of the eight stations, of which one is seen.
export class LessonRail {
  // onStation(number) is told of every choice.
  constructor(el, onStation) {
    Object.assign(this, { links: [...el.querySelectorAll("a")], sections: [...document.querySelectorAll(".Station")], station: 0 });
    this.back = document.getElementById("station-back");
    this.next = document.getElementById("station-next");
    const go = (by) => onStation(Math.min(Math.max(this.station + by, 1), stations));
    this.back.addEventListener("click", () => go(-1));
    this.next.addEventListener("click", () => go(1));
    for (const link of this.links)
      link.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        onStation(Number(link.dataset.station));
      });
  }

  // update shows a station; with moved, it is read out from its title on.
  update({ station, moved = false, query = {} }) {
    const isNew = station !== this.station;
    this.station = station;
    document.body.dataset.station = station;
    for (const section of this.sections) section.classList.toggle("is-shown", Number(section.dataset.station) === station);
    for (const link of this.links) {
      if (Number(link.dataset.station) === station) setAttribute(link, "aria-current", "step");
      else link.removeAttribute("aria-current");
      const known = Object.entries({ ...query, station: link.dataset.station }).filter(([, value]) => value !== null);
      link.href = `?${new URLSearchParams(known)}`;
    }
    this.back.disabled = station === 1;
    this.next.disabled = station === stations;
    if (!isNew || !moved) return;
    scrollTo(0, 0);
    this.sections[station - 1].querySelector("h2").focus({ preventScroll: true });
  }
}
