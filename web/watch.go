package web

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"filterscope/nn/train"
)

// A watch follows one run for all who look at it, and keeps its newest state
// in a cell.
type watch struct {
	id     string
	gone   context.Context // ends when the run is deleted or the server closes
	end    context.CancelFunc
	curves *curveCache

	mu      sync.Mutex
	now     state
	info    train.Info    // but for its status
	asked   time.Time     // when info was asked for
	changed chan struct{} // closed and replaced when there is a newer state
	viewers int
	lenses  map[lens]int // that viewers look through, and how many
}

// state is a run at a moment. Its slices only ever grow in place, so a copy
// stays what it was.
type state struct {
	status      train.Status
	points      history
	evaluations []train.Evaluation
	kept        []int             // steps of the kept snapshots, ascending
	places      []place           // where the run was at them, and at changes
	newest      *train.Snapshot   // newest weights
	pictures    map[lens]*picture // newest through each lens that viewers want
	share       float64           // of the processor that the gallery uses
	named       int               // how often the run was given a name here
	ended       error             // why nothing newer will come; nil while it may
}

// errFollow is what viewers are told when a run's records cannot be read.
var errFollow = errors.New("the run's records cannot be read at present")

// history are the train points of a run: index i is step i+1.
type history struct {
	loss, accuracy []float64
}

func (h history) len() int { return len(h.loss) }

// Latest returns the newest state, and a channel that closes when there is a
// newer one.
func (w *watch) Latest() (state, <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now, w.changed
}

// update changes the state and tells all who wait.
func (w *watch) update(change func(*state)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change(&w.now)
	close(w.changed)
	w.changed = make(chan struct{})
}

// join and leave count a viewer, and what it wants pictures of.
func (w *watch) join(lenses []lens)  { w.count(1, lenses) }
func (w *watch) leave(lenses []lens) { w.count(-1, lenses) }

func (w *watch) count(n int, lenses []lens) {
	w.mu.Lock()
	w.viewers += n
	for _, l := range lenses {
		w.lenses[l] += n
		if w.lenses[l] == 0 {
			delete(w.lenses, l)
		}
	}
	w.mu.Unlock()
	w.update(func(*state) {})
}

// wanted is the lenses that some viewer looks through, in a fixed order.
func (w *watch) wanted() []lens {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.SortedFunc(maps.Keys(w.lenses), func(a, b lens) int { return cmp.Compare(a.key(), b.key()) })
}

func (w *watch) audience() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.viewers
}

// take adds a record to the state.
func (w *watch) take(r train.Record) error {
	w.update(func(s *state) {
		s.status = r.Status
		for _, p := range r.Points {
			s.points.loss = append(s.points.loss, p.Loss)
			s.points.accuracy = append(s.points.accuracy, p.Accuracy)
		}
		s.evaluations = append(s.evaluations, r.Evaluations...)
		if r.Event != nil || r.Snapshot != nil && r.Snapshot.Keep {
			s.places = append(s.places, placeOf(r.Status))
		}
		if r.Snapshot == nil {
			return
		}
		if n := len(s.kept); r.Snapshot.Keep && (n == 0 || s.kept[n-1] < r.Snapshot.Step) {
			s.kept = append(s.kept, r.Snapshot.Step)
		}
		if r.Snapshot.Net == nil {
			return // of the past
		}
		s.newest = r.Snapshot
	})
	return nil
}

// reach waits until the state is where a status is, and has weights.
func (w *watch) reach(ctx context.Context, then train.Status) (state, error) {
	for {
		now, changed := w.Latest()
		switch {
		case now.ended != nil:
			return now, now.ended
		case now.newest != nil && now.status.Step >= then.Step && now.status.UnitChanges >= then.UnitChanges:
			return now, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return now, ctx.Err()
		}
	}
}

// watch returns the watch of a run that exists, and its state, which is not
// older than the run is now.
func (s *Server) watch(ctx context.Context, id string) (*watch, state, error) {
	info, err := s.config.Runs.Get(ctx, id)
	if err != nil {
		return nil, state{}, err
	}
	w, err := s.watched(id)
	if err != nil {
		return nil, state{}, err
	}
	w.know(info)
	now, err := w.reach(ctx, info.Status)
	return w, now, err
}

// infoInterval is how old what is known of a run besides its state may be.
const infoInterval = 2 * time.Second

// describe returns the run with the given status. Its name may have been
// changed a moment ago elsewhere.
func (w *watch) describe(ctx context.Context, runs Runs, status train.Status) (train.Info, error) {
	w.mu.Lock()
	info, fresh := w.info, time.Since(w.asked) < infoInterval
	w.mu.Unlock()
	if !fresh {
		newer, err := runs.Get(ctx, w.id)
		switch {
		case err == nil:
			info = newer
			w.know(info)
		case errors.Is(err, train.ErrNoRun) || info.ID == "":
			return info, err
		}
	}
	info.Status = status
	return info, nil
}

func (w *watch) know(info train.Info) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.info, w.asked = info, time.Now()
}

// renamed tells a run's viewers its new name.
func (s *Server) renamed(info train.Info) {
	s.mu.Lock()
	w := s.watches[info.ID]
	s.mu.Unlock()
	if w != nil {
		w.know(info)
		w.update(func(now *state) { now.named++ })
	}
}

// watched returns the watch of a run, and begins it where there is none.
func (s *Server) watched(id string) (*watch, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if w, ok := s.watches[id]; ok {
		return w, nil
	}
	if s.closed {
		return nil, train.ErrEnded
	}
	w := &watch{id: id, changed: make(chan struct{}), curves: newCurveCache(), lenses: map[lens]int{}}
	w.gone, w.end = context.WithCancel(s.ctx)
	s.watches[id] = w
	s.group.Add(2)
	go s.follow(w)
	go s.exhibit(w)
	return w, nil
}

// follow fills the watch until the run is deleted or the server closes.
func (s *Server) follow(w *watch) {
	defer s.group.Done()
	defer w.end()
	ended := s.config.Runs.Follow(w.gone, w.id, w.take)
	switch {
	case s.ctx.Err() != nil:
		ended = train.ErrEnded
	case !errors.Is(ended, train.ErrNoRun):
		s.log.Error("following a run failed", "run", w.id, "error", ended)
		ended = errFollow
	}
	s.mu.Lock()
	delete(s.watches, w.id)
	s.mu.Unlock()
	w.update(func(now *state) { now.ended = ended })
}
