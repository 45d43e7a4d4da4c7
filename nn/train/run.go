package train

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"filterscope/nn"
	"filterscope/nn/digits"
)

// Options say how a run is carried out on this machine. They never change its
// numbers.
type Options struct {
	Workers int  // goroutines that compute; 0 means one per processor
	Wait    bool // stay at step 0 until a Start command
}

// A Run is one training run. Run must be called exactly once; Do may be called
// from any goroutine.
type Run struct {
	log      Log
	arch     *nn.Architecture
	net      *nn.Network  // the trainer's own; readers get clones
	parallel *nn.Parallel // while Run runs
	optimize nn.Optimizer
	grad     []float32
	held     []held // silenced and frozen units, oldest first
	seed     uint64
	workers  int

	sets  sets
	order *digits.Order
	epoch []int32 // this epoch's order of the training images

	augmenters []*digits.Augmenter // by worker; nil: images stay as they are
	used       int                 // how many of them have been used

	status   Status
	target   float64
	schedule Schedule
	clock    clock
	meter    meter
	manual   int // take steps up to this one although paused
	steppers []stepper
	exam     *exam // the evaluation under way

	points      []Point // since the last record, as are the next two
	evaluations []Evaluation
	event       *Event
	flushed     time.Time
	published   int       // newest step whose weights were appended
	kept        int       // newest step whose weights were appended to be kept
	saved       int       // newest step of a checkpoint to be kept
	savedAt     time.Time // of the newest checkpoint, or of the beginning

	past     *Past // of a run that goes on
	requests chan request
	ended    chan struct{}
}

// New returns a run of the given configuration on the data, at step 0. Its
// records go to log. A configuration that is impossible is a *ConfigError.
func New(c Config, data *digits.Data, log Log, o Options) (*Run, error) {
	if c.From != nil {
		return nil, configErrorf("from", "a branch goes on from a checkpoint; it has no random start")
	}
	return newRun(c, data, log, o)
}

func newRun(c Config, data *digits.Data, log Log, o Options) (*Run, error) {
	c, arch, err := c.Check(data)
	if err != nil {
		return nil, err
	}
	net := c.Start(arch)
	optimize, err := nn.NewOptimizer(nn.OptimizerConfig{Name: c.Optimizer, Momentum: c.Momentum, Beta2: adamBeta2}, len(net.Weights))
	if err != nil {
		return nil, &ConfigError{Field: "optimizer", Problem: err.Error()}
	}
	if o.Workers == 0 {
		o.Workers = runtime.NumCPU()
	}
	sets, err := newSets(data, c.Validation, c.mixes(data))
	if err != nil {
		return nil, err
	}
	sets.teach(c.Taught)
	r := &Run{
		log: log, arch: arch, net: net, optimize: optimize, workers: o.Workers,
		grad:     make([]float32, len(net.Weights)),
		seed:     c.Seed,
		sets:     sets,
		order:    digits.NewOrder(sets.trainIndex, c.Seed),
		target:   c.TargetAccuracy,
		schedule: Schedule{Name: c.Schedule, Peak: c.LearningRate},
		status: Status{
			State: Running, Epochs: c.Epochs, Pace: c.Pace, BatchSize: c.BatchSize,
			LearningRate: c.LearningRate, BestSet: sets.best(), Kernel: nn.Kernel(),
		},
		published: -1, kept: -1, saved: -1,
		requests: make(chan request),
		ended:    make(chan struct{}),
	}
	if o.Wait {
		r.status.State = Waiting
	}
	r.augment(*c.Augmentation, data.Train)
	r.replan()
	if c.From == nil && c.Init != nil {
		r.exam = r.newExam(afterInit)
	}
	if c.From == nil && len(c.Units) > 0 {
		r.intervene(c.Units)
	}
	r.refresh()
	return r, nil
}

