package web

import (
	"encoding/csv"
	"net/http"
	"slices"
	"strconv"

	"github.com/go-chi/chi/v5"

	"filterscope/web/figure"
)

// maxArea bounds a figure, in square CSS pixels; a PNG has four times as many.
const maxArea = 2_000_000

// figure answers with a curve as a file. ?axis= is step, epoch or time, ?per=
// step or epoch, ?x= and ?y= are linear or log, ?from= and ?to= in the axis' unit,
// and ?overlay= names further runs, separated by commas.
func (s *Server) figure(w http.ResponseWriter, r *http.Request) error {
	name := chi.URLParam(r, "figure")
	if !slices.Contains(figures, name) {
		return notFoundf("there is no figure %q; there are %q", name, figures)
	}
	yScale := "linear"
	if name == "loss" {
		yScale = "log"
	}
	o, q, err := figureQuery(r, yScale, []string{"svg", "png", "pdf", "csv"}, "axis", "per", "overlay")
	if err != nil {
		return err
	}
	if o.Axis, err = q.choice("axis", stepAxis, curveAxes...); err != nil {
		return err
	}
	per, err := q.choice("per", stepAxis, stepAxis, epochAxis)
	if err != nil {
		return err
	}
	runs, err := s.curveRuns(r, runIDs(q.values.Get("overlay")))
	if err != nil {
		return err
	}
	c := curveOf(runs[0], runs[1:], name, o.Axis, per)
	w.Header().Set("Cache-Control", "no-store")
	if o.Format == "csv" {
		return writeCurve(w, runs, c, o)
	}
	p, err := figure.DrawCurve(c, o)
	if err != nil {
		return err
	}
	return writeChart(w, p)
}

func writeChart(w http.ResponseWriter, c figure.Chart) error {
	w.Header().Set("Content-Type", c.MIME)
	_, _ = w.Write(c.Data) // an error means that the client has gone
	return nil
}

// curveRuns returns the run of a request, and behind it further ones.
func (s *Server) curveRuns(r *http.Request, overlay runIDs) (runs []curveRun, err error) {
	if err := overlay.check(); err != nil {
		return nil, badRequest("%s", err)
	}
	own := chi.URLParam(r, "run")
	for _, id := range append([]string{own}, overlay.list()...) {
		if id == own && len(runs) > 0 {
			return nil, badRequest("overlay: %q is the run itself; use others", id)
		}
		w, _, err := s.watch(r.Context(), id)
		if err != nil {
			return nil, err
		}
		runs = append(runs, w.curveRun())
	}
	return runs, nil
}

// writeCurve answers with the points that a figure shows, and of the train points
// also the smoothed value where it draws one.
func writeCurve(w http.ResponseWriter, runs []curveRun, c figure.Curve, o figure.CurveOptions) error {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+c.Figure+"-"+runs[0].id+`.csv"`)
	out := csv.NewWriter(w)
	head := []string{"run", "name", "set", "step", "epoch", "seconds", c.Figure}
	if o.Smoothing > 0 {
		head = append(head, "smoothed")
	}
	_ = out.Write(head)
	for _, s := range c.Series {
		r := runs[s.Run]
		var smoothed []float64
		if o.Smoothing > 0 && s.Kind == figure.Line {
			smoothed = figure.Smooth(s.Value, o.Smoothing)
		}
		for i, step := range s.Step {
			at := float64(step)
			if s.X != nil {
				at = s.X[i]
			}
			if at < o.From || o.To > 0 && at > o.To {
				continue
			}
			epoch, seconds := r.points.when(step)
			line := []string{r.id, r.name, s.Name, strconv.Itoa(step), formatFloat(epoch), formatFloat(seconds), formatFloat(s.Value[i])}
			switch {
			case smoothed != nil:
				line = append(line, formatFloat(smoothed[i]))
			case o.Smoothing > 0:
				line = append(line, "")
			}
			_ = out.Write(line)
		}
	}
	out.Flush() // an error means that the client has gone
	return nil
}

// figureQuery reads how a figure is to be drawn in one of the formats, the
// vertical scale being yScale unless the request says another.
func figureQuery(r *http.Request, yScale string, formats []string, more ...string) (figure.CurveOptions, query, error) {
	o := figure.CurveOptions{Format: chi.URLParam(r, "format")}
	if !slices.Contains(formats, o.Format) {
		return o, query{}, notFoundf("there is no format %q; there are %q", o.Format, formats)
	}
	q, err := queryOf(r, append([]string{"theme", "x", "y", "smoothing", "from", "to", "width", "height"}, more...)...)
	if err != nil {
		return o, q, err
	}
	for _, read := range []func() error{
		func() (err error) { o.Theme, err = q.choice("theme", "light", "light", "dark"); return },
		func() (err error) { o.XScale, err = q.choice("x", "linear", "linear", "log"); return },
		func() (err error) { o.YScale, err = q.choice("y", yScale, "linear", "log"); return },
		func() (err error) { o.Smoothing, err = q.number("smoothing", 0, 0, maxSmoothing); return },
		func() (err error) { o.Width, err = q.number("width", 800, 200, 4000); return },
		func() (err error) { o.Height, err = q.number("height", 400, 100, 4000); return },
		func() (err error) { o.From, o.To, err = q.axisRange(); return },
	} {
		if err := read(); err != nil {
			return o, q, err
		}
	}
	if o.Width*o.Height > maxArea {
		return o, q, badRequest("a figure of %g by %g is too large; use up to %d in all", o.Width, o.Height, maxArea)
	}
	return o, q, nil
}
