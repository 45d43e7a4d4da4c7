package web

import (
	"maps"
	"runtime"
	"runtime/debug"
	"time"

	"filterscope/nn"
	"filterscope/nn/train"
)

// How much of the processor the live pictures may use. At the fastest pace
// people wait for the training, so it gets nearly everything, but for the first
// steps, which change the filters most.
const (
	pictureBudget    = 0.15
	pictureBudgetMax = 0.03 // while training at full speed
	firstSteps       = 32
)

// lowInterval is the least time between two live pictures of the low level.
const lowInterval = 250 * time.Millisecond

// budgetOf returns the share of the processor for the pictures of a run.
func budgetOf(s train.Status) float64 {
	if s.State == train.Running && s.Pace == (train.Pace{}) && s.Step > firstSteps {
		return pictureBudgetMax
	}
	return pictureBudget
}

// A gallery decides when to render which level of a watched run.
type gallery struct {
	low     shown
	patches shown
	spent   spending
}

// shown is the newest weights that a picture was made of, and when there may
// be another.
type shown struct {
	of   *train.Snapshot
	next time.Time
}

func (s shown) wants(newer *train.Snapshot, now time.Time) (wait time.Duration, wanted bool) {
	if s.of == newer {
		return 0, false
	}
	return max(s.next.Sub(now), 0), true
}

// exhibit renders the levels of a run while somebody looks.
func (s *Server) exhibit(w *watch) {
	defer s.group.Done()
	var g gallery
	for {
		now, changed := w.Latest()
		var alarm <-chan time.Time
		if w.audience() > 0 && now.newest != nil {
			wait, more := s.render(w, &g, now)
			if more && wait == 0 {
				continue
			}
			if more {
				alarm = time.After(wait)
			}
		}
		select {
		case <-changed:
		case <-alarm:
		case <-w.gone.Done():
			return
		}
	}
}

// render makes the pictures that are due, and returns the wait until the next
// is; more is false when all are up to date.
func (s *Server) render(w *watch, g *gallery, now state) (wait time.Duration, more bool) {
	began := time.Now()
	lowWait, wantsLow := g.low.wants(now.newest, began)
	patchesWait, wantsPatches := time.Duration(0), false
	if now.snapshot != nil {
		patchesWait, wantsPatches = g.patches.wants(now.snapshot, began)
	}
	switch {
	case wantsLow && lowWait == 0:
		s.show(w, g, now.newest, lowLevels(now.newest.Net.Arch))
		g.low = shown{now.newest, began.Add(lowInterval)}
		return 0, true
	case wantsPatches && patchesWait == 0:
		s.show(w, g, now.snapshot, patchLevels(now.snapshot.Net.Arch))
		cost := time.Since(began)
		pause := time.Duration(float64(cost) / (budgetOf(now.status) * float64(runtime.NumCPU())))
		g.patches = shown{now.snapshot, began.Add(max(pause, lowInterval))}
		return 0, true
	case wantsLow && wantsPatches:
		return min(lowWait, patchesWait), true
	case wantsLow:
		return lowWait, true
	}
	return patchesWait, wantsPatches
}

// show renders levels of a snapshot into the state. A level that cannot be
// drawn stays as it was; nothing that goes wrong here may end the program.
func (s *Server) show(w *watch, g *gallery, snapshot *train.Snapshot, levels []string) {
	defer func() {
		if p := recover(); p != nil {
			s.log.Error("rendering panicked", "run", w.id, "step", snapshot.Step, "panic", p, "stack", string(debug.Stack()))
		}
	}()
	began := time.Now()
	made := map[string]*picture{}
	for _, level := range levels {
		p, err := s.pictures.level(w.gone, w.id, snapshot, level)
		if w.gone.Err() != nil {
			return
		}
		if err != nil {
			s.log.Error("rendering a level failed", "run", w.id, "step", snapshot.Step, "level", level, "error", err)
			continue
		}
		made[level] = p
	}
	share := g.spent.add(time.Now(), time.Since(began))
	w.update(func(now *state) {
		all := maps.Clone(now.pictures)
		if all == nil {
			all = map[string]*picture{}
		}
		maps.Copy(all, made)
		now.pictures, now.share = all, share
	})
}

// lowLevels and patchLevels name the levels drawn from the weights alone, and
// from strongest patches.
func lowLevels(a *nn.Architecture) []string   { return levelNames(a, true) }
func patchLevels(a *nn.Architecture) []string { return levelNames(a, false) }

func levelNames(a *nn.Architecture, low bool) []string {
	var names []string
	for _, level := range a.Levels() {
		if (level.Name == lowLevel) == low {
			names = append(names, level.Name)
		}
	}
	return names
}

// spendingSpan is the time over which the share of the processor is measured.
const spendingSpan = 20 * time.Second

// spending measures what share of the processor is used.
type spending struct {
	since time.Time
	cost  time.Duration
}

// add counts a cost that ended now and returns the share of all processors
// since about a spendingSpan ago.
func (s *spending) add(now time.Time, cost time.Duration) float64 {
	if s.since.IsZero() {
		s.since = now.Add(-max(cost, time.Second))
	}
	s.cost += cost
	span := now.Sub(s.since)
	share := s.cost.Seconds() / span.Seconds() / float64(runtime.NumCPU())
	if span > spendingSpan {
		// Forget the older half at the same rate.
		s.since = now.Add(-span / 2)
		s.cost /= 2
	}
	return share
}
