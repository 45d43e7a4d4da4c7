package web

import (
	"encoding/csv"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/go-chi/chi/v5"

	"filterscope/nn/train"
	"filterscope/web/figure"
)

// metricsAsJSON answers with the metric history; ?from= and ?to= (steps) cut it
// and ?points= thins it for a screen.
func (s *Server) metricsAsJSON(w http.ResponseWriter, r *http.Request) error {
	m, err := s.metricsOf(r)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, m)
}

// metricsAsCSV answers with the same as lines of set, step, epoch, seconds, loss,
// accuracy.
func (s *Server) metricsAsCSV(w http.ResponseWriter, r *http.Request) error {
	m, err := s.metricsOf(r)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="metrics-`+chi.URLParam(r, "run")+`.csv"`)
	h.Set("Cache-Control", "no-store")
	out := csv.NewWriter(w)
	_ = out.Write([]string{"set", "step", "epoch", "seconds", "loss", "accuracy"})
	for _, set := range []struct {
		name   string
		series seriesJSON
	}{{"train", m.Train}, {train.ValidationSet, m.Validation}, {train.TestSet, m.Test}} {
		c := set.series
		for i, step := range c.Step {
			_ = out.Write([]string{set.name, strconv.Itoa(step), formatFloat(c.Epoch[i]), formatFloat(c.Seconds[i]), formatFloat(c.Loss[i]), formatFloat(c.Accuracy[i])})
		}
	}
	out.Flush() // an error means that the client has gone
	return nil
}

func formatFloat(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

func (s *Server) metricsOf(r *http.Request) (metricsJSON, error) {
	q, err := queryOf(r, "from", "to", "points")
	if err != nil {
		return metricsJSON{}, err
	}
	from, to, err := q.stepRange()
	if err != nil {
		return metricsJSON{}, err
	}
	points, err := q.integer("points", 0, 8, 1_000_000)
	if err != nil {
		return metricsJSON{}, err
	}
	_, now, err := s.watch(r.Context(), chi.URLParam(r, "run"))
	if err != nil {
		return metricsJSON{}, err
	}
	m := columns(now, 0)
	return metricsJSON{
		Train:      m.Train.cut(from, to).thin(points),
		Test:       m.Test.cut(from, to).thin(points),
		Validation: m.Validation.cut(from, to).thin(points),
	}, nil
}

// cut returns the points of steps from..to.
func (c seriesJSON) cut(from, to int) seriesJSON {
	lo, _ := slices.BinarySearch(c.Step, from)
	hi, _ := slices.BinarySearch(c.Step, to+1)
	hi = max(lo, hi)
	return c.between(lo, hi)
}

// between returns the points of indices lo to hi-1.
func (c seriesJSON) between(lo, hi int) seriesJSON {
	return seriesJSON{c.Step[lo:hi], c.Epoch[lo:hi], c.Seconds[lo:hi], c.Loss[lo:hi], c.Accuracy[lo:hi]}
}

// thin returns at most so many points, the extremes of loss and accuracy among
// them; 0 means all.
func (c seriesJSON) thin(points int) seriesJSON {
	if points == 0 || len(c.Step) <= points {
		return c
	}
	chosen := append(figure.Thin(c.Step, c.Loss, (points+1)/2), figure.Thin(c.Step, c.Accuracy, (points+1)/2)...)
	slices.Sort(chosen)
	var t seriesJSON
	for _, i := range slices.Compact(chosen) {
		t.add(c.Step[i], c.Epoch[i], c.Seconds[i], c.Loss[i], c.Accuracy[i])
	}
	return t
}

// evaluations answers with every evaluation of a run, oldest first.
func (s *Server) evaluations(w http.ResponseWriter, r *http.Request) error {
	_, now, err := s.watch(r.Context(), chi.URLParam(r, "run"))
	if err != nil {
		return err
	}
	all := append([]train.Evaluation{}, now.evaluations...)
	return writeJSON(w, http.StatusOK, map[string][]train.Evaluation{"evaluations": all})
}

// query reads a request's parameters, each with an error that says what is
// possible.
type query struct{ values url.Values }

// queryOf refuses parameters that nobody reads.
func queryOf(r *http.Request, known ...string) (query, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return query{}, badRequest("the address's parameters are malformed")
	}
	for name := range values {
		if !slices.Contains(known, name) {
			if len(known) == 0 {
				return query{}, badRequest("%q is no parameter here; there are none", name)
			}
			return query{}, badRequest("%q is no parameter here; there are %q", name, known)
		}
	}
	return query{values}, nil
}

// bare refuses all parameters before a handler that reads none.
func bare(h func(http.ResponseWriter, *http.Request) error) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		if _, err := queryOf(r); err != nil {
			return err
		}
		return h(w, r)
	}
}

func (q query) integer(name string, fallback, least, most int) (int, error) {
	text := q.values.Get(name)
	if text == "" {
		return fallback, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		return 0, badRequest("%s: %q is impossible; use a whole number from %d to %d", name, text, least, most)
	}
	return n, nil
}

func (q query) number(name string, fallback, least, most float64) (float64, error) {
	text := q.values.Get(name)
	if text == "" {
		return fallback, nil
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v >= least && v <= most) {
		return 0, badRequest("%s: %q is impossible; use a number from %g to %g", name, text, least, most)
	}
	return v, nil
}

func (q query) choice(name, fallback string, possible ...string) (string, error) {
	text := q.values.Get(name)
	if text == "" {
		return fallback, nil
	}
	if !slices.Contains(possible, text) {
		return "", badRequest("%s: %q is not known; use one of %q", name, text, possible)
	}
	return text, nil
}

// stepRange reads from and to; the whole run where they are left out.
func (q query) stepRange() (from, to int, err error) {
	if from, err = q.integer("from", 0, 0, math.MaxInt32); err != nil {
		return 0, 0, err
	}
	if to, err = q.integer("to", math.MaxInt32, 1, math.MaxInt32); err != nil {
		return 0, 0, err
	}
	if from > to {
		return 0, 0, badRequest("from: %d is after to: %d", from, to)
	}
	return from, to, nil
}

// mostRange bounds the range of an axis.
const mostRange = 1e12

// axisRange reads from and to in an axis' own unit; zeros where they are left
// out.
func (q query) axisRange() (from, to float64, err error) {
	if from, err = q.number("from", 0, 0, mostRange); err != nil {
		return 0, 0, err
	}
	if to, err = q.number("to", 0, 0, mostRange); err != nil {
		return 0, 0, err
	}
	if text := q.values.Get("to"); text != "" && to <= from {
		return 0, 0, badRequest("to: %s is impossible; use a number above from, %g", text, from)
	}
	return from, to, nil
}
