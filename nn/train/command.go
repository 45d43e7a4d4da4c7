package train

import (
	"context"
	"errors"
	"fmt"
)

// Kinds of commands.
const (
	Start  = "start"  // leave Waiting
	Pause  = "pause"  // stop after the step under way
	Resume = "resume" // go on
	Step   = "step"   // pause, then take exactly Steps steps
	Adjust = "adjust" // change settings
)

// Kinds of events that no command asks for.
const (
	Branched      = "branch" // the run began here, with the Change
	KernelChanged = "kernel" // the run goes on with other kernels; Message names both
)

// MaxManualSteps bounds one step command.
const MaxManualSteps = 100_000

// A Command asks a run for something. It takes effect between two steps.
type Command struct {
	Kind    string `json:"kind"`
	Steps   int    `json:"steps,omitempty"`   // of Step
	Change  Change `json:"change"`            // of Adjust
	Message string `json:"message,omitempty"` // of Pause: why, shown to people
}

// A Change holds the settings to change; nil fields stay as they are.
type Change struct {
	Pace         *Pace          `json:"pace,omitempty"`
	LearningRate *float64       `json:"learningRate,omitempty"`
	BatchSize    *int           `json:"batchSize,omitempty"`
	Epochs       *int           `json:"epochs,omitempty"`
	Units        []Intervention `json:"units,omitempty"` // in this order
}

// Numbers reports whether the change alters the weights that follow. A run
// keeps a checkpoint where it does.
func (c Change) Numbers() bool {
	return c.LearningRate != nil || c.BatchSize != nil || c.Epochs != nil || len(c.Units) > 0
}

// IsZero reports whether there is nothing to change.
func (c Change) IsZero() bool { return c.Pace == nil && !c.Numbers() }

// check returns the first problem of the change. begun counts the epochs that
// the run has at least begun.
func (c Change) check(begun int) error {
	for _, problem := range c.problems(begun) {
		if problem != nil {
			return problem
		}
	}
	return nil
}

// problems are all *ConfigErrors of the change, and nil where there is none.
func (c Change) problems(begun int) (all []error) {
	if c.Pace != nil {
		all = append(all, c.Pace.check())
	}
	if c.LearningRate != nil {
		all = append(all, checkLearningRate(*c.LearningRate))
	}
	if c.BatchSize != nil {
		all = append(all, checkBatchSize(*c.BatchSize))
	}
	if c.Epochs != nil {
		err := checkEpochs(*c.Epochs)
		if err == nil && *c.Epochs < begun {
			err = configErrorf("epochs", "%d is fewer than the %d already begun", *c.Epochs, begun)
		}
		all = append(all, err)
	}
	for _, v := range c.Units {
		all = append(all, v.check())
	}
	return all
}

// A StateError says that a command does not fit what the run is doing. Its
// sentence is meant for the person who gave the command.
type StateError struct {
	State   State
	Problem string
}

func (e *StateError) Error() string { return e.Problem }

// ErrEnded is returned by Do after Run has returned.
var ErrEnded = errors.New("the run's trainer has ended")

type request struct {
	command Command
	reply   chan reply
}

type reply struct {
	status Status
	err    error
}

// Do hands a command to the run and waits until it took effect (for Step,
// until the steps are taken). It returns the status then, whose Step is the
// last step before the effect; a *ConfigError or *StateError when the command
// is refused; ErrEnded when Run returns first.
func (r *Run) Do(ctx context.Context, c Command) (Status, error) {
	q := request{c, make(chan reply, 1)}
	select {
	case r.requests <- q:
	case <-r.ended:
		return Status{}, ErrEnded
	case <-ctx.Done():
		return Status{}, ctx.Err()
	}
	select {
	case a := <-q.reply:
		return a.status, a.err
	case <-r.ended:
		return Status{}, ErrEnded
	case <-ctx.Done():
		return Status{}, ctx.Err()
	}
}

// A stepper is a Step command whose steps are still to be taken.
type stepper struct {
	until int
	reply chan reply
}