// adamBeta2 is below the usual 0.999: with a one-cycle schedule a shorter
// memory of the squared gradients reaches 99 % on MNIST in fewer steps.
const adamBeta2 = 0.99

// InitialStatus returns the status at step 0, and InitialNetwork the weights.
// Neither must be called once Run has been.
func (r *Run) InitialStatus() Status { return r.status }

// InitialNetwork returns the random start or the weights named instead, with
// the units changed that the configuration changes there.
func (r *Run) InitialNetwork() *nn.Network { return r.net.Clone() }

// Run carries the run out until the context ends, and returns the context's
// error or that of the log. A finished or failed run goes on obeying commands.
func (r *Run) Run(ctx context.Context) error {
	defer close(r.ended)
	r.parallel = nn.NewParallel(r.arch, r.workers, max(r.status.BatchSize, examSlice))
	defer r.parallel.Close()
	if err := r.enter(ctx); err != nil {
		return err
	}
	for {
		if err := r.turn(ctx); err != nil {
			return err
		}
	}
}

// enter appends the random start, or goes on where the past ends.
func (r *Run) enter(ctx context.Context) error {
	r.savedAt = time.Now()
	if r.past != nil {
		return r.goOn(ctx)
	}
	if r.status.State == Running {
		r.begin()
	}
	return r.flush(ctx, weightsKept)
}

// turn obeys one command or does one piece of work, whichever is due first.
func (r *Run) turn(ctx context.Context) error {
	wait, due := r.next(time.Now())
	if due && wait <= 0 {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case q := <-r.requests:
			return r.obey(ctx, q)
		default:
			return r.work(ctx)
		}
	}
	var alarm <-chan time.Time
	if due {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		alarm = timer.C
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case q := <-r.requests:
		return r.obey(ctx, q)
	case <-alarm:
		return r.work(ctx)
	}
}

// next says whether there is work to do, and after what wait.
func (r *Run) next(now time.Time) (wait time.Duration, due bool) {
	switch {
	case r.exam != nil, r.manual > r.status.Step:
		return 0, true
	case r.status.State == Running:
		return r.clock.due.Sub(now), true
	}
	return 0, false
}

func (r *Run) work(ctx context.Context) error {
	if r.exam != nil {
		return r.examine(ctx)
	}
	return r.step(ctx)
}

// begin starts or resumes the steps.
func (r *Run) begin() {
	now := time.Now()
	r.status.State, r.status.Message = Running, ""
	r.clock.due = now
	if r.status.Step == 0 {
		r.clock.due = now.Add(r.status.Pace.Interval(1, r.status.StepsPerEpoch))
	}
	r.meter.restart(now)
}

// rest stops the steps.
func (r *Run) rest(state State, message string) {
	r.status.State, r.status.Message = state, message
	r.status.ImagesPerSecond = 0
}

// replan finds the run's last step after a change of epochs or batch size,
// and stretches the schedule to it. Where no epoch is left, the run finishes.
func (r *Run) replan() {
	s := &r.status
	images := r.sets.epoch
	s.StepsPerEpoch = ceilDiv(images, s.BatchSize)
	s.LastStep = s.Step
	if left := s.Epochs - s.Epoch; left > 0 && s.State != Finished {
		s.LastStep += ceilDiv(images-r.used, s.BatchSize) + (left-1)*s.StepsPerEpoch
	}
	r.schedule = r.schedule.stretch(s.Step, s.LastStep)
	if s.LastStep == s.Step && s.State != Finished && r.exam == nil {
		r.finish(r.epochsDone())
	}
}

// finish ends the steps for a reason.
func (r *Run) finish(why error) {
	r.rest(Finished, why.Error())
	r.status.LastStep = r.status.Step
	r.release(why)
}

func (r *Run) epochsDone() error {
	return fmt.Errorf("epoch %d of %d is done", r.status.Epoch, r.status.Epochs)
}

func ceilDiv(a, b int) int { return (a + b - 1) / b }
