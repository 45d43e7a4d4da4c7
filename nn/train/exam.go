package train

import (
	"context"
	"fmt"
	"math"
	"time"

	"filterscope/nn"
	"filterscope/nn/digits"
)

// examSlice is how many images are evaluated between two looks at the
// commands.
const examSlice = 512

// sets are a run's images and the indices of those it uses.
type sets struct {
	train, test            nn.Examples
	trainIndex, validIndex []int32
	testIndex              []int32
	epoch                  int     // images of an epoch
	taughtIndex            []int32 // in train
}

// newSets divides the images. Where further ones are mixed in, an epoch is as long as it is without them: it leaves some
// out, others each time. So the steps of an epoch mean the same in every run.
func newSets(data *digits.Data, validation int, mix bool) (sets, error) {
	from := data.Train
	if mix {
		from = data.Train.Mixed
	}
	s := sets{
		train: nn.Examples{Images: from.Images, Labels: from.Labels},
		test:  nn.Examples{Images: data.Test.Images, Labels: data.Test.Labels},
	}
	var err error
	if s.trainIndex, s.validIndex, err = data.Train.Split(validation); err != nil {
		return s, &ConfigError{Field: "validation", Problem: err.Error()}
	}
	s.epoch = len(s.trainIndex)
	for range mixedRepeats {
		for i := data.Train.Len(); i < from.Len(); i++ {
			s.trainIndex = append(s.trainIndex, int32(i))
		}
	}
	s.testIndex = make([]int32, data.Test.Len())
	for i := range s.testIndex {
		s.testIndex[i] = int32(i)
	}
	return s, nil
}

// best names the set that "best" and the target accuracy are measured on.
func (s sets) best() string {
	if len(s.validIndex) > 0 {
		return ValidationSet
	}
	return TestSet
}

// What an exam can follow.
const (
	afterEpoch  = "epoch"  // an epoch's end
	afterChange = "change" // a change of units
	afterInit   = "init"   // a start from weights that were given
)

// An exam is an evaluation under way: the sets still to be seen, the first of
// them partly. There are no steps meanwhile.
//
// One that follows an epoch decides whether the run has reached its target or
// its end, and what was best. One of the weights that a run starts from, which
// may be the best there will be, decides nothing else. One that follows a change
// of units, in whatever state the run is, only tells what the step's weights are
// now: the evaluations before it, best among them, were of the step as it was.
type exam struct {
	after   string // afterEpoch, afterChange or afterInit
	began   time.Time
	papers  []paper
	total   int // images over all papers
	seen    int
	reached float64 // accuracy on the set that the target is measured on
	broken  bool    // the loss was no number
}

// A paper is one set of an exam.
type paper struct {
	set      string
	examples nn.Examples
	index    []int32
	seen     int
	known    bool // an earlier record has it
	result   nn.Evaluation
}

func (r *Run) newExam(after string) *exam {
	x := &exam{after: after, began: time.Now()}
	if len(r.sets.validIndex) > 0 {
		x.papers = append(x.papers, paper{set: ValidationSet, examples: r.sets.train, index: r.sets.validIndex})
	}
	x.papers = append(x.papers, paper{set: TestSet, examples: r.sets.test, index: r.sets.testIndex})
	for _, p := range x.papers {
		x.total += len(p.index)
	}
	return x
}

// examineChange begins the exam that follows a change of units. One that is
// under way begins again, as half of it saw other weights.
func (r *Run) examineChange() {
	after := afterChange
	if r.exam != nil {
		after = r.exam.after
	}
	r.exam = r.newExam(after)
}

// examine evaluates one slice, and ends the exam after the last.
func (r *Run) examine(ctx context.Context) error {
	x := r.exam
	p := &x.papers[0]
	slice := p.index[p.seen:min(p.seen+examSlice, len(p.index))]
	r.parallel.Evaluate(r.net, p.examples, slice, &p.result)
	p.seen += len(slice)
	x.seen += len(slice)
	if p.seen == len(p.index) {
		r.mark(p)
		x.papers = x.papers[1:]
	}
	if len(x.papers) == 0 {
		return r.endExam(ctx)
	}
	if time.Since(r.flushed) < flushInterval {
		return nil
	}
	r.status.Evaluating = float64(x.seen) / float64(x.total)
	r.refresh()
	return r.flush(ctx, weightsLive)
}

// mark records a finished paper.
func (r *Run) mark(p *paper) {
	e := Evaluation{
		Set: p.set, Step: r.status.Step, Epoch: r.status.Epoch,
		Loss: p.result.Loss(), Accuracy: p.result.Accuracy(),
		ClassAccuracy: p.result.ClassAccuracy(), Confusion: p.result.Confusion,
	}
	if math.IsNaN(e.Loss) || math.IsInf(e.Loss, 0) {
		r.exam.broken = true
		return
	}
	if !p.known {
		r.evaluations = append(r.evaluations, e)
	}
	s := &r.status
	if e.Set == TestSet {
		s.TestLoss, s.TestAccuracy = &e.Loss, &e.Accuracy
	}
	if e.Set != s.BestSet || r.exam.after == afterChange {
		return
	}
	r.exam.reached = e.Accuracy
	if s.BestAccuracy == nil || e.Accuracy > *s.BestAccuracy {
		s.BestAccuracy, s.BestStep = &e.Accuracy, &e.Step
	}
}

// endExam goes on with the steps, or finishes the run.
func (r *Run) endExam(ctx context.Context) error {
	now := time.Now()
	r.meter.examined(now, now.Sub(r.exam.began))
	x := r.exam
	r.exam = nil
	s := &r.status
	s.Evaluating = 0
	if x.broken {
		return r.fail(ctx, fmt.Sprintf("the loss at step %d is not a number", s.Step))
	}
	mode := weightsLive
	if x.after != afterChange {
		mode = checkpointKept
	}
	if x.after == afterEpoch {
		r.clock.due = now
	}
	var ended error
	switch {
	case s.State == Finished:
	case x.after == afterEpoch && r.target > 0 && x.reached >= r.target:
		ended = fmt.Errorf("%s accuracy reached the target %.4g", s.BestSet, r.target)
	case s.Epoch >= s.Epochs:
		ended = r.epochsDone()
	}
	if ended != nil {
		r.rest(Finished, ended.Error())
		s.LastStep = s.Step
		mode = checkpointKept
	}
	r.refresh()
	if err := r.flush(ctx, mode); err != nil {
		return err
	}
	r.release(ended)
	return nil
}
