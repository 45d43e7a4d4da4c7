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
	Step   int     // that it takes
	Status Status  // before it, with the settings in force
	Rate   float64 // the learning rate of this step, as the schedule has it
	Batch
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
		t, used := &Trial{
			Step: r.status.Step + 1, Status: r.status, Rate: r.schedule.rate(r.status.Step + 1), Batch: r.coming(), Before: r.net.Clone(),
		}, r.used
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
