package train

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// An act is a change of units and the step at which it is made.
type act struct {
	step  int
	units []Intervention
}

// acts are made during a run of 3 epochs of 17 steps: at the random start, in
// an epoch, twice at one step, at an epoch's end and after it.
var acts = []act{
	{0, []Intervention{{"low", 0, Silence}}},
	{9, []Intervention{{"mid", 2, Freeze}, {"conv3", 5, Silence}}},
	{9, []Intervention{{"low", 0, Release}}},
	{17, []Intervention{{"mid", 4, Reinitialize}, {"mid", 2, Release}}},
	{25, []Intervention{{"high", 1, Silence}, {"low", 3, Reinitialize}}},
	{40, []Intervention{{"high", 1, Release}}},
}

// acted is the configuration of the run that acts are made in.
var acted = Config{Architecture: "tiny", Epochs: 3, BatchSize: 32, Validation: 100, Seed: 3}

// perform makes the acts that are still to be made, by hand, and lets the run
// end. What is to be evaluated is, before anything else happens.
func perform(t *testing.T, r *Run, log *journal, step int, all []act, made int) {
	t.Helper()
	for i, a := range all {
		if i < made {
			continue
		}
		if a.step > step {
			step = do(t, r, Command{Kind: Step, Steps: a.step - step}).Step
		}
		log.await(t, 0, func(Record) bool { _, e, _ := log.locked(); return len(e) == 2*(i+step/17) })
		do(t, r, Command{Kind: Adjust, Change: Change{Units: a.units}})
	}
	// One that went on by itself may have finished meanwhile.
	var finished *StateError
	if _, err := r.Do(t.Context(), Command{Kind: Resume}); err != nil && !(errors.As(err, &finished) && finished.State == Finished) {
		t.Fatal(err)
	}
	log.until(t, ended)
}

// actedRun is a finished run with all acts.
func actedRun(t *testing.T) *journal {
	t.Helper()
	r, log := begin(t, acted, Options{Wait: true})
	perform(t, r, log, 0, acts, 0)
	return log
}

// A run that ends after a record of any kind, with any of the acts still to be
// made, becomes the one that nothing happened to.
func TestInterventionsSurvive(t *testing.T) {
	log := actedRun(t)
	points, evaluations, kept := log.all()
	if len(points) != 51 || len(evaluations) != 2*(len(acts)+3) {
		t.Fatalf("the run has %d points and %d evaluations", len(points), len(evaluations))
	}
	checkpoints := map[string]bool{}
	for cut := 1; cut <= len(log.records); cut++ {
		if r := log.records[cut-1]; r.Event == nil && r.Checkpoint == nil && r.Evaluations == nil && cut%4 > 0 {
			continue // as the one before
		}
		both := &journal{records: slices.Clone(log.records[:cut])}
		past := pastOf(both.records)
		r := goOn(t, both, past)
		if past.Checkpoint != nil {
			checkpoints[past.Checkpoint.Exam] = true
		}
		if !past.Status.State.Ended() {
			perform(t, r, both, past.Status.Step, acts, past.Status.UnitChanges)
		}
		both.await(t, 0, func(Record) bool { _, e, _ := both.locked(); return len(e) >= len(evaluations) })
		gotPoints, gotEvaluations, gotKept := both.all()
		if d := cmp.Diff(points, gotPoints, exceptTime); d != "" {
			t.Fatalf("cut after record %d: points differ (-want +got):\n%s", cut, d)
		}
		if d := cmp.Diff(evaluations, gotEvaluations); d != "" {
			t.Fatalf("cut after record %d: evaluations differ (-want +got):\n%s", cut, d)
		}
		if d := cmp.Diff(netsOf(kept), netsOf(gotKept)); d != "" {
			t.Fatalf("cut after record %d: kept weights differ (-want +got):\n%s", cut, d)
		}
		want, got := log.last(), both.last()
		want.Seconds, got.Seconds = 0, 0
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("cut after record %d: the last status differs (-want +got):\n%s", cut, d)
		}
	}
	if len(checkpoints) != 3 {
		t.Errorf("the run went on from checkpoints with the exams %v, want each kind and none", checkpoints)
	}
}

// goOn continues the acted run from its past.
func goOn(t *testing.T, log *journal, past Past) *Run {
	t.Helper()
	r, err := Continue(acted, past, someDigits(t), log, Options{})
	if err != nil {
		t.Fatal(err)
	}
	while(t, r)
	return r
}

// netKey is a kept network's step, and how often units were changed before it.
type netKey struct{ Step, UnitChanges int }

