package web

import (
	"math"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"filterscope/nn"
	"filterscope/nn/feature"
	"filterscope/web/figure"
)

// overallVitals are the figures of a unit that are lines over the steps: their
// title, the unit of their values, and the values.
var overallVitals = map[string]struct {
	title, unit string
	value       func(unitVitals) float64
}{
	"norm":     {"norm of its weights", "", func(v unitVitals) float64 { return v.Norm }},
	"gradient": {"norm of the gradient", "", func(v unitVitals) float64 { return v.GradientNorm }},
	"update":   {"update per step", "", func(v unitVitals) float64 { return v.UpdateRatio }},
	"distance": {"distance from step 0", "", func(v unitVitals) float64 { return v.Distance }},
	"active":   {"images that activate it", "%", func(v unitVitals) float64 { return v.active }},
}

// unitFigures are the names of all figures of a unit.
var unitFigures = []string{"norm", "gradient", "update", "distance", "active", "selectivity", "weights", "gradients"}

// unitFigure answers with a plot of a unit's vitals over the steps or, of its
// weights and gradients with ?step=, at one.
func (s *Server) unitFigure(w http.ResponseWriter, r *http.Request) error {
	name := chi.URLParam(r, "figure")
	o, q, err := figureQuery(r, "linear", []string{"svg", "png", "pdf"}, "step", "mark")
	if err != nil {
		return err
	}
	mark, err := q.integer("mark", -1, 0, math.MaxInt32)
	if err != nil {
		return err
	}
	step, err := q.integer("step", -1, 0, math.MaxInt32)
	if err != nil {
		return err
	}
	isHistogram := name == "weights" || name == "gradients"
	var p figure.Chart
	switch _, isLine := overallVitals[name]; {
	case isHistogram && step >= 0:
		p, err = s.drawHistogram(r, name, step, o)
	case isHistogram || isLine || name == "selectivity":
		p, err = s.drawHistory(r, name, mark, o)
	default:
		return notFoundf("there is no figure %q of a unit; there are %q", name, unitFigures)
	}
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return writeChart(w, p)
}

// drawHistory plots over the steps that a history shows. A mark of -1 is none.
func (s *Server) drawHistory(r *http.Request, name string, mark int, o figure.CurveOptions) (figure.Chart, error) {
	h, err := s.unitHistory(r)
	if err != nil {
		return figure.Chart{}, err
	}
	var marks []int
	if mark >= 0 {
		marks = []int{mark}
	}
	line := overallVitals[name]
	switch {
	case line.value != nil:
		return figure.DrawVital(figure.Vital{Title: line.title, Unit: line.unit, Series: []figure.Series{h.series("", line.value)}, Marks: marks}, o)
	case name == "selectivity":
		v := figure.Vital{Title: "selectivity for classes", Marks: marks}
		for c, class := range h.bench.data.ClassNames {
			v.Series = append(v.Series, h.series(class, func(v unitVitals) float64 { return v.selectivity[c] }))
		}
		return figure.DrawVital(v, o)
	}
	all := figure.Histograms{Title: name, Steps: h.steps, Marks: marks}
	for i, step := range h.steps {
		values, err := s.valuesAt(r, h, i, step, name)
		if err != nil {
			return figure.Chart{}, err
		}
		all.Bins = append(all.Bins, binsOf(values))
	}
	return figure.DrawHistograms(all, o)
}

func (h unitHistory) series(name string, value func(unitVitals) float64) figure.Series {
	s := figure.Series{Name: name, Kind: figure.Line, Step: h.steps}
	for _, row := range h.rows {
		s.Value = append(s.Value, value(row.units[h.layer][h.unit]))
	}
	return s
}

// drawHistogram plots how weights or gradients are spread at a kept step, or
// the nearest earlier one.
func (s *Server) drawHistogram(r *http.Request, name string, step int, o figure.CurveOptions) (figure.Chart, error) {
	id := chi.URLParam(r, "run")
	_, now, err := s.watch(r.Context(), id)
	if err != nil {
		return figure.Chart{}, err
	}
	layer, unit, err := unitOf(now.newest.Net.Arch, chi.URLParam(r, "level"), chi.URLParam(r, "unit"))
	if err != nil {
		return figure.Chart{}, err
	}
	snapshot, err := s.snapshotAt(r.Context(), id, now, strconv.Itoa(step))
	if err != nil {
		return figure.Chart{}, err
	}
	row, err := s.rowAt(r.Context(), id, now, snapshot.Step)
	if err != nil {
		return figure.Chart{}, err
	}
	h := unitHistory{layer: layer, unit: unit, rows: []*vitalsRow{row}}
	values, err := s.valuesAt(r, h, 0, snapshot.Step, name)
	if err != nil {
		return figure.Chart{}, err
	}
	return figure.DrawHistogram(figure.Histogram{Title: name + " at step " + strconv.Itoa(snapshot.Step), Bins: binsOf(values)}, o)
}

// valuesAt is a unit's weights or gradients at the i-th step of a history.
func (s *Server) valuesAt(r *http.Request, h unitHistory, i, step int, name string) ([]float64, error) {
	snapshot, err := s.config.Runs.Snapshot(r.Context(), chi.URLParam(r, "run"), step)
	if err != nil {
		return nil, err
	}
	net := snapshot.Net
	if name == "gradients" {
		net = &nn.Network{Arch: net.Arch, Weights: h.rows[i].gradient}
	}
	return feature.Incoming(net, h.layer, h.unit), nil
}

func binsOf(values []float64) figure.Bins {
	h := feature.HistogramOf(values, histogramBins)
	return figure.Bins{Min: h.Min, Max: h.Max, Counts: h.Counts}
}
