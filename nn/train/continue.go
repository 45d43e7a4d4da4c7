package train

import (
	"context"
	"fmt"
	"slices"

	"filterscope/nn"
	"filterscope/nn/digits"
)

// Continue returns a run that goes on where its past ends. What lies between
// the past's checkpoint and its end is computed again, and not appended.
func Continue(c Config, past Past, data *digits.Data, log Log, o Options) (*Run, error) {
	r, err := from(c, past.Checkpoint, data, log, o)
	if err != nil {
		return nil, err
	}
	if past.Status.Step < r.status.Step {
		return nil, fmt.Errorf("train: the past ends at step %d, before its checkpoint's step %d", past.Status.Step, r.status.Step)
	}
	r.past = &past
	return r, nil
}

// from returns a run at a checkpoint; nil means the random start.
func from(c Config, at *Checkpoint, data *digits.Data, log Log, o Options) (*Run, error) {
	r, err := newRun(c, data, log, o)
	if err != nil || at == nil {
		return r, err
	}
	return r, r.restore(at)
}

// Replay returns the full state at a step that is not before the checkpoint's:
// the one the run had, bit for bit, if it was not changed in between and the
// kernels are the same. nil means the random start.
func Replay(ctx context.Context, c Config, at *Checkpoint, data *digits.Data, o Options, step int) (*Checkpoint, error) {
	r, err := from(c, at, data, nil, o)
	if err != nil {
		return nil, err
	}
	r.parallel = nn.NewParallel(r.arch, r.workers, r.status.BatchSize)
	defer r.parallel.Close()
	if err := r.catchUp(ctx, step); err != nil {
		return nil, err
	}
	r.refresh()
	return r.checkpoint(true, nil), nil
}

// catchUp takes the steps up to one that was reached before.
func (r *Run) catchUp(ctx context.Context, step int) error {
	if step < r.status.Step {
		return fmt.Errorf("train: step %d lies before the checkpoint's step %d", step, r.status.Step)
	}
	for r.status.Step < step {
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, problem := r.update(); problem != "" {
			return fmt.Errorf("train: computing step %d again: %s", r.status.Step+1, problem)
		}
		if r.exam = nil; r.used == 0 {
			r.exam = r.newExam(afterEpoch)
		}
		r.points = r.points[len(r.points)-1:] // the newest, for refresh
	}
	return nil
}

// goOn brings the run to the end of its past and appends a record, so that a
// trainer that had the run before finds its place taken.
func (r *Run) goOn(ctx context.Context) error {
	past := r.past
	r.past = nil
	if err := r.catchUp(ctx, past.Status.Step); err != nil {
		return err
	}
	r.points = nil
	r.status, r.kept = past.Status, past.Kept
	r.status.Kernel = nn.Kernel()
	r.status.Evaluating = 0
	r.resumeExam(past.Evaluated)
	if r.status.State == Running {
		r.begin()
	}
	mode := weightsLive
	switch {
	case past.change != nil:
		if err := r.adjust(*past.change); err != nil {
			return err
		}
		r.event = &Event{r.status.Step, Command{Kind: Branched, Change: *past.change}}
		mode = checkpointKept
	case past.Status.Kernel != r.status.Kernel:
		why := fmt.Sprintf("going on with the %s kernels after %s: the same steps can have other last bits", r.status.Kernel, past.Status.Kernel)
		r.event = &Event{r.status.Step, Command{Kind: KernelChanged, Message: why}}
		mode = checkpointKept
	}
	r.refresh()
	return r.flush(ctx, mode)
}

// resumeExam begins the evaluation again that the past's end lacks. What was
// evaluated before a change of units at that step does not count.
func (r *Run) resumeExam(evaluated []string) {
	if r.exam == nil {
		return
	}
	known := 0
	for i := range r.exam.papers {
		p := &r.exam.papers[i]
		if p.known = slices.Contains(evaluated, p.set); p.known {
			known++
		}
	}
	ended := r.status.State == Failed || r.status.State == Finished && r.exam.after == afterEpoch
	if ended || known == len(r.exam.papers) {
		r.exam = nil
	}
}
