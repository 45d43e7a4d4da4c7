package train

import (
	"context"
	"slices"
	"time"

	"filterscope/nn"
)

// State is what a run is doing.
type State string

// The states of a run. Queued and Stalled are a store's to set: it may have a
// queue to wait in, and a log that can hold a run up.
const (
	Queued   State = "queued"   // until a trainer takes it
	Stalled  State = "stalled"  // until the log takes records again; Message says why
	Waiting  State = "waiting"  // at the random start, until somebody looks
	Running  State = "running"  // taking steps
	Paused   State = "paused"   // until it is resumed or stepped
	Finished State = "finished" // all epochs done, or the target reached
	Failed   State = "failed"   // cannot go on; Message says why
)

// Ended reports whether the run takes no more steps, unless its epochs are raised.
func (s State) Ended() bool { return s == Finished || s == Failed }

// A Log keeps what a run emits. Append returns when the record is kept; it is
// called by one goroutine at a time, in the order of the steps.
type Log interface {
	Append(ctx context.Context, r Record) error
}

// A Record is what happened in a run since the record before. Nothing in it
// is written again after it was appended, so readers may share it.
type Record struct {
	Status      Status
	Points      []Point      // every step's, contiguous, oldest first
	Evaluations []Evaluation // finished since the last record
	Event       *Event       // a change made by a user
	Snapshot    *Snapshot    // of Status.Step; nil where the record carries no weights
	Checkpoint  *Checkpoint  // of Status.Step; nil where the record carries none
}

// Evaluated returns the sets that were evaluated with the weights that the
// record leaves. before are those of the record before it, which was of step.
func (r Record) Evaluated(before []string, step int) []string {
	if r.Event != nil && len(r.Event.Command.Change.Units) > 0 {
		return nil // the evaluations are of what the weights were
	}
	if r.Status.Step != step {
		before = nil
	}
	sets := slices.Clip(before)
	for _, e := range r.Evaluations {
		if e.Step == r.Status.Step {
			sets = append(sets, e.Set)
		}
	}
	return sets
}

// A Point is what one update saw: loss and accuracy of the batch that update
// number Step used, before the update. Step is 1 or more.
type Point struct {
	Step     int
	Loss     float64 // mean cross-entropy in nats
	Accuracy float64 // in [0, 1]
	// Epoch is how many epochs were done after the update, with the share of the
	// one under way, to a millionth. It rises by the share of the images that the
	// batch had, whatever the batch sizes before were.
	Epoch float64
	// Seconds are those that all updates up to this one took to compute, to a
	// microsecond; as Status.Seconds. Of an update that is taken outside of Run they
	// are zero.
	Seconds float64
}

// A Snapshot is a run's weights after Step updates.
//
// A change of units happens at a step and changes its weights: the step then
// has another Snapshot, whose UnitChanges is larger. The next step makes the
// newest one final.
type Snapshot struct {
	Step        int
	UnitChanges int         // as the Status had it
	Net         *nn.Network // nil where a store tells of the past: it has the weights, for those who ask
	Keep        bool        // promised to readers for ever; otherwise for the live view only
}

// Sets that an evaluation can be over.
const (
	TestSet       = "test"
	ValidationSet = "validation"
)

// An Evaluation is a whole set seen with the weights of a step.
type Evaluation struct {
	Set           string    `json:"set"` // TestSet or ValidationSet
	Step          int       `json:"step"`
	Epoch         int       `json:"epoch"` // completed epochs
	Loss          float64   `json:"loss"`
	Accuracy      float64   `json:"accuracy"`
	ClassAccuracy []float64 `json:"classAccuracy"` // by label
	Confusion     [][]int   `json:"confusion"`     // images by label, then prediction
}

// An Event is a command that changed a run, and the step after which it took
// effect.
type Event struct {
	Step    int
	Command Command
}

// Status is a run at a moment, as far as one line can tell it. Pointers are
// nil until there is a value.
type Status struct {
	State           State    `json:"state"`
	Message         string   `json:"message"` // why it failed, paused or finished
	Step            int      `json:"step"`
	Epoch           int      `json:"epoch"` // completed epochs
	Epochs          int      `json:"epochs"`
	EpochsDone      float64  `json:"epochsDone"` // with the share of the epoch under way
	Seconds         float64  `json:"seconds"`    // that the updates took to compute: pauses, pace, evaluations and what is computed again do not count; a branch begins with its origin's
	StepsPerEpoch   int      `json:"stepsPerEpoch"`
	LastStep        int      `json:"lastStep"` // the step at which it will finish
	Pace            Pace     `json:"pace"`
	LearningRate    float64  `json:"learningRate"`    // the setting: the peak of a schedule
	LearningRateNow float64  `json:"learningRateNow"` // of the next update
	BatchSize       int      `json:"batchSize"`
	Kernel          string   `json:"kernel"`          // the kernels in use; runs have the same bits only with the same ones
	ImagesPerSecond float64  `json:"imagesPerSecond"` // over the last seconds, waiting for the pace included
	SecondsLeft     *float64 `json:"secondsLeft"`
	Evaluating      float64  `json:"evaluating"` // share done of the evaluation under way; 0 means none is
	TrainLoss       *float64 `json:"trainLoss"`
	TrainAccuracy   *float64 `json:"trainAccuracy"`
	TestLoss        *float64 `json:"testLoss"`
	TestAccuracy    *float64 `json:"testAccuracy"`
	BestSet         string   `json:"bestSet"` // the set that "best" and the target are measured on
	BestAccuracy    *float64 `json:"bestAccuracy"`
	BestStep        *int     `json:"bestStep"`
	Units           *[]Hold  `json:"units,omitempty"` // silenced and frozen, oldest first; never written again
	UnitChanges     int      `json:"unitChanges"`     // how often units were changed
}

// Holds are the silenced and frozen units, oldest first.
func (s Status) Holds() []Hold {
	if s.Units == nil {
		return nil
	}
	return *s.Units
}

// flushInterval is how often a running run hands over what happened.
const flushInterval = 100 * time.Millisecond
