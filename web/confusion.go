package web

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/go-chi/chi/v5"

	"filterscope/nn/train"
	"filterscope/web/figure"
)

// confusion answers with the confusion matrix of an evaluated step, as a
// picture or as CSV: a line for each label, a column for each prediction.
func (s *Server) confusion(w http.ResponseWriter, r *http.Request) error {
	q, err := queryOf(r, "set", "theme", "width", "height", version)
	if err != nil {
		return err
	}
	o := figure.CurveOptions{Format: chi.URLParam(r, "format")}
	for _, read := range []func() error{
		func() (err error) { o.Theme, err = q.choice("theme", "light", "light", "dark"); return },
		func() (err error) { o.Width, err = q.number("width", 520, 200, 2000); return },
		func() (err error) { o.Height, err = q.number("height", 520, 200, 1000); return },
	} {
		if err := read(); err != nil {
			return err
		}
	}
	set, err := q.choice("set", train.TestSet, train.TestSet, train.ValidationSet)
	if err != nil {
		return err
	}
	_, now, err := s.watch(r.Context(), chi.URLParam(r, "run"))
	if err != nil {
		return err
	}
	e, err := now.evaluationAt(chi.URLParam(r, "step"), set)
	if err != nil {
		return err
	}
	data, err := s.config.Data()
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("X-Step", strconv.Itoa(e.Step))
	h.Set("Cache-Control", "no-store") // changes of units at a step are evaluated again
	if o.Format == "csv" {
		return writeConfusion(w, e, data.ClassNames)
	}
	title := fmt.Sprintf("%s set, step %d", set, e.Step)
	p, err := figure.DrawConfusion(figure.Confusion{Title: title, Classes: data.ClassNames, Counts: e.Confusion}, o)
	if err != nil {
		return err
	}
	return writeChart(w, p)
}

// evaluationAt is the newest evaluation of a set at a step, or at all for
// "latest".
func (now state) evaluationAt(step, set string) (train.Evaluation, error) {
	var evaluated []int
	for _, e := range slices.Backward(now.evaluations) {
		if e.Set != set {
			continue
		}
		if step == "latest" || step == strconv.Itoa(e.Step) {
			return e, nil
		}
		evaluated = append(evaluated, e.Step)
	}
	if len(evaluated) == 0 {
		return train.Evaluation{}, notFoundf("the %s set has not been evaluated yet", set)
	}
	slices.Reverse(evaluated)
	return train.Evaluation{}, notFoundf("step %s was not evaluated with the %s set; evaluated were %v", step, set, evaluated)
}

func writeConfusion(w http.ResponseWriter, e train.Evaluation, classes []string) error {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	out := csv.NewWriter(w)
	_ = out.Write(append([]string{"label"}, classes...))
	for label, row := range e.Confusion {
		line := []string{classes[label]}
		for _, count := range row {
			line = append(line, strconv.Itoa(count))
		}
		_ = out.Write(line)
	}
	out.Flush() // an error means that the client has gone
	return nil
}