// netsOf are the weights that steps had in the end.
func netsOf(kept []*Snapshot) map[netKey][]float32 {
	nets := map[netKey][]float32{}
	for _, s := range kept {
		nets[netKey{s.Step, s.UnitChanges}] = s.Net.Weights
	}
	return nets
}

// Every step's final weights are computed again from the newest checkpoint
// that is not behind it: no change lies in between.
func TestReplayAcrossInterventions(t *testing.T) {
	log := actedRun(t)
	final := map[int]*Snapshot{}
	_, _, kept := log.all()
	for _, s := range kept {
		final[s.Step] = s
	}
	for step, s := range final {
		got := checkpointAt(t, acted, log, step)
		if !sameBits(got.Weights, s.Net.Weights) {
			t.Errorf("step %d computed again has other weights", step)
		}
		if n := got.Status.UnitChanges; n != s.UnitChanges {
			t.Errorf("step %d computed again has had %d changes of units, want %d", step, n, s.UnitChanges)
		}
	}
}

// A branch that begins with a change of units is a run in which it was made.
func TestBranchBeginsWithInterventions(t *testing.T) {
	origin := actedRun(t)
	units := []Intervention{{"conv3", 5, Release}, {"mid", 0, Silence}}
	for _, step := range []int{25, 33, 34} { // at a change, within an epoch, at an epoch's end
		same, log := begin(t, acted, Options{Wait: true})
		before := slices.IndexFunc(acts, func(a act) bool { return a.step > step })
		todo := append(slices.Clone(acts[:before]), act{step, units})
		perform(t, same, log, 0, todo, 0)
		branch := branchOf(t, Config{Units: units}, acted, origin, step)
		if !slices.Equal(finalWeights(t, branch), finalWeights(t, log)) {
			t.Errorf("a branch at step %d has other weights than a run with the same change there", step)
		}
		first := branch.records[0]
		if e := first.Event; e == nil || e.Command.Kind != Branched || !slices.Equal(e.Command.Change.Units, units) {
			t.Errorf("its first event is %+v", e)
		}
		want := []Hold{{"conv3", 1, Silence, 25}, {"conv2", 0, Silence, step}}
		if d := cmp.Diff(want, first.Status.Holds()); d != "" {
			t.Errorf("units held in the branch at step %d (-want +got):\n%s", step, d)
		}
	}
	for _, impossible := range [][]Intervention{{{"low", 0, Release}}, {{"conv3", 5, Freeze}}, {{"top", 0, Freeze}}, {{"low", 0, "kill"}}} {
		c := Config{Units: impossible}
		_, _, err := c.Branch(acted, archOf(t, acted), checkpointAt(t, acted, origin, 25))
		var config *ConfigError
		if !errors.As(err, &config) || config.Field != "units" {
			t.Errorf("a branch with %v: %v", impossible, err)
		}
	}
}

// A run may begin with a change of units; it is part of its random start.
func TestRunBeginsWithInterventions(t *testing.T) {
	units := []Intervention{{"mid", 0, Silence}, {"high", 2, Reinitialize}, {"low", 1, Freeze}}
	r, want := begin(t, acted, Options{Wait: true})
	perform(t, r, want, 0, []act{{0, units}}, 0)
	c := acted
	c.Units = units
	_, got := begin(t, c, Options{})
	if !slices.Equal(finalWeights(t, got), finalWeights(t, want)) {
		t.Error("it ends with other weights than a run in which it was made at step 0")
	}
	if d := cmp.Diff([]Hold{{"conv2", 0, Silence, 0}, {"conv1", 1, Freeze, 0}}, got.records[0].Status.Holds()); d != "" {
		t.Errorf("held at the random start (-want +got):\n%s", d)
	}
	at, err := Replay(t.Context(), c, nil, someDigits(t), Options{}, 3)
	if err != nil {
		t.Fatal(err)
	}
	_, _, kept := got.all()
	if kept[3].Step != 3 || !sameBits(at.Weights, kept[3].Net.Weights) {
		t.Error("step 3 computed again from the start has other weights")
	}
	c.Units = []Intervention{{"mid", 0, Release}}
	var config *ConfigError
	if _, err := New(c, someDigits(t), nil, Options{}); !errors.As(err, &config) || config.Field != "units" {
		t.Errorf("a run that begins with a release: %v", err)
	}
}

func TestCheckpointWithoutWithheldWeights(t *testing.T) {
	log := actedRun(t)
	c := *checkpointAt(t, acted, log, 20)
	c.Withheld = c.Withheld[1:]
	if _, err := Continue(acted, Past{Checkpoint: &c, Status: c.Status}, someDigits(t), log, Options{}); err == nil || !strings.Contains(err.Error(), "unit 5 of conv3") {
		t.Errorf("a checkpoint without a silenced unit's weights: %v", err)
	}
}
