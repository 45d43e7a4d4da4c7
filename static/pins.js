// The units that somebody has pinned, per run and layer, kept in the browser.
export class Pins {
  // changed() is told of every change, also of another tab's.
  constructor(changed) {
    this.changed = changed;
    addEventListener("storage", ({ key }) => key?.startsWith("pins/") && changed());
  }

  // of returns the set of pinned units of a layer.
  of(run, layer) {
    try {
      return new Set(JSON.parse(localStorage.getItem(`pins/${run}/${layer}`) ?? "[]"));
    } catch {
      return new Set(); // no storage, or not ours
    }
  }

  toggle(run, layer, unit) {
    const pins = this.of(run, layer);
    if (!pins.delete(unit)) pins.add(unit);
    try {
      if (pins.size) localStorage.setItem(`pins/${run}/${layer}`, JSON.stringify([...pins]));
      else localStorage.removeItem(`pins/${run}/${layer}`);
    } catch {
      return; // no storage: nothing can be pinned
    }
    this.changed();
  }
}
