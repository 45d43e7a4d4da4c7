package train

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"filterscope/nn"
)

// tried takes a step of a run again from the kept state before it.
func tried(t *testing.T, c Config, log *journal, from int, change Change, step int) *Trial {
	t.Helper()
	trial, err := Try(t.Context(), c, checkpointAt(t, c, log, from), someDigits(t), Options{Workers: 1}, change, step)
	if err != nil {
		t.Fatal(err)
	}
	return trial
}

// A trial is the step that the run took: its weights and its loss, also of a
// run with changes of settings, units and images at random.
func TestTrialIsTheStepThatWasTaken(t *testing.T) {
	changed, log, _ := changedRun(t)
	for name, run := range map[string]struct {
		c   Config
		log *journal
	}{"settings": {changed, log}, "units": {acted, actedRun(t)}} {
		points, _, kept := run.log.all()
		for i, s := range kept[1:] {
			if kept[i].Step != s.Step-1 {
				continue
			}
			got := tried(t, run.c, run.log, s.Step-1, Change{}, s.Step)
			if got.After == nil || !slices.Equal(got.After.Weights, s.Net.Weights) {
				t.Errorf("%s: the trial of step %d has other weights than the run (%s)", name, s.Step, got.Problem)
			}
			if want := points[s.Step-1]; len(got.Path) != 1 || !cmp.Equal(got.Path[0], want, exceptTime) {
				t.Errorf("%s: the trial of step %d has the points %+v, the run %+v", name, s.Step, got.Path, want)
			}
			if len(got.Index) != len(got.Examples.Labels) {
				t.Errorf("%s: step %d has %d images and %d labels", name, s.Step, len(got.Index), len(got.Examples.Labels))
			}
		}
	}
}

// The images of a trial are those that the gradient was of: plain back
// propagation of them gives the same loss and the same gradient, and an update
// by the rate is what changed the weights.
func TestTrialTellsWhatTheGradientSaw(t *testing.T) {
	c := Config{Architecture: "tiny", Epochs: 1, BatchSize: 30, Seed: 5, Optimizer: "sgd", Momentum: 0, Schedule: Constant, LearningRate: 0.05}
	_, log := begin(t, c, Options{})
	log.until(t, ended)
	for _, step := range []int{1, 5} {
		trial := tried(t, c, log, step-1, Change{}, step)
		n := len(trial.Index)
		w := nn.NewWorkspace(trial.Before.Arch, n)
		for i := range n {
			w.SetInputBytes(i, trial.Examples.Images[i*len(trial.Examples.Images)/n:][:len(trial.Examples.Images)/n])
		}
		trial.Before.Forward(w, n)
		grad := make([]float32, len(trial.Gradient))
		sum, correct := trial.Before.Backward(w, trial.Examples.Labels, 1/float32(n), grad)
		point := trial.Path[0]
		if loss := sum / float64(n); math.Abs(loss-point.Loss) > 1e-5 || math.Abs(float64(correct)/float64(n)-point.Accuracy) > 1e-9 {
			t.Errorf("step %d: the images have the loss %v and %d correct, the step had %+v", step, loss, correct, point)
		}
		for i, g := range grad {
			if math.Abs(float64(g-trial.Gradient[i])) > 1e-5 {
				t.Fatalf("step %d: gradient %d is %v, of the images it is %v", step, i, trial.Gradient[i], g)
			}
			if want := float64(trial.Before.Weights[i]) - trial.Rate*float64(g); math.Abs(want-float64(trial.After.Weights[i])) > 1e-5 {
				t.Fatalf("step %d: weight %d becomes %v, want %v", step, i, trial.After.Weights[i], want)
			}
		}
	}
}

// With other settings a trial is the step of a branch that has them.
func TestTrialWithOtherSettingsIsABranch(t *testing.T) {
	c, log, _ := changedRun(t)
	rate, size := 0.003, 50
	branch := branchOf(t, Config{LearningRate: rate, BatchSize: size}, c, log, 20)
	points, _, _ := branch.all()
	got := tried(t, c, log, 20, Change{LearningRate: &rate, BatchSize: &size}, 24)
	if !cmp.Equal(got.Path, points[:4], exceptTime) {
		t.Errorf("the trial has the points %+v, the branch %+v", got.Path, points[:4])
	}
	if got.Status.BatchSize != size || len(got.Index) != size || got.Status.LearningRate != rate {
		t.Errorf("the trial has %d images and the settings %+v", len(got.Index), got.Status)
	}
}

// A step that leads nowhere is said to, and the steps before it are told.
func TestTrialSaysWhyAStepCannotBeTaken(t *testing.T) {
	const linear = "conv 5x5x4 stride 2 | conv 3x3x8 stride 2 | dense classes"
	c := Config{Architecture: linear, Epochs: 1, BatchSize: 30, Seed: 5, Optimizer: "sgd", Schedule: Constant, LearningRate: 0.01}
	_, log := begin(t, c, Options{})
	log.until(t, ended)
	rate := 100.0
	got := tried(t, c, log, 0, Change{LearningRate: &rate}, 15)
	if got.After != nil || !strings.Contains(got.Problem, "step") || got.Step > 15 || got.Step < 2 || len(got.Path) != got.Step-1 {
		t.Errorf("a learning rate of %g gives step %d after %d points: %q", rate, got.Step, len(got.Path), got.Problem)
	}
	if len(got.Examples.Labels) == 0 || got.Before == nil || !finite(got.Before.Weights) {
		t.Error("the weights and images before it are not told")
	}
}

func TestImpossibleTrials(t *testing.T) {
	c, log, _ := changedRun(t)
	end := log.last().Step
	at := checkpointAt(t, c, log, 10)
	more, zero := 9, -1.0
	var state *StateError
	if _, err := Try(t.Context(), c, at, someDigits(t), Options{}, Change{}, end+1); !errors.As(err, &state) {
		t.Errorf("a step behind the run's last: %v", err)
	}
	for name, change := range map[string]Change{"epochs": {Epochs: &more}, "rate": {LearningRate: &zero}} {
		var config *ConfigError
		if _, err := Try(t.Context(), c, at, someDigits(t), Options{}, change, 11); !errors.As(err, &config) {
			t.Errorf("a trial with other %s: %v", name, err)
		}
	}
	if _, err := Try(t.Context(), c, at, someDigits(t), Options{}, Change{}, 10); err == nil {
		t.Error("the checkpoint's own step was tried")
	}
	rate := 0.001
	if got := tried(t, c, log, end, Change{LearningRate: &rate}, end+1); got.After == nil {
		t.Errorf("a finished run has no other way on: %s", got.Problem)
	}
}
