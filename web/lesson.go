package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"github.com/go-chi/chi/v5"
	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"

	"filterscope/nn"
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
	labels   []byte

	mu     sync.Mutex // held while before is used
	before *lesson.Pass
	after  *lesson.Pass // nil if the step cannot be taken

	members     *lesson.Pass // the first images of the batch
	membersGone *lesson.Pass // the same after the step
	lossAfter   float64      // of the whole batch
	hitsAfter   int
}

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
	info, err := s.config.Runs.Get(ctx, key.run)
	if err != nil {
		return nil, at, err
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
	from, err := s.config.Runs.Checkpoint(ctx, key.run, q.from, known)
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
	var pixels [][]float32
	for _, i := range d.index {
		pixels, d.labels = append(pixels, pixelsOf(data.Test.Image(i))), append(d.labels, data.Test.Labels[i])
	}
	d.before = lesson.Propagate(d.Before, pixels, d.labels)
	if d.After != nil {
		d.after = lesson.Propagate(d.After, pixels, d.labels)
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
		if first == 0 {
			d.membersGone = after
		}
		sum += after.Loss * float64(len(part))
		for i, prediction := range after.Predictions {
			if prediction == int(part[i]) {
				d.hitsAfter++
			}
		}
	}
	d.lossAfter = sum / float64(len(labels))
}

// lessonPage shows one training step in slow motion.
func (s *Server) lessonPage(w http.ResponseWriter, r *http.Request) error {
	if s.keepToken(w, r) {
		return nil
	}
	id := chi.URLParam(r, "run")
	_, now, err := s.watch(r.Context(), id)
	if err != nil {
		return err
	}
	levels, err := json.Marshal(pageLevels(now.newest.Net.Arch))
	if err != nil {
		return err
	}
	return s.pages.write(w, http.StatusOK, "lesson.html", page{RunID: id, Levels: string(levels)})
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

// lessonOrigin answers with where a value of a layer comes from.
func (s *Server) lessonOrigin(w http.ResponseWriter, r *http.Request) error {
	d, q, _, err := s.dissect(r, "digit", "row", "column", "unit")
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
	d.mu.Lock()
	origin := d.before.Origin(digit, layer, row, column, unit)
	d.mu.Unlock()
	answer := originJSON{
		Layer: l.Name, Kind: l.Kind.String(), Digit: digit, Row: row, Column: column, Unit: unit,
		Value: number(origin.Value), Bias: number(origin.Bias), Rest: number(origin.Rest), Of: "input", Terms: []termJSON{},
	}
	if layer > 0 {
		answer.Of = d.Before.Arch.Layers[layer-1].Name
	}
	for _, t := range origin.Terms {
		answer.Terms = append(answer.Terms, termJSON{t.Y, t.X, t.C, number(t.Input), number(t.Weight), number(t.Product)})
	}
	return writeJSON(w, http.StatusOK, answer)
}

// set names where an image of a batch is from.
func (d *dissection) set(index int32, data *digits.Data) string {
	switch {
	case int(index) >= d.Taught:
		return "own"
	case int(index) >= data.Train.Len():
		return "pen"
	}
	return "train"
}
