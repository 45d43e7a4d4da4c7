import { readMetrics, readRun } from "./api.js";
import { MetricHistory } from "./model/metric-history.js";

const interval = 3000; // milliseconds between two looks at runs that may go on

// The points of the runs that are drawn beside the one that is shown, for the
// read-out.
export class OverlayRuns {
  // changed() is told of new points, gone(id) of a run that cannot be read.
  constructor({ changed, gone }) {
    Object.assign(this, { changed, gone, runs: new Map() });
    setInterval(() => this.refresh(), interval);
  }

  // show keeps the points of these runs.
  show(ids) {
    for (const id of [...this.runs.keys()].filter((id) => !ids.includes(id))) this.runs.delete(id);
    for (const id of ids) if (!this.runs.has(id)) this.runs.set(id, { id, name: id, known: "", history: new MetricHistory() });
    this.refresh();
  }

  // of returns a run's name and history, if it is shown.
  of(id) {
    return this.runs.get(id);
  }

  async refresh() {
    await Promise.all([...this.runs.values()].map((run) => this.read(run)));
  }

  async read(run) {
    try {
      const { name, state, step } = await readRun(run.id);
      const now = `${name} ${state} ${step}`;
      if (now === run.known) return;
      run.history.add({ from: 0, ...(await readMetrics(run.id)) });
      Object.assign(run, { name: name || run.id, known: now });
      this.changed();
    } catch (error) {
      if (error.status === 404 && this.runs.has(run.id)) this.gone(run.id);
    }
  }
}
