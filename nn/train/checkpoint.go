package train

import "filterscope/nn"

// A Checkpoint is all that going on from a step needs. The order of the
// images is not part of it: seed and epoch alone determine it. Nothing in it
// is written again, so readers may share it.
type Checkpoint struct {
	Status    Status            `json:"status"` // with the settings in force
	Used      int               `json:"used"`   // images of the epoch under way that have been used
	Schedule  Schedule          `json:"schedule"`
	Keep      bool              `json:"keep"` // to branch from; otherwise the next one replaces it
	Weights   []float32         `json:"-"`    // as in nn.Network
	Optimizer nn.OptimizerState `json:"-"`
}

// A Past is what a log holds of a run that is to go on.
type Past struct {
	Checkpoint *Checkpoint // the newest; nil means the random start
	Status     Status      // of the newest record
	Evaluated  []string    // the sets that were evaluated at the newest record's step
	Kept       int         // step of the newest kept snapshot
}

// An Origin is the step of another run at which a run began.
type Origin struct {
	Run  string `json:"run"`
	Step int    `json:"step"`
}
