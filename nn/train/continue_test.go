package train

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"filterscope/nn"
)

// carry runs a run until it has ended and returns what it recorded.
func carry(t *testing.T, log *journal, r *Run) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	defer func() {
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("Run ended with %v", err)
		}
	}()
	log.until(t, ended)
}

// pastOf is what the first records of a log hold.
func pastOf(records []Record) Past {
	p := Past{Kept: -1}
	for _, r := range records {
		p.Evaluated = r.Evaluated(p.Evaluated, p.Status.Step)
		p.Status = r.Status
		if r.Checkpoint != nil {
			p.Checkpoint = r.Checkpoint
		}
		if r.Snapshot != nil && r.Snapshot.Keep {
			p.Kept = r.Snapshot.Step
		}
	}
	return p
}

// changedRun is a finished run whose learning rate and batch size a user
// changed, and the index of the first record after the last command.
func changedRun(t *testing.T) (c Config, log *journal, unattended int) {
	t.Helper()
	c = Config{Architecture: "tiny", Epochs: 4, BatchSize: 32, Validation: 100, Seed: 3}
	r, log := begin(t, c, Options{Wait: true})
	do(t, r, Command{Kind: Step, Steps: 7})
	rate, batch := 0.002, 24
	do(t, r, Command{Kind: Adjust, Change: Change{LearningRate: &rate}})
	do(t, r, Command{Kind: Step, Steps: 20})
	do(t, r, Command{Kind: Adjust, Change: Change{BatchSize: &batch}})
	do(t, r, Command{Kind: Resume})
	log.until(t, ended)
	log.mu.Lock()
	defer log.mu.Unlock()
	for i, record := range log.records {
		if record.Event != nil {
			unattended = i + 1
		}
	}
	return c, log, unattended
}

// A run that ends after any of its records goes on as if it had not.
func TestContinuedRunIsTheUninterruptedOne(t *testing.T) {
	c, log, unattended := changedRun(t)
	points, evaluations, kept := log.all()
	if last := points[len(points)-1].Step; last != points[0].Step+len(points)-1 || len(evaluations) != 8 {
		t.Fatalf("the run has %d points up to step %d and %d evaluations", len(points), last, len(evaluations))
	}
	for cut := unattended; cut <= len(log.records); cut++ {
		both := &journal{records: slices.Clone(log.records[:cut])}
		r, err := Continue(c, pastOf(both.records), someDigits(t), both, Options{})
		if err != nil {
			t.Fatal(err)
		}
		carry(t, both, r)
		gotPoints, gotEvaluations, gotKept := both.all()
		if d := cmp.Diff(points, gotPoints, exceptTime); d != "" {
			t.Fatalf("cut after record %d: points differ (-want +got):\n%s", cut, d)
		}
		if d := cmp.Diff(evaluations, gotEvaluations); d != "" {
			t.Fatalf("cut after record %d: evaluations differ (-want +got):\n%s", cut, d)
		}
		if d := cmp.Diff(stepsOf(kept), stepsOf(gotKept)); d != "" {
			t.Fatalf("cut after record %d: kept steps differ (-want +got):\n%s", cut, d)
		}
		for i, s := range kept {
			if !slices.Equal(s.Net.Weights, gotKept[i].Net.Weights) {
				t.Fatalf("cut after record %d: the weights of step %d differ", cut, s.Step)
			}
		}
		want, got := log.records[len(log.records)-1].Status, both.records[len(both.records)-1].Status
		want.ImagesPerSecond, got.ImagesPerSecond = 0, 0
		if want.Seconds, got.Seconds = 0, 0; gotPoints[len(gotPoints)-1].Seconds != both.records[len(both.records)-1].Status.Seconds {
			t.Errorf("cut after record %d: the last status has other seconds than the last point", cut)
		}
		checkTime(t, gotPoints)
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("cut after record %d: the last status differs (-want +got):\n%s", cut, d)
		}
	}
}

// exceptTime compares points of runs that computed the same at another time.
var exceptTime = cmpopts.IgnoreFields(Point{}, "Seconds")

