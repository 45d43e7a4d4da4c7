package web

import (
	"context"
	"math/bits"
	"net/http"
	"slices"

	"github.com/go-chi/chi/v5"

	"filterscope/nn/feature"
)

// cachedRows is of how many steps the vitals of all units are remembered.
const cachedRows = 128

// A vitalsRow is how all units of a network do at a step.
type vitalsRow struct {
	gradient []float32            // of the mean loss, laid out like the weights
	units    map[int][]unitVitals // by layer
	since    *int                 // the kept step before, since which updates are told
}

// unitVitals is how one unit does, and what it answers to the probe.
type unitVitals struct {
	feature.Vitals
	best        float32
	active      float64 // share of the images
	selectivity []float64
}

// rowKey tells the vitals of a run's steps apart. Those of the newest step
// change with its units, and are final when there is a next one.
func rowKey(run string, now state, step int) findingKey {
	key := findingKey{run: run, step: step, changes: -1}
	if step == now.status.Step {
		key.changes = now.status.UnitChanges
	}
	return key
}

// row returns the vitals of a specimen's step. Those of kept steps are
// remembered.
func (s *Server) row(ctx context.Context, sp specimen) (*vitalsRow, error) {
	now := sp.now
	key := rowKey(sp.run, now, sp.snapshot.Step)
	isKept := sp.snapshot.Keep && (key.changes < 0 || key.changes == sp.snapshot.UnitChanges)
	if row, ok := s.rows.Get(key); ok && isKept {
		return row, nil
	}
	start, err := sp.start()
	if err != nil {
		return nil, err
	}
	f := sp.found
	row := &vitalsRow{gradient: f.lossGradient(), units: map[int][]unitVitals{}}
	var before *feature.Past
	if i, _ := slices.BinarySearch(now.kept, sp.snapshot.Step); i > 0 {
		earlier, err := s.config.Runs.Snapshot(ctx, sp.run, now.kept[i-1])
		if err != nil {
			return nil, err
		}
		before, row.since = &feature.Past{Net: earlier.Net, Steps: sp.snapshot.Step - earlier.Step}, &earlier.Step
	}
	for _, layer := range f.bench.layers {
		survey := f.survey(layer)
		best := finite(survey.Top(1).Max)
		for u, v := range feature.VitalsOf(f.net, start.net, before, row.gradient, layer) {
			row.units[layer] = append(row.units[layer], unitVitals{v, best[u], survey.ActiveShare(u), f.bench.selectivity(survey, u)})
		}
	}
	if isKept {
		s.rows.Add(key, row)
	}
	return row, nil
}

// onGrid reports whether a step is one of so many, a power of two, per doubling
// of the step; steps up to that number all are.
func onGrid(step, perDoubling int) bool {
	if step <= perDoubling {
		return true
	}
	return step%max(1, 1<<(bits.Len(uint(step))-1)/perDoubling) == 0
}

// shownPerDoubling is how many steps a history shows per doubling.
const shownPerDoubling = 4

// history is the vitals at the kept steps that a history shows.
func (s *Server) history(ctx context.Context, id string, now state) (steps []int, rows []*vitalsRow, err error) {
	steps = now.shownSteps()
	rows = make([]*vitalsRow, len(steps))
	for i, step := range steps {
		if rows[i], err = s.rowAt(ctx, id, now, step); err != nil {
			return nil, nil, err
		}
	}
	return steps, rows, nil
}

func (s *Server) rowAt(ctx context.Context, id string, now state, step int) (*vitalsRow, error) {
	if row, ok := s.rows.Get(rowKey(id, now, step)); ok {
		return row, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	snapshot, err := s.config.Runs.Snapshot(ctx, id, step)
	if err != nil {
		return nil, err
	}
	sp, err := s.specimen(ctx, id, now, snapshot)
	if err != nil {
		return nil, err
	}
	return s.row(ctx, sp)
}

// vitalsColumns are a unit's vitals as columns, one entry a step.
type vitalsColumns struct {
	Steps        []int       `json:"steps"`
	Norm         []float64   `json:"norm"`
	Bias         []float64   `json:"bias"`
	GradientNorm []float64   `json:"gradientNorm"`
	UpdateRatio  []float64   `json:"updateRatio"`
	Distance     []float64   `json:"distance"`
	ActiveShare  []float64   `json:"activeShare"`
	Best         []float32   `json:"best"`
	Selectivity  [][]float64 `json:"selectivity"`
	Dead         []bool      `json:"dead"`
	Probe        probeJSON   `json:"probe"`
}

// unitVitals answers with a unit's vitals over the kept steps.
func (s *Server) unitVitals(w http.ResponseWriter, r *http.Request) error {
	if _, err := queryOf(r); err != nil {
		return err
	}
	columns, err := s.vitalsColumns(r)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, columns)
}

func (s *Server) vitalsColumns(r *http.Request) (vitalsColumns, error) {
	h, err := s.unitHistory(r)
	if err != nil {
		return vitalsColumns{}, err
	}
	c := vitalsColumns{Steps: h.steps, Probe: probeJSON{trainProbe, len(h.bench.index)}}
	for _, row := range h.rows {
		v := row.units[h.layer][h.unit]
		c.Norm, c.Bias = append(c.Norm, v.Norm), append(c.Bias, v.Bias)
		c.GradientNorm = append(c.GradientNorm, v.GradientNorm)
		c.UpdateRatio = append(c.UpdateRatio, v.UpdateRatio)
		c.Distance = append(c.Distance, v.Distance)
		c.ActiveShare = append(c.ActiveShare, v.active)
		c.Best = append(c.Best, v.best)
		c.Selectivity = append(c.Selectivity, v.selectivity)
		c.Dead = append(c.Dead, v.active == 0)
	}
	return c, nil
}

// unitHistory is a unit and how all do at the steps of a history.
type unitHistory struct {
	bench       *bench
	layer, unit int
	steps       []int
	rows        []*vitalsRow
}

func (s *Server) unitHistory(r *http.Request) (unitHistory, error) {
	id := chi.URLParam(r, "run")
	_, now, err := s.watch(r.Context(), id)
	if err != nil {
		return unitHistory{}, err
	}
	var h unitHistory
	if h.layer, h.unit, err = unitOf(now.newest.Net.Arch, chi.URLParam(r, "level"), chi.URLParam(r, "unit")); err != nil {
		return h, err
	}
	found, err := s.microscope.at(id, now.newest)
	if err != nil {
		return h, err
	}
	h.bench = found.bench
	h.steps, h.rows, err = s.history(r.Context(), id, now)
	return h, err
}
