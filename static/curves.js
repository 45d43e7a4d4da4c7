import { writeCurves } from "./address.js";
import { overlaid, streamCurves, usualCurves } from "./model/curve-view.js";
import { OverlayRuns } from "./overlay-runs.js";
import { CurveDownloads } from "./panel/curve-downloads.js";
import { CurveOptions } from "./panel/curve-options.js";
import { CurvePanel } from "./panel/curve-panel.js";
import { CurveRuns } from "./panel/curve-runs.js";

const wide = 460; // CSS pixels from which the wide drawing is the better one

// The curves of a run, and all that says how they are looked at. Both have the
// same horizontal axis, cursor and zoom.
export class Curves {
  // changed() is told when the stream is to bring other curves.
  constructor({ history, theme, changed }) {
    Object.assign(this, { history, theme, changed, view: usualCurves, run: "", compare: "", drawn: [] });
    const find = (id) => document.getElementById(id);
    this.others = new OverlayRuns({ changed: () => this.tell({}), gone: (id) => this.look({ overlay: this.view.overlay.filter((other) => other !== id) }) });
    const on = { point: (place) => this.tell({ place }), zoom: (zoom) => this.look({ zoom }) };
    this.panels = Object.fromEntries(["loss", "accuracy"].map((figure) =>
      [figure, new CurvePanel(find(`panel-${figure}`), figure, { history, on, others: (id) => this.others.of(id) })]));
    this.options = new CurveOptions(find("curve-options"), (values) => this.look({ ...values, zoom: this.zoomOn(values.axis) }));
    this.runs = new CurveRuns(find("curve-runs"), (overlay) => this.look({ overlay }));
    this.downloads = new CurveDownloads(find("curve-downloads"));
    this.whole = find("curve-whole");
    this.whole.addEventListener("click", () => this.look({ zoom: null }));
    this.size = this.sizeNow();
    new ResizeObserver(() => {
      if (this.size === this.sizeNow()) return;
      this.size = this.sizeNow();
      changed();
    }).observe(this.panels.loss.el);
  }

  sizeNow() {
    return this.panels.loss.el.clientWidth >= wide ? "wide" : "narrow";
  }

  // wishes are what the stream wants to know.
  get wishes() {
    return { theme: this.theme.name, size: this.size, ...streamCurves(this.view, this.drawn) };
  }

  // look changes how the curves are looked at, and says so in the address.
  look(change) {
    if ("zoom" in change && !change.zoom && !this.view.zoom && Object.keys(change).length === 1) return;
    this.take({ ...this.view, ...change });
    writeCurves(this.view);
    this.changed();
  }

  // take shows a view, as that of an address.
  take(view) {
    const isMoved = view.axis !== this.view.axis;
    this.view = view;
    this.options.update(view);
    this.whole.disabled = !view.zoom;
    this.update({});
    this.tell({ per: view.per, ...(isMoved && { place: null }) });
  }

  // zoomOn returns the same part of the run on another axis.
  zoomOn(axis) {
    const { zoom, axis: before } = this.view;
    if (!zoom || axis === before) return zoom;
    const [from, to] = [zoom.from, zoom.to].map((at) => this.history.placeOf(this.history.stepAt(at, before), axis));
    return to > from ? { from, to } : null;
  }

  // update takes the run that is shown, its name, and the run that it is compared
  // with.
  update({ run = this.run, name, compare = this.compare }) {
    Object.assign(this, { run, compare, drawn: overlaid(this.view, run, compare) });
    this.others.show(this.drawn);
    this.runs.update({ own: run, compared: compare, chosen: this.view.overlay.filter((id) => id !== run), drawn: this.drawn });
    this.downloads.update({ run, view: this.view, overlaid: this.drawn, theme: this.theme.name });
    if (name !== undefined) this.tell({ name });
  }

  receive(header, svg) {
    if (header.run === this.run) this.panels[header.figure]?.update({ curve: { header, svg } });
  }

  // tell shows both curves' read-outs anew; it takes what CurvePanel.update does.
  tell(change) {
    for (const panel of Object.values(this.panels)) panel.update(change);
  }

  clear() {
    for (const panel of Object.values(this.panels)) panel.clear();
  }
}
