package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"github.com/go-chi/chi/v5"

	"filterscope/nn"
	"filterscope/nn/train"
)

// immutable is the caching of what never changes.
const immutable = "public, max-age=31536000, immutable"

// A specimen is a snapshot to be looked at, with the weights that it is
// compared to.
type specimen struct {
	run      string
	now      state // of the run when the snapshot was sought
	snapshot *train.Snapshot
	found    *findings
	start    func() (*findings, error)       // of the weights of step 0
	earlier  func() (*train.Snapshot, error) // kept at least changeSteps before, or the first
}

// specimen prepares a snapshot of a run, whose state is now, to be looked at.
func (s *Server) specimen(ctx context.Context, id string, now state, snapshot *train.Snapshot) (specimen, error) {
	found, err := s.microscope.at(id, snapshot)
	if err != nil {
		return specimen{}, err
	}
	return specimen{
		run: id, now: now, snapshot: snapshot, found: found,
		start: sync.OnceValues(func() (*findings, error) {
			first, err := s.randomStart(ctx, id, now)
			if err != nil {
				return nil, err
			}
			return s.microscope.at(id, first)
		}),
		earlier: sync.OnceValues(func() (*train.Snapshot, error) {
			return s.keptBefore(ctx, id, now, snapshot.Step-changeSteps)
		}),
	}, nil
}

// randomStart is the weights of step 0. A branch does not keep them: they are
// drawn again from the seed.
func (s *Server) randomStart(ctx context.Context, id string, now state) (*train.Snapshot, error) {
	if now.kept[0] == 0 {
		return s.config.Runs.Snapshot(ctx, id, 0)
	}
	info, err := s.config.Runs.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	return &train.Snapshot{Net: nn.NewNetwork(now.newest.Net.Arch, info.Config.Seed)}, nil
}

// keptBefore returns the newest kept snapshot at or before a step, or the
// first.
func (s *Server) keptBefore(ctx context.Context, id string, now state, step int) (*train.Snapshot, error) {
	i, found := slices.BinarySearch(now.kept, step)
	if !found {
		i = max(0, i-1)
	}
	return s.config.Runs.Snapshot(ctx, id, now.kept[i])
}

// specimenOf finds the specimen that a request names, and sets the headers
// that all that is made of it shares. A nil found without an error means that
// the request was redirected to a kept step.
func (s *Server) specimenOf(w http.ResponseWriter, r *http.Request) (specimen, error) {
	id, now, snapshot, err := s.snapshotOf(w, r)
	if err != nil || snapshot == nil {
		return specimen{}, err
	}
	return s.specimen(r.Context(), id, now, snapshot)
}

// snapshotOf finds the run, its state and the snapshot that a request names,
// and sets the headers of its answer. A nil snapshot without an error means
// that the request was redirected to a kept step.
func (s *Server) snapshotOf(w http.ResponseWriter, r *http.Request) (string, state, *train.Snapshot, error) {
	id, step := chi.URLParam(r, "run"), chi.URLParam(r, "step")
	_, now, err := s.watch(r.Context(), id)
	if err != nil {
		return id, now, nil, err
	}
	snapshot, err := s.snapshotAt(r.Context(), id, now, step)
	if err != nil {
		return id, now, nil, err
	}
	h := w.Header()
	if step != "latest" && step != strconv.Itoa(snapshot.Step) {
		h.Set("Cache-Control", "no-store")
		http.Redirect(w, r, keptURL(r, snapshot.Step), http.StatusFound)
		return id, now, nil, nil
	}
	h.Set("X-Step", strconv.Itoa(snapshot.Step))
	h.Set("X-Snapshot", strconv.FormatBool(snapshot.Keep))
	h.Set("Cache-Control", immutable)
	if step == "latest" || snapshot.Step == now.status.Step && now.status.UnitChanges > 0 {
		h.Set("Cache-Control", "no-store") // units may have been changed at this step, and may be again
	}
	return id, now, snapshot, nil
}
