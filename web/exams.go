package web

import (
	"context"
	"runtime"
	"sync"

	lru "github.com/hashicorp/golang-lru/v2"

	"filterscope/nn"
	"filterscope/nn/digits"
	"filterscope/nn/exam"
	"filterscope/nn/train"
)

const (
	// What exams remember, in bytes: the sums of a step take 5 kB with ten
	// classes, all answers to 10,000 images half a megabyte.
	gradeBytes   = 16 << 20
	answersBytes = 32 << 20
	layoutBytes  = 16 << 20
	// mapped is how many test images, the first ones, are laid out on a map.
	mapped = 1000
)

// exams are what networks say of the whole test set, found out one at a time,
// so that training is not slowed much, and remembered.
type exams struct {
	data func() (*digits.Data, error)
	turn chan struct{} // held by the one that computes

	grades  *shelf[*grades]
	answers *shelf[*exam.Answers]
	layouts *shelf[*layout]
}

func newExams(data func() (*digits.Data, error)) *exams {
	return &exams{
		data: data, turn: make(chan struct{}, 1),
		grades: newShelf[*grades](gradeBytes), answers: newShelf[*exam.Answers](answersBytes), layouts: newShelf[*layout](layoutBytes),
	}
}

// Grades are what is told of a network's exam without any of its answers but
// the worst.
type grades struct {
	evaluation  nn.Evaluation
	scores      []exam.Score
	calibration exam.Calibration
	worst       []mistakeJSON
}

// Size is the memory that it takes, in bytes, about.
func (g *grades) Size() int {
	n := len(g.scores)
	return 8*n*n + 24*n + (64+8*n)*len(g.worst)
}

// taken returns the grades and the answers of a network, of which the answers
// may be nil unless they are needed. A network that has diverged has an error.
func (e *exams) taken(ctx context.Context, key findingKey, net *nn.Network, workers int, needAnswers bool) (*grades, *exam.Answers, error) {
	known := func() (*grades, *exam.Answers, bool) {
		g, ok := e.grades.get(key)
		a, isThere := e.answers.get(key)
		return g, a, ok && (isThere || !needAnswers)
	}
	if g, a, ok := known(); ok {
		return g, a, nil
	}
	if err := e.enter(ctx); err != nil {
		return nil, nil, err
	}
	defer e.leave()
	if g, a, ok := known(); ok { // somebody else has asked for the same
		return g, a, nil
	}
	data, err := e.data()
	if err != nil {
		return nil, nil, err
	}
	a := exam.Take(net, examplesOf(data.Test), workers)
	if !a.AreNumbers() {
		return nil, nil, diverged(key.step)
	}
	g := gradesOf(a)
	e.answers.add(key, a)
	e.grades.add(key, g)
	return g, a, nil
}

// enter waits for the turn to compute.
func (e *exams) enter(ctx context.Context) error {
	select {
	case e.turn <- struct{}{}:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (e *exams) leave() { <-e.turn }

func examplesOf(set *digits.Set) nn.Examples {
	return nn.Examples{Images: set.Images, Labels: set.Labels}
}

// examWorkers is how many goroutines an exam may use: one while the run
// trains.
func examWorkers(now state) int {
	if now.status.State == train.Running {
		return 1
	}
	return runtime.NumCPU()
}

// A layout is where the mapped images lie, and what the network says of them.
type layout struct {
	*exam.Layout
	answers *exam.Answers
}

// Size is the memory that it takes, in bytes.
func (l *layout) Size() int { return l.Layout.Size() + l.answers.Size() }

// layoutAt lays out the test images by a snapshot, turned towards its anchor's
// layout, which is computed first if it is not known. Of steps that are not
// kept nothing is remembered.
func (s *Server) layoutAt(ctx context.Context, id string, now state, snapshot *train.Snapshot) (*layout, error) {
	key := keyOf(id, snapshot)
	if known, ok := s.exams.layouts.get(key); ok {
		return known, nil
	}
	var anchor *exam.Layout
	if at, ok := exam.Anchor(snapshot.Step, now.kept[0]); ok {
		earlier, err := s.config.Runs.Snapshot(ctx, id, at)
		if err != nil {
			return nil, err
		}
		before, err := s.layoutAt(ctx, id, now, earlier)
		if err != nil {
			return nil, err
		}
		anchor = before.Layout
	}
	data, err := s.config.Data()
	if err != nil {
		return nil, err
	}
	if err := s.exams.enter(ctx); err != nil {
		return nil, err
	}
	defer s.exams.leave()
	if known, ok := s.exams.layouts.get(key); ok {
		return known, nil
	}
	few, workers := examplesOf(data.Test.Head(min(mapped, data.Test.Len()))), examWorkers(now)
	made := &layout{answers: exam.Take(snapshot.Net, few, workers)}
	if !made.answers.AreNumbers() {
		return nil, diverged(snapshot.Step)
	}
	made.Layout = exam.NewLayout(snapshot.Net, few, workers, anchor)
	s.exams.layouts.add(key, made)
	return made, nil
}

// A shelf remembers what was asked for last, up to so many bytes.
type shelf[V interface{ Size() int }] struct {
	mu    sync.Mutex
	most  int
	bytes int
	items *lru.Cache[findingKey, V]
}

func newShelf[V interface{ Size() int }](most int) *shelf[V] {
	return &shelf[V]{most: most, items: newCache[findingKey, V](1 << 16)}
}

func (s *shelf[V]) get(key findingKey) (V, bool) {
	return s.items.Get(key)
}

// add remembers an item, unless nobody keeps the weights that it is of.
func (s *shelf[V]) add(key findingKey, item V) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if key.net != nil || s.items.Contains(key) {
		return
	}
	s.items.Add(key, item)
	for s.bytes += item.Size(); s.bytes > s.most && s.items.Len() > 1; {
		_, oldest, _ := s.items.RemoveOldest()
		s.bytes -= oldest.Size()
	}
}
