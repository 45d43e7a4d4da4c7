package web

import (
	"runtime"
	"runtime/debug"
	"time"

	"filterscope/nn/train"
)

// defaultPictureShare is how much of all processors the live pictures may use.
const defaultPictureShare = 0.15

// At the fastest pace people wait for the training, so it gets nearly
// everything, but for the first steps, which change the filters most.
const (
	fullSpeedPart = 0.2 // of the share
	firstSteps    = 32
)

// refreshInterval is the least time between two live pictures of a level.
const refreshInterval = 150 * time.Millisecond

// pictureBudget is the share of all processors for the pictures of a run.
func (s *Server) pictureBudget(now train.Status) float64 {
	share := s.config.PictureShare
	if share == 0 {
		share = defaultPictureShare
	}
	if now.State == train.Running && now.Pace == (train.Pace{}) && now.Step > firstSteps {
		share *= fullSpeedPart
	}
	return share
}

// processBegan is when threads began to compute.
var processBegan = time.Now()

// A gallery decides when to draw which level of a watched run.
type gallery struct {
	shown map[lens]*train.Snapshot // the weights of the newest picture
	cheap time.Time                // when weights may be drawn again
	all   time.Time                // when everything may be
	spent spending
}

// exhibit draws what the viewers of a run want to see, while there are any.
func (s *Server) exhibit(w *watch) {
	defer s.group.Done()
	runtime.LockOSThread() // whose time is measured
	g := gallery{shown: map[lens]*train.Snapshot{}}
	for {
		now, changed := w.Latest()
		var alarm <-chan time.Time
		if due := g.due(w.wanted(), now.newest); len(due) > 0 {
			wait := s.render(w, &g, now, due)
			if wait == 0 {
				continue
			}
			alarm = time.After(wait)
		}
		select {
		case <-changed:
		case <-alarm:
		case <-w.gone.Done():
			return
		}
	}
}

// due returns the lenses without a picture of the newest weights, and forgets
// those that nobody wants.
func (g *gallery) due(wanted []lens, newest *train.Snapshot) []lens {
	var due []lens
	shown := map[lens]*train.Snapshot{}
	for _, l := range wanted {
		if before, ok := g.shown[l]; ok {
			shown[l] = before
		}
		if newest != nil && shown[l] != newest {
			due = append(due, l)
		}
	}
	g.shown = shown
	return due
}

// render draws the lenses whose time has come, and returns the wait if there
// is none.
func (s *Server) render(w *watch, g *gallery, now state, due []lens) (wait time.Duration) {
	began, used := time.Now(), threadTime()
	var chosen []lens
	brief := began.Before(g.all)
	for _, l := range due {
		isCheap := l.View == filterView && !began.Before(g.cheap)
		if !brief || isCheap || g.shown[l] == nil {
			chosen = append(chosen, l)
		}
	}
	if len(chosen) == 0 {
		wait = g.all.Sub(began)
		for _, l := range due {
			if l.View == filterView {
				wait = min(wait, g.cheap.Sub(began))
			}
		}
		return wait
	}
	s.show(w, g, now, chosen, brief)
	pause := time.Duration(float64(threadTime()-used) / (s.pictureBudget(now.status) * float64(runtime.NumCPU())))
	switch {
	case !brief:
		g.cheap, g.all = began.Add(refreshInterval), began.Add(max(pause, refreshInterval))
	default: // what the cheap ones cost is taken from the others' time
		g.cheap, g.all = began.Add(max(pause, refreshInterval)), g.all.Add(pause)
	}
	return 0
}

// show draws the newest weights through lenses into the state. A lens that
// cannot be drawn stays as it was; nothing that goes wrong here may end the
// program.
func (s *Server) show(w *watch, g *gallery, now state, chosen []lens, brief bool) {
	newest := now.newest
	for _, l := range chosen {
		g.shown[l] = newest
	}
	defer func() {
		if p := recover(); p != nil {
			s.log.Error("drawing panicked", "run", w.id, "step", newest.Step, "panic", p, "stack", string(debug.Stack()))
		}
	}()
	used := threadTime()
	made := map[lens]*picture{}
	sp, err := s.specimen(w.gone, w.id, now, newest)
	for _, l := range chosen {
		if err != nil {
			break
		}
		made[l], err = s.pictures.level(w.gone, sp, l, brief)
	}
	if w.gone.Err() != nil {
		return
	}
	if err != nil {
		s.log.Error("drawing a level failed", "run", w.id, "step", newest.Step, "error", err)
	}
	share := g.spent.add(time.Now(), threadTime()-used)
	w.update(func(now *state) {
		all := map[lens]*picture{}
		for l := range g.shown {
			if p := made[l]; p != nil {
				all[l] = p
			} else if p := now.pictures[l]; p != nil {
				all[l] = p
			}
		}
		now.pictures, now.share = all, share
	})
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