// checkTime wants the seconds of points to rise from step to step.
func checkTime(t *testing.T, points []Point) {
	t.Helper()
	before := 0.0
	for _, p := range points {
		if p.Seconds <= before {
			t.Fatalf("step %d ends after %v s, the step before after %v s", p.Step, p.Seconds, before)
		}
		before = p.Seconds
	}
}

func stepsOf(kept []*Snapshot) (steps []int) {
	for _, s := range kept {
		steps = append(steps, s.Step)
	}
	return steps
}

// The state of any step can be computed from the nearest checkpoint before it.
func TestReplayFindsEveryKeptStep(t *testing.T) {
	c, log, _ := changedRun(t)
	_, _, kept := log.all()
	for _, s := range kept {
		var at *Checkpoint
		for _, r := range log.records {
			if r.Checkpoint != nil && r.Checkpoint.Status.Step <= s.Step {
				at = r.Checkpoint
			}
		}
		got, err := Replay(t.Context(), c, at, someDigits(t), Options{}, s.Step)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got.Weights, s.Net.Weights) || got.Status.Step != s.Step {
			t.Errorf("step %d computed again has other weights", s.Step)
		}
	}
	if _, err := Replay(t.Context(), c, log.records[len(log.records)-1].Checkpoint, someDigits(t), Options{}, 1); err == nil {
		t.Error("a step before the checkpoint was computed")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Replay(ctx, c, nil, someDigits(t), Options{}, 5); !errors.Is(err, context.Canceled) {
		t.Errorf("a replay that is not wanted any more returned %v", err)
	}
}

// branchOf carries out a branch at a step of a run.
func branchOf(t *testing.T, c, origin Config, log *journal, step int) *journal {
	t.Helper()
	at := checkpointAt(t, origin, log, step)
	c.From = &Origin{Run: "origin", Step: step}
	c, past, err := c.Branch(origin, archOf(t, origin), at)
	if err != nil {
		t.Fatal(err)
	}
	branch := &journal{}
	r, err := Continue(c, past, someDigits(t), branch, Options{})
	if err != nil {
		t.Fatal(err)
	}
	carry(t, branch, r)
	return branch
}