// obey applies a command. Its reply is sent once the record that shows the
// effect is appended.
func (r *Run) obey(ctx context.Context, q request) error {
	done, err := r.apply(q.command)
	if err != nil {
		q.reply <- reply{r.status, err}
		return nil
	}
	r.event = &Event{Step: r.status.Step, Command: q.command}
	r.refresh()
	mode := weightsLive
	if q.command.Kind == Step || q.command.Change.Numbers() {
		mode = checkpointKept
	}
	if err := r.flush(ctx, mode); err != nil {
		return err
	}
	if done {
		q.reply <- reply{r.status, nil}
	} else {
		r.steppers = append(r.steppers, stepper{r.manual, q.reply})
	}
	return nil
}

// Check returns the *ConfigError of a command that no run can obey.
func (c Command) Check() error {
	switch c.Kind {
	case Start, Pause, Resume:
		return nil
	case Step:
		if c.Steps < 1 || c.Steps > MaxManualSteps {
			return configErrorf("steps", "%d is impossible; use 1 to %d", c.Steps, MaxManualSteps)
		}
		return nil
	case Adjust:
		return c.Change.check(1)
	}
	return configErrorf("kind", "%q is not known; use %s, %s, %s, %s or %s", c.Kind, Start, Pause, Resume, Step, Adjust)
}

// apply changes the run's state; done is false when the reply has to wait for
// steps to be taken.
func (r *Run) apply(c Command) (done bool, err error) {
	if err := c.Check(); err != nil {
		return true, err
	}
	switch c.Kind {
	case Start:
		if r.status.State == Waiting {
			r.begin()
		}
	case Pause:
		if r.status.State == Waiting || r.status.State == Running {
			r.rest(Paused, c.Message)
		}
		r.release(fmt.Errorf("paused at step %d before all steps were taken", r.status.Step))
	case Resume:
		if err := r.canStep(); err != nil {
			return true, err
		}
		if r.status.State != Running {
			r.begin()
		}
	case Step:
		return r.applyStep(c.Steps)
	case Adjust:
		return true, r.adjust(c.Change)
	}
	return true, nil
}

func (r *Run) applyStep(steps int) (done bool, err error) {
	if err := r.canStep(); err != nil {
		return true, err
	}
	r.rest(Paused, "")
	r.manual = max(r.manual, r.status.Step) + steps
	return false, nil
}

func (r *Run) canStep() error {
	switch r.status.State {
	case Finished:
		return &StateError{Finished, "the run is finished; raise its epochs to train on"}
	case Failed:
		return &StateError{Failed, "the run has failed and cannot go on: " + r.status.Message}
	}
	return nil
}

// release answers every waiting Step command whose steps are taken, or all of
// them with an error when there will be no more steps.
func (r *Run) release(problem error) {
	waiting := r.steppers[:0]
	for _, s := range r.steppers {
		switch {
		case s.until <= r.status.Step:
			s.reply <- reply{r.status, nil}
		case problem != nil:
			s.reply <- reply{r.status, &StateError{r.status.State, problem.Error()}}
		default:
			waiting = append(waiting, s)
		}
	}
	r.steppers = waiting
	if problem != nil {
		r.manual = r.status.Step
	}
}

// adjust changes settings: all of them, or on an error none.
func (r *Run) adjust(c Change) error {
	begun := r.status.Epoch
	if r.used > 0 {
		begun++
	}
	if err := c.check(begun); err != nil {
		return err
	}
	if err := checkUnits(r.arch, r.status.Holds(), c.Units); err != nil {
		return err
	}
	if r.status.State == Failed {
		return r.canStep()
	}
	if c.Pace != nil {
		r.status.Pace = *c.Pace
		r.clock.restart()
	}
	if c.LearningRate != nil {
		r.schedule.Peak = *c.LearningRate
		r.status.LearningRate = *c.LearningRate
	}
	if c.BatchSize != nil {
		r.status.BatchSize = *c.BatchSize
	}
	if c.Epochs != nil {
		r.raise(*c.Epochs)
	}
	if c.Epochs != nil || c.BatchSize != nil {
		r.replan()
	}
	if len(c.Units) > 0 {
		r.intervene(c.Units)
		r.examineChange()
	}
	return nil
}

// raise sets the number of epochs. A finished run that gets more goes on.
func (r *Run) raise(epochs int) {
	more := epochs > r.status.Epochs
	r.status.Epochs = epochs
	if more && r.status.State == Finished {
		r.begin()
	}
}
