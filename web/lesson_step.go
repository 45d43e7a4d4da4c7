package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"

	"github.com/go-chi/chi/v5"
	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"

	"filterscope/nn/digits"
	"filterscope/nn/lesson"
	"filterscope/nn/train"
)

const (
	cachedTrials = 64
	trialsBytes  = 48 << 20 // that the networks of remembered trials take, about
	// mostWhatIf bounds the steps of a run with other settings that a lesson
	// computes: each time all of them.
	mostWhatIf = 100
	// mostMembers bounds the images of a batch that a lesson tells of.
	mostMembers = 256
)

// lessons are steps taken apart, the newest of which are remembered.
type lessons struct {
	cache *lru.Cache[trialKey, *dissection]
	group singleflight.Group
	turn  chan struct{} // held by the one that computes
}

func newLessons() *lessons {
	return &lessons{cache: newCache[trialKey, *dissection](cachedTrials), turn: make(chan struct{}, 1)}
}

// trialKey tells steps apart. What follows a run's newest step depends on the
// settings that the run has then.
type trialKey struct {
	run        string
	step, from int
	rate       float64 // other settings; 0: the run's own
	batchSize  int
	then       train.Status // of the run, if its newest step is where the trial begins, but for what changes by itself
}

// A dissection is a step and what the network makes of the fixed digits before
// and after it.
type dissection struct {
	*train.Trial
	recorded train.Status // settings of the run itself there
	index    []int        // of the digits in the test set
	pixels   [][]float32  // theirs
	labels   []byte

	mu     sync.Mutex // held while before or after is used
	before *lesson.Pass
	after  *lesson.Pass // nil if the step cannot be taken

	members   *lesson.Pass // the first images of the batch
	lossAfter float64      // of the whole batch
	hitsAfter int
}

// dissect takes apart the step that a request names.
func (s *Server) dissect(r *http.Request, known ...string) (*dissection, lessonQuery, state, error) {
	id := chi.URLParam(r, "run")
	_, now, err := s.watch(r.Context(), id)
	if err != nil {
		return nil, lessonQuery{}, now, err
	}
	q, err := lessonQueryOf(r, now.status.Step, known...)
	if err != nil {
		return nil, q, now, err
	}
	key := trialKey{run: id, step: q.step, from: q.from, rate: q.rate, batchSize: q.batchSize}
	if q.from == now.status.Step {
		then := now.status
		key.then = train.Status{State: then.State, Epochs: then.Epochs, LearningRate: then.LearningRate, BatchSize: then.BatchSize, UnitChanges: then.UnitChanges}
	}
	if known, ok := s.lessons.cache.Get(key); ok {
		return known, q, now, nil
	}
	computing := s.lessons.group.DoChan(fmt.Sprint(key), func() (any, error) {
		d, err := s.newDissection(s.ctx, key, q)
		if err == nil {
			s.lessons.add(key, d)
		}
		return d, err
	})
	select {
	case result := <-computing:
		d, _ := result.Val.(*dissection)
		return d, q, now, result.Err
	case <-r.Context().Done():
		return nil, q, now, r.Context().Err()
	}
}

// add remembers a step, and forgets those asked for longest ago where there are
// too many as large as it.
func (l *lessons) add(key trialKey, d *dissection) {
	l.cache.Add(key, d)
	const networks = 6 // before, after, the gradient, and a state of three
	for most := max(2, trialsBytes/(4*networks*len(d.Gradient))); l.cache.Len() > most; {
		l.cache.RemoveOldest()
	}
}

// searchedBack is how many steps before a lesson's one are remembered, if any,
// that it is computed from.
const searchedBack = 32

// try computes a step from the nearest state that is known.
func (s *Server) try(ctx context.Context, key trialKey, q lessonQuery, data *digits.Data) (t *train.Trial, at train.Status, err error) {
	info, err := s.taker(ctx, key.run, q.from)
	if err != nil {
		return nil, at, err
	}
	if from := info.Config.From; from != nil && q.from < from.Step {
		return nil, at, notFoundf("step %d was taken by the run that this one branched from, which is deleted; the steps behind %d can be taken apart", q.step, from.Step)
	}
	before := key
	before.step--
	if d, ok := s.lessons.cache.Get(before); ok && q.isWhatIf() && d.End != nil {
		t, err := train.Try(ctx, info.Config, d.End, data, train.Options{}, train.Change{}, q.step)
		if err == nil {
			t.Path = slices.Concat(d.Path, t.Path)
		}
		return t, d.recorded, err
	}
	var known *train.Checkpoint
	for step := q.from; step > q.from-searchedBack && known == nil; step-- {
		if d, ok := s.lessons.cache.Get(trialKey{run: key.run, step: step, from: step - 1}); ok {
			known = d.End
		}
	}
	from, err := s.config.Runs.Checkpoint(ctx, info.ID, q.from, known)
	if err != nil {
		return nil, at, err
	}
	t, err = train.Try(ctx, info.Config, from, data, train.Options{}, q.change(), q.step)
	return t, from.Status, err
}

func (s *Server) newDissection(ctx context.Context, key trialKey, q lessonQuery) (*dissection, error) {
	select {
	case s.lessons.turn <- struct{}{}:
		defer func() { <-s.lessons.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	data, err := s.config.Data()
	if err != nil {
		return nil, err
	}
	d := &dissection{}
	if d.Trial, d.recorded, err = s.try(ctx, key, q, data); err != nil {
		return nil, err
	}
	d.index = fixedDigits(data)
	for _, i := range d.index {
		d.pixels, d.labels = append(d.pixels, pixelsOf(data.Test.Image(i))), append(d.labels, data.Test.Labels[i])
	}
	d.before = lesson.Propagate(d.Before, d.pixels, d.labels)
	if d.After != nil {
		d.after = lesson.Propagate(d.After, d.pixels, d.labels)
	}
	d.lookAtBatch()
	return d, nil
}

// lookAtBatch propagates the batch before and after the step.
func (d *dissection) lookAtBatch() {
	labels := d.Examples.Labels
	size := len(d.Examples.Images) / len(labels)
	sum := 0.0
	for first := 0; first < len(labels); first += mostMembers {
		part := labels[first:min(first+mostMembers, len(labels))]
		var images [][]float32
		for i := range part {
			images = append(images, pixelsOf(d.Examples.Images[(first+i)*size:][:size]))
		}
		if first == 0 {
			d.members = lesson.Propagate(d.Before, images, part)
		}
		if d.After == nil {
			return
		}
		after := lesson.Propagate(d.After, images, part)
		sum += after.Loss * float64(len(part))
		for i, prediction := range after.Predictions {
			if prediction == int(part[i]) {
				d.hitsAfter++
			}
		}
	}
	d.lossAfter = sum / float64(len(labels))
}