func checkpointAt(t *testing.T, c Config, log *journal, step int) *Checkpoint {
	t.Helper()
	var at *Checkpoint
	for _, r := range log.records {
		if r.Checkpoint != nil && r.Checkpoint.Status.Step <= step {
			at = r.Checkpoint
		}
	}
	at, err := Replay(t.Context(), c, at, someDigits(t), Options{}, step)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func archOf(t *testing.T, c Config) *nn.Architecture {
	t.Helper()
	_, arch, err := c.Check(someDigits(t))
	if err != nil {
		t.Fatal(err)
	}
	return arch
}

func TestBranchWithoutChangeIsItsOrigin(t *testing.T) {
	origin, log, _ := changedRun(t)
	for _, step := range []int{28, 33, 50} {
		branch := branchOf(t, Config{}, origin, log, step)
		if !slices.Equal(finalWeights(t, branch), finalWeights(t, log)) {
			t.Errorf("a branch at step %d without changes has other weights in the end", step)
		}
		points, _, _ := branch.all()
		all, _, _ := log.all()
		if d := cmp.Diff(all[step:], points, exceptTime); d != "" {
			t.Errorf("a branch at step %d has other points (-want +got):\n%s", step, d)
		}
	}
}

func TestBranchTakesItsChanges(t *testing.T) {
	origin, log, _ := changedRun(t)
	branch := branchOf(t, Config{LearningRate: 0.0005, Epochs: 5, BatchSize: 60}, origin, log, 40)
	first, last := branch.records[0], branch.records[len(branch.records)-1].Status
	if e := first.Event; e == nil || e.Command.Kind != Branched || e.Step != 40 || *e.Command.Change.LearningRate != 0.0005 {
		t.Errorf("the first event is %+v, want the branch at step 40 with its learning rate", e)
	}
	if s := first.Snapshot; s == nil || s.Step != 40 || !s.Keep || first.Checkpoint == nil {
		t.Error("the step of the branch is not kept")
	}
	if last.LearningRate != 0.0005 || last.BatchSize != 60 || last.Epoch != 5 || last.State != Finished {
		t.Errorf("the branch ends with %+v", last)
	}
	if slices.Equal(finalWeights(t, branch), finalWeights(t, log)) {
		t.Error("the changes changed nothing")
	}
}

func TestImpossibleBranches(t *testing.T) {
	origin, log, _ := changedRun(t)
	end := log.records[len(log.records)-1].Status.Step
	for name, test := range map[string]struct {
		c     Config
		step  int
		field string
	}{
		"another architecture":   {Config{Architecture: "n1"}, 30, "architecture"},
		"another seed":           {Config{Seed: 9}, 30, "seed"},
		"another optimizer":      {Config{Optimizer: "sgd"}, 30, "optimizer"},
		"fewer epochs than done": {Config{Epochs: 1}, 30, "epochs"},
		"nothing left to do":     {Config{}, end, "epochs"},
		"no learning rate":       {Config{LearningRate: -1}, 30, "learningRate"},
	} {
		_, _, err := test.c.Branch(origin, archOf(t, origin), checkpointAt(t, origin, log, test.step))
		var problem *ConfigError
		if !errors.As(err, &problem) || problem.Field != test.field {
			t.Errorf("%s: error %v, want one of field %s", name, err, test.field)
		}
	}
	if _, err := New(Config{From: &Origin{}}, someDigits(t), &journal{}, Options{}); err == nil {
		t.Error("a branch began at the random start")
	}
}

func TestFinishedRunBranchesWithMoreEpochs(t *testing.T) {
	origin, log, _ := changedRun(t)
	end := log.records[len(log.records)-1].Status.Step
	branch := branchOf(t, Config{Epochs: 5}, origin, log, end)
	last := branch.records[len(branch.records)-1].Status
	if last.Epoch != 5 || last.Step <= end || last.State != Finished {
		t.Errorf("the branch ends at epoch %d, step %d, %s", last.Epoch, last.Step, last.State)
	}
}

func TestOtherKernelsAreAnEvent(t *testing.T) {
	c, log, unattended := changedRun(t)
	past := pastOf(log.records[:unattended])
	past.Status.Kernel = "abacus"
	after := &journal{}
	r, err := Continue(c, past, someDigits(t), after, Options{})
	if err != nil {
		t.Fatal(err)
	}
	carry(t, after, r)
	e := after.records[0].Event
	if e == nil || e.Command.Kind != KernelChanged || after.records[0].Status.Kernel == "abacus" || after.records[0].Checkpoint == nil {
		t.Errorf("the first record is %+v, want the event of other kernels", after.records[0])
	}
}

func TestStateOfAnotherNetworkIsRefused(t *testing.T) {
	c, log, _ := changedRun(t)
	past := pastOf(log.records)
	c.Architecture = "lenet5"
	if _, err := Continue(c, past, someDigits(t), &journal{}, Options{}); err == nil {
		t.Error("weights of another architecture were taken")
	}
	c.Architecture, c.Optimizer = "tiny", "sgd"
	if _, err := Continue(c, past, someDigits(t), &journal{}, Options{}); err == nil {
		t.Error("the state of another optimizer was taken")
	}
	c.Optimizer, past.Status.Step = "", 1
	if _, err := Continue(c, past, someDigits(t), &journal{}, Options{}); err == nil {
		t.Error("a past that ends before its checkpoint was taken")
	}
}

// Without a user's change or an epoch's end, a run is saved now and then.
func TestRunningRunHasCheckpoints(t *testing.T) {
	_, log := begin(t, Config{Epochs: MaxEpochs, BatchSize: 1, Pace: Pace{StepsPerSecond: 20}}, Options{})
	log.until(t, func(s Status) bool { return s.Step > 20*int(checkpointInterval.Seconds())+10 })
	log.mu.Lock()
	defer log.mu.Unlock()
	saved := slices.ContainsFunc(log.records, func(r Record) bool {
		c := r.Checkpoint
		return c != nil && !c.Keep && c.Status.Step == r.Status.Step && c.Used == c.Status.Step
	})
	if !saved {
		t.Error("there is no checkpoint")
	}
}
