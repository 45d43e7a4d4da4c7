package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/go-chi/chi/v5"

	"filterscope/nn"
	"filterscope/nn/train"
)

// lessonQuery is what a lesson is asked about: a step, as it was or with other
// settings from another step on.
type lessonQuery struct {
	query
	step, from int
	rate       float64
	batchSize  int
}

func (q lessonQuery) isWhatIf() bool { return q.rate != 0 || q.batchSize != 0 }

func (q lessonQuery) change() (c train.Change) {
	if q.rate != 0 {
		c.LearningRate = &q.rate
	}
	if q.batchSize != 0 {
		c.BatchSize = &q.batchSize
	}
	return c
}

// lessonQueryOf reads which step a request is about, with the parameters that
// all lessons have and those that are known besides.
func lessonQueryOf(r *http.Request, newest int, known ...string) (q lessonQuery, err error) {
	if q.query, err = queryOf(r, append(known, "from", "learningRate", "batchSize")...); err != nil {
		return q, err
	}
	text := chi.URLParam(r, "step")
	if q.step, err = strconv.Atoi(text); err != nil || q.step < 1 {
		return q, badRequest("%q is no training step; use a whole number from 1", text)
	}
	if q.rate, err = q.number("learningRate", 0, 1e-9, 100); err != nil {
		return q, err
	}
	if q.batchSize, err = q.integer("batchSize", 0, 1, 1<<20); err != nil {
		return q, err
	}
	if q.from, err = q.integer("from", q.step-1, 0, q.step-1); err != nil {
		return q, err
	}
	switch {
	case !q.isWhatIf() && q.from != q.step-1:
		return q, badRequest("from: a step that was taken begins at the one before; name a learningRate or a batchSize for what would have been")
	case !q.isWhatIf() && q.step > newest+1:
		return q, notFoundf("step %d has not been reached; the run is at step %d, and the next can be looked at", q.step, newest)
	case q.from > newest:
		return q, notFoundf("step %d has not been reached; the run is at step %d", q.from, newest)
	case q.step-q.from > mostWhatIf:
		return q, badRequest("step: what would have been is computed for up to %d steps; use a step up to %d", mostWhatIf, q.from+mostWhatIf)
	}
	return q, nil
}

// lesson answers with a training step, taken apart.
func (s *Server) lesson(w http.ResponseWriter, r *http.Request) error {
	d, q, now, err := s.dissect(r, "level", "unit")
	if err != nil {
		return err
	}
	arch := d.Before.Arch
	layer := arch.Convolutions()[0]
	if level := q.values.Get("level"); level != "" {
		if layer, err = arch.Level(level); err != nil {
			return notFoundf("%v", err)
		}
	}
	unit, err := q.integer("unit", 0, 0, arch.Layers[layer].Out.C-1)
	if err != nil {
		return err
	}
	answer, err := s.lessonJSON(r.Context(), chi.URLParam(r, "run"), d, q, now)
	if err != nil {
		return err
	}
	answer.Update = d.updateJSON(layer, unit)
	return writeJSON(w, http.StatusOK, answer)
}

// lessonPlace reads which value, or which layer's values, of a digit is asked
// for.
func lessonPlace(r *http.Request, d *dissection, q lessonQuery) (layer, digit int, err error) {
	name := chi.URLParam(r, "layer")
	layer = slices.IndexFunc(d.Before.Arch.Layers, func(l nn.Layer) bool { return l.Name == name })
	if layer < 0 {
		var names []string
		for _, l := range d.Before.Arch.Layers {
			names = append(names, l.Name)
		}
		return 0, 0, notFoundf("there is no layer %q; there are %q", name, names)
	}
	digit, err = q.integer("digit", 0, 0, len(d.index)-1)
	return layer, digit, err
}

// What a lesson's maps can be of.
const (
	outputMaps   = "output"
	gradientMaps = "gradient"
)

// lessonMaps answers with what a layer makes of a fixed digit, or how the
// digit's loss changes with that: [H][W][C] as little-endian float32, of the
// weights before the step.
func (s *Server) lessonMaps(w http.ResponseWriter, r *http.Request) error {
	d, q, _, err := s.dissect(r, "digit", "of")
	if err != nil {
		return err
	}
	layer, digit, err := lessonPlace(r, d, q)
	if err != nil {
		return err
	}
	of, err := q.choice("of", outputMaps, outputMaps, gradientMaps)
	if err != nil {
		return err
	}
	d.mu.Lock()
	values := d.before.Output(digit, layer)
	if of == gradientMaps {
		values = d.before.Gradient(digit, layer)
	}
	d.mu.Unlock()
	out := d.Before.Arch.Layers[layer].Out
	w.Header().Set("X-Shape", fmt.Sprintf("%d %d %d", out.H, out.W, out.C))
	return writeFloats(w, values)
}

// The weights that a value can be of.
const (
	weightsBefore = "before"
	weightsAfter  = "after"
)

// lessonOrigin answers with where a value of a layer comes from.
func (s *Server) lessonOrigin(w http.ResponseWriter, r *http.Request) error {
	d, q, _, err := s.dissect(r, "digit", "row", "column", "unit", "weights")
	if err != nil {
		return err
	}
	layer, digit, err := lessonPlace(r, d, q)
	if err != nil {
		return err
	}
	l := d.Before.Arch.Layers[layer]
	row, err1 := q.integer("row", 0, 0, l.Out.H-1)
	column, err2 := q.integer("column", 0, 0, l.Out.W-1)
	unit, err3 := q.integer("unit", 0, 0, l.Out.C-1)
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	weights, err := q.choice("weights", weightsBefore, weightsBefore, weightsAfter)
	if err != nil {
		return err
	}
	pass := d.before
	if weights == weightsAfter {
		if pass = d.after; pass == nil {
			return &httpError{Status: http.StatusConflict, Message: "there are no weights after this step: " + d.Problem}
		}
	}
	d.mu.Lock()
	origin := pass.Origin(digit, layer, row, column, unit)
	d.mu.Unlock()
	answer := originJSON{
		Layer: l.Name, Kind: l.Kind.String(), Digit: digit, Row: row, Column: column, Unit: unit,
		Value: float(origin.Value), Bias: float(origin.Bias), Rest: number(origin.Rest), Of: "input", Terms: []termJSON{},
	}
	if layer > 0 {
		answer.Of = d.Before.Arch.Layers[layer-1].Name
	}
	for _, t := range origin.Terms {
		answer.Terms = append(answer.Terms, termJSON{t.Y, t.X, t.C, float(t.Input), float(t.Weight), float(t.Product)})
	}
	return writeJSON(w, http.StatusOK, answer)
}
