package train

import (
	"fmt"
	"slices"
	"time"

	"filterscope/nn"
)

// checkpointInterval is the longest time that a running run goes without a
// checkpoint, unless a step takes longer.
const checkpointInterval = 2 * time.Second

// A Checkpoint is all that going on from a step needs. The order of the
// images is not part of it: seed and epoch alone determine it. Nothing in it
// is written again, so readers may share it.
type Checkpoint struct {
	Status    Status            `json:"status"` // with the settings in force
	Used      int               `json:"used"`   // images of the epoch under way that have been used
	Schedule  Schedule          `json:"schedule"`
	Exam      string            `json:"exam,omitempty"` // what the evaluation then due or under way follows; "" means there is none
	Keep      bool              `json:"keep"`           // to branch from; otherwise the next one replaces it
	Weights   []float32         `json:"-"`              // as in nn.Network
	Withheld  []float32         `json:"-"`              // what the silenced units of Status.Units get back: of each its weights, then its bias
	Optimizer nn.OptimizerState `json:"-"`
}

// A Past is what a log holds of a run that is to go on.
type Past struct {
	Checkpoint *Checkpoint // the newest; nil means the random start
	Status     Status      // of the newest record
	Evaluated  []string    // the sets that were evaluated at the newest record's step
	Kept       int         // step of the newest kept snapshot

	change *Change // of a branch; applied first
}

// An Origin is the step of another run at which a run began.
type Origin struct {
	Run  string `json:"run"`
	Step int    `json:"step"`
}

// checkpointDue reports whether so much has been computed that it should not
// have to be computed again.
func (r *Run) checkpointDue() bool {
	return r.status.State == Running && r.exam == nil && r.saved != r.status.Step && time.Since(r.savedAt) >= checkpointInterval
}

// checkpoint is the run at this moment. It shares the weights of a snapshot of
// the same step, if there is one.
func (r *Run) checkpoint(keep bool, s *Snapshot) *Checkpoint {
	c := &Checkpoint{Status: r.status, Used: r.used, Schedule: r.schedule, Keep: keep, Withheld: r.withheld(), Optimizer: r.optimize.State()}
	if r.exam != nil {
		c.Exam = r.exam.after
	}
	if s != nil {
		c.Weights = s.Net.Weights
	} else {
		c.Weights = slices.Clone(r.net.Weights)
	}
	r.savedAt = time.Now()
	r.saved = r.status.Step
	return c
}

// restore continues from a checkpoint.
func (r *Run) restore(c *Checkpoint) error {
	if len(c.Weights) != len(r.net.Weights) {
		return fmt.Errorf("train: a checkpoint of %d weights: the network has %d", len(c.Weights), len(r.net.Weights))
	}
	if err := r.optimize.Restore(c.Optimizer); err != nil {
		return err
	}
	held, err := heldAt(r.arch, c)
	if err != nil {
		return err
	}
	copy(r.net.Weights, c.Weights)
	r.held, r.exam = held, nil
	if c.Exam != "" {
		r.exam = r.newExam(c.Exam)
	}
	r.status, r.schedule, r.used = c.Status, c.Schedule, c.Used
	r.status.Kernel = nn.Kernel()
	r.saved = c.Status.Step
	if r.used > 0 {
		r.epoch = r.order.Epoch(r.status.Epoch)[:r.sets.epoch]
	}
	return nil
}
