package train

import "filterscope/nn/digits"

// A Plan is what a configuration amounts to before it is run.
type Plan struct {
	ImagesPerEpoch int
	StepsPerEpoch  int
	FirstStep      int // of a branch, where it begins
	LastStep       int
	Snapshots      int // steps whose weights are kept, if nobody changes anything; at most so many
}

// Plan returns what a run of a completed configuration takes. at is where a
// branch begins; nil means the random start.
func (c Config) Plan(data *digits.Data, at *Checkpoint) Plan {
	images := data.Train.Len() - c.Validation
	p := Plan{ImagesPerEpoch: images, StepsPerEpoch: ceilDiv(images, c.BatchSize)}
	used, epoch := 0, 0
	if at != nil {
		p.FirstStep, epoch, used = at.Status.Step, at.Status.Epoch, at.Used
	}
	p.LastStep = p.FirstStep
	if left := c.Epochs - epoch; left > 0 {
		p.LastStep += ceilDiv(images-used, c.BatchSize) + (left-1)*p.StepsPerEpoch
	}
	p.Snapshots = min(PromisedUpTo(p.LastStep, c.Epochs), p.LastStep+1)
	return p
}
