package train

import (
	"context"
	"fmt"
	"time"

	"filterscope/nn"
	"filterscope/nn/digits"
)

// A Trial is one step taken apart. It is computed from a checkpoint and
// recorded nowhere.
type Trial struct {
	Step     int         // that it takes
	Status   Status      // before it, with the settings in force
	Rate     float64     // the learning rate of this step, as the schedule has it
	Epoch    int         // the step's, from 0
	Batch    int         // the step's batch in the epoch, from 0
	Batches  int         // that the epoch has
	Images   int         // that the epoch has
	Index    []int32     // of the batch's images in the training set
	Taught   int         // images from this index on are taught ones, which are not in the set
	Examples nn.Examples // the batch as the network saw it: with all random changes made
	Before   *nn.Network
	Gradient []float32     // of the batch's mean loss, as the optimizer got it: 0 for weights that are held
	After    *nn.Network   // nil if the step cannot be taken
	End      *Checkpoint   // the full state after it, for Try and Replay alone; nil if the step cannot be taken
	Problem  string        // why it cannot
	Took     time.Duration // to compute the step

	Path []Point // the steps from the checkpoint up to this one, or to one that cannot be taken
}

// Try takes a step of a run that lies behind a checkpoint, nil being the
// random start, and tells all about it. Without a change it is, bit for bit,
// the step that the run took or will take, if nothing is changed in between
// and the kernels are the same. With another learning rate or batch size, all
// that a change may have, it is the step of a branch that begins at the
// checkpoint. Where no steps are left a branch has one epoch more; a step
// behind the last one is a *StateError.
func Try(ctx context.Context, c Config, at *Checkpoint, data *digits.Data, o Options, change Change, step int) (*Trial, error) {
	r, err := from(c, at, data, nil, o)
	if err != nil {
		return nil, err
	}
	if change.Numbers() {
		if err := r.deviate(change); err != nil {
			return nil, err
		}
	}
	switch {
	case step <= r.status.Step:
		return nil, fmt.Errorf("train: step %d is not behind the checkpoint's step %d", step, r.status.Step)
	case step > r.status.LastStep:
		return nil, &StateError{Finished, fmt.Sprintf("the run ends at step %d; raise its epochs to train on", r.status.LastStep)}
	}
	r.parallel = nn.NewParallel(r.arch, r.workers, r.status.BatchSize)
	defer r.parallel.Close()
	var path []Point
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		t, used := r.coming(), r.used
		if t.Step == step && len(path) == 0 {
			r.parallel.Gradient(r.net, r.sets.train, t.Index, r.grad) // or the first one would be timed with its memory's first use
		}
		began := time.Now()
		_, t.Problem = r.update()
		t.Took = time.Since(began)
		if t.Problem == "" && !finite(r.net.Weights) {
			t.Problem = fmt.Sprintf("the weights of step %d are not all numbers", t.Step)
		}
		path, r.points = append(path, r.points...), nil
		if t.Step == step || t.Problem != "" {
			t.Path, t.Gradient = path, r.grad
			if t.Problem == "" {
				t.After = r.net
				t.End = r.checkpoint(true, &Snapshot{Net: t.After})
			}
			r.status, r.used = t.Status, used
			t.Examples = r.seen(t.Index)
			return t, nil
		}
	}
}

// deviate goes on as a branch with other settings does.
func (r *Run) deviate(c Change) error {
	if c.Pace != nil || c.Epochs != nil || len(c.Units) > 0 {
		return configErrorf("units", "a trial can change nothing but the learning rate and the batch size")
	}
	if r.status.Epoch >= r.status.Epochs {
		more := r.status.Epoch + 1
		c.Epochs = &more
	}
	if r.status.State == Failed {
		r.status.State = Running
	}
	return r.adjust(c)
}

// coming is the next step, not taken yet.
func (r *Run) coming() *Trial {
	t := &Trial{
		Step: r.status.Step + 1, Status: r.status, Rate: r.schedule.rate(r.status.Step + 1), Epoch: r.status.Epoch,
		Batch: ceilDiv(r.used, r.status.BatchSize), Index: r.withTaught(r.batch()), Before: r.net.Clone(),
	}
	t.Images = r.sets.epoch
	t.Batches = t.Batch + ceilDiv(r.sets.epoch-r.used, r.status.BatchSize)
	t.Taught = len(r.sets.train.Labels) - len(r.sets.taughtIndex)
	return t
}

// seen is images of the training set as the gradient of the next step sees
// them.
func (r *Run) seen(index []int32) nn.Examples {
	var all nn.Examples
	train := r.sets.train
	size := r.arch.Input.H * r.arch.Input.W * r.arch.Input.C
	for place, at := range index {
		image := train.Images[int(at)*size:][:size]
		if train.Vary != nil {
			varied := make([]byte, size)
			train.Vary(0, place, image, varied)
			image = varied
		}
		all.Images = append(all.Images, image...)
		all.Labels = append(all.Labels, train.Labels[at])
	}
	return all
}
