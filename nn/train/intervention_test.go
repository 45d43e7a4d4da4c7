package train

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"filterscope/nn"
)

// await waits for a record behind the first n, new or old.
func (j *journal) await(t *testing.T, n int, want func(Record) bool) {
	t.Helper()
	j.until(t, func(Status) bool { // it holds the lock
		for _, r := range j.records[min(n, len(j.records)):] {
			if want(r) {
				return true
			}
		}
		return false
	})
}

// intervene changes units of a run and waits for the evaluation that follows.
func intervene(t *testing.T, r *Run, log *journal, units ...Intervention) Status {
	t.Helper()
	log.mu.Lock()
	n := len(log.records)
	log.mu.Unlock()
	s := do(t, r, Command{Kind: Adjust, Change: Change{Units: units}})
	log.await(t, n, func(r Record) bool {
		return slices.ContainsFunc(r.Evaluations, func(e Evaluation) bool { return e.Set == TestSet && e.Step == s.Step })
	})
	return s
}

// newestNet is what the newest weights in a log are.
func newestNet(log *journal) *nn.Network {
	log.mu.Lock()
	defer log.mu.Unlock()
	var net *nn.Network
	for _, r := range log.records {
		if r.Snapshot != nil {
			net = r.Snapshot.Net
		}
	}
	return net
}

// unitOf are a unit's incoming weights and bias.
func unitOf(t *testing.T, net *nn.Network, level string, unit int) []float32 {
	t.Helper()
	layer, err := net.Arch.Level(level)
	if err != nil {
		t.Fatal(err)
	}
	return gather(net.Weights, net.Arch.Layers[layer].Incoming(unit))
}

func sameBits(a, b []float32) bool {
	return slices.EqualFunc(a, b, func(x, y float32) bool { return math.Float32bits(x) == math.Float32bits(y) })
}

// Held units keep their weights to the bit over three epochs, whatever the
// optimizer remembers, and are trained again once they are released.
func TestHeldUnits(t *testing.T) {
	for _, c := range []Config{{Optimizer: "adam"}, {Optimizer: "sgd", Momentum: 0.9}} {
		t.Run(c.Optimizer, func(t *testing.T) {
			c.Epochs = 50
			r, log := begin(t, c, Options{Wait: true})
			do(t, r, Command{Kind: Step, Steps: 7})
			at7 := newestNet(log)
			s := intervene(t, r, log, Intervention{"mid", 3, Silence}, Intervention{"low", 1, Freeze})
			want := []Hold{{"conv2", 3, Silence, 7}, {"conv1", 1, Freeze, 7}}
			if d := cmp.Diff(want, s.Holds()); d != "" {
				t.Errorf("held units (-want +got):\n%s", d)
			}
			check := func(when string) {
				net := newestNet(log)
				if slices.ContainsFunc(unitOf(t, net, "mid", 3), func(w float32) bool { return math.Float32bits(w) != 0 }) {
					t.Errorf("%s the silenced unit has weights", when)
				}
				if !sameBits(unitOf(t, net, "low", 1), unitOf(t, at7, "low", 1)) {
					t.Errorf("%s the frozen unit has other weights", when)
				}
			}
			check("at once")
			do(t, r, Command{Kind: Step, Steps: 15})
			check("15 steps later")
			checkSilent(t, newestNet(log), "conv2", 3)
			if slices.Equal(unitOf(t, newestNet(log), "mid", 2), unitOf(t, at7, "mid", 2)) {
				t.Error("a unit that is not held was not trained")
			}
			s = intervene(t, r, log, Intervention{"conv2", 3, Release}, Intervention{"conv1", 1, Release})
			released := newestNet(log)
			if !sameBits(unitOf(t, released, "mid", 3), unitOf(t, at7, "mid", 3)) || len(s.Holds()) != 0 {
				t.Errorf("the released unit has not the weights that it had, or is still held: %v", s.Holds())
			}
			do(t, r, Command{Kind: Step, Steps: 1})
			for _, u := range want {
				if slices.Equal(unitOf(t, newestNet(log), u.Level, u.Unit), unitOf(t, released, u.Level, u.Unit)) {
					t.Errorf("the released unit %d of %s is not trained", u.Unit, u.Level)
				}
			}
		})
	}
}

// checkSilent finds a unit's feature map 0 for every test image.
func checkSilent(t *testing.T, net *nn.Network, level string, unit int) {
	t.Helper()
	layer, err := net.Arch.Level(level)
	if err != nil {
		t.Fatal(err)
	}
	set := someDigits(t).Test
	w := nn.NewWorkspace(net.Arch, 1)
	for i := range set.Len() {
		w.SetInputBytes(0, set.Image(i))
		net.Forward(w, 1)
		out := w.Output(layer)
		for p := range out.H * out.W {
			if v := out.At(0, p/out.W, p%out.W, unit); v != 0 {
				t.Fatalf("unit %d of %s puts out %v for test image %d", unit, level, v, i)
			}
		}
	}
}

// A unit's new weights depend on seed, step and unit, and on nothing else.
func TestReinitializedUnit(t *testing.T) {
	reinitialized := func(seed uint64, steps, unit int) []float32 {
		r, log := begin(t, Config{Seed: seed}, Options{Wait: true})
		do(t, r, Command{Kind: Step, Steps: steps})
		before := newestNet(log)
		intervene(t, r, log, Intervention{"conv2", unit, Reinitialize})
		after := newestNet(log)
		for i, w := range after.Weights {
			own := slices.Contains(after.Arch.Layers[after.Arch.Convolutions()[1]].Incoming(unit), i)
			if own == (w == before.Weights[i]) {
				t.Fatalf("weight %d was %v and is %v", i, before.Weights[i], w)
			}
		}
		w := unitOf(t, after, "conv2", unit)
		if bias := w[len(w)-1]; bias != 0 {
			t.Errorf("the bias is %v", bias)
		}
		return w
	}
	w := reinitialized(1, 5, 3)
	if !sameBits(w, reinitialized(1, 5, 3)) {
		t.Error("the same run drew other weights")
	}
	if sameBits(w, reinitialized(2, 5, 3)) || sameBits(w, reinitialized(1, 6, 3)) || sameBits(w, reinitialized(1, 5, 4)) {
		t.Error("another seed, step or unit drew the same weights")
	}
}

// A change of units is evaluated with the step's new weights, in every state,
// and decides nothing.
func TestChangeOfUnitsIsEvaluated(t *testing.T) {
	r, log := begin(t, Config{Epochs: 2, Schedule: Constant}, Options{Wait: true})
	check := func(units ...Intervention) {
		t.Helper()
		before := do(t, r, Command{Kind: Adjust})
		intervene(t, r, log, units...)
		after := do(t, r, Command{Kind: Adjust})
		_, evaluations, kept := log.all()
		e, net := evaluations[len(evaluations)-1], kept[len(kept)-1].Net
		checkConfusion(t, e, 200)
		p := nn.NewParallel(net.Arch, 1, 200)
		defer p.Close()
		var want nn.Evaluation
		p.Evaluate(net, r.sets.test, r.sets.testIndex, &want)
		if e.Step != before.Step || e.Loss != want.Loss() || !slices.EqualFunc(e.Confusion, want.Confusion, slices.Equal) {
			t.Errorf("the evaluation of step %d says loss %v, its weights have %v", e.Step, e.Loss, want.Loss())
		}
		if *after.TestLoss != e.Loss {
			t.Errorf("the status says loss %v after %v", *after.TestLoss, e.Loss)
		}
		after.Units, after.UnitChanges, after.TestLoss, after.TestAccuracy = before.Units, before.UnitChanges, before.TestLoss, before.TestAccuracy
		after.SecondsLeft = before.SecondsLeft
		if d := cmp.Diff(before, after); d != "" {
			t.Errorf("at step %d the change did more than it should (-before +after):\n%s", before.Step, d)
		}
	}
	check(Intervention{"low", 0, Silence})
	do(t, r, Command{Kind: Step, Steps: 3})
	check(Intervention{"high", 0, Freeze}, Intervention{"low", 0, Release})
	do(t, r, Command{Kind: Step, Steps: 2}) // the epoch's end
	log.await(t, 0, func(r Record) bool { return r.Status.BestAccuracy != nil })
	check(Intervention{"high", 1, Reinitialize})
	check(Intervention{"high", 1, Silence})
	do(t, r, Command{Kind: Resume})
	log.until(t, ended)
	check(Intervention{"high", 1, Release})
	_, evaluations, _ := log.all()
	steps := []int{}
	for _, e := range evaluations {
		steps = append(steps, e.Step)
	}
	if d := cmp.Diff([]int{0, 3, 5, 5, 5, 10, 10}, steps); d != "" {
		t.Errorf("steps of the evaluations (-want +got):\n%s", d)
	}
}

// A change of units during an epoch's evaluation makes that begin again; the
// epoch's end is still the one that finishes the run.
func TestChangeDuringExam(t *testing.T) {
	data := someDigits(t)
	all, _ := mnist()
	data.Test = all.Test.Head(3 * examSlice)
	log := &journal{}
	r, err := New(Config{Architecture: "tiny", Epochs: 1, TargetAccuracy: 1}, data, log, Options{})
	if err != nil {
		t.Fatal(err)
	}
	r.parallel = nn.NewParallel(r.arch, 1, examSlice)
	defer r.parallel.Close()
	for r.exam == nil {
		if err := r.step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.examine(t.Context()); err != nil {
		t.Fatal(err)
	}
	q := request{Command{Kind: Adjust, Change: Change{Units: []Intervention{{"low", 2, Silence}}}}, make(chan reply, 1)}
	if err := r.obey(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	for r.exam != nil {
		if err := r.examine(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	_, evaluations, _ := log.all()
	if len(evaluations) != 1 || r.status.State != Finished || *r.status.BestAccuracy != evaluations[0].Accuracy {
		t.Fatalf("after %d evaluations the run is %+v", len(evaluations), r.status)
	}
	var want nn.Evaluation
	r.parallel.Evaluate(r.net, r.sets.test, r.sets.testIndex, &want)
	if evaluations[0].Loss != want.Loss() {
		t.Errorf("the evaluation says loss %v, the changed weights have %v", evaluations[0].Loss, want.Loss())
	}
}

// What a change of units reaches is no target, and why a run has finished
// stays so.
func TestChangeMeetsNoTarget(t *testing.T) {
	r, log := begin(t, Config{Epochs: 1, TargetAccuracy: 0.001}, Options{Wait: true})
	do(t, r, Command{Kind: Step, Steps: 2})
	intervene(t, r, log, Intervention{"low", 0, Freeze})
	if s := do(t, r, Command{Kind: Adjust}); s.State != Paused || s.BestAccuracy != nil {
		t.Errorf("after the change the run is %+v", s)
	}
	do(t, r, Command{Kind: Resume})
	before := log.until(t, ended)
	intervene(t, r, log, Intervention{"low", 0, Release})
	if s := do(t, r, Command{Kind: Adjust}); s.Message != before.Message || !strings.Contains(s.Message, "target") {
		t.Errorf("the run finished because %q, and now says %q", before.Message, s.Message)
	}
}

func TestImpossibleInterventions(t *testing.T) {
	r, log := begin(t, Config{}, Options{Wait: true})
	intervene(t, r, log, Intervention{"conv2", 3, Silence}, Intervention{"low", 1, Freeze})
	before := newestNet(log)
	for _, test := range []struct {
		v     Intervention
		words string
	}{
		{Intervention{"mid", 3, Silence}, "unit 3 of conv2 is already silenced; release it"},
		{Intervention{"mid", 3, Freeze}, "already silenced; release it before you freeze"},
		{Intervention{"mid", 3, Reinitialize}, "release it before you reinitialize"},
		{Intervention{"conv1", 1, Freeze}, "already frozen"},
		{Intervention{"conv1", 1, Silence}, "already frozen"},
		{Intervention{"high", 3, Release}, "unit 3 of conv3 is neither silenced nor frozen"},
		{Intervention{"conv9", 3, Silence}, `no level "conv9": the architecture has low, mid, high, conv1`},
		{Intervention{"classes", 3, Silence}, "no level"},
		{Intervention{"", 3, Silence}, "no level"},
		{Intervention{"low", 4, Silence}, "conv1 has no unit 4; use 0 to 3"},
		{Intervention{"low", -1, Silence}, "use 0 to 3"},
		{Intervention{"low", 0, "kill"}, `"kill" is no action; use silence, freeze, reinitialize or release`},
		{Intervention{"low", 0, ""}, "use silence"},
	} {
		rate := 0.5
		c := Change{LearningRate: &rate, Units: []Intervention{{"low", 0, Silence}, test.v}}
		_, err := r.Do(t.Context(), Command{Kind: Adjust, Change: c})
		var config *ConfigError
		if !errors.As(err, &config) || config.Field != "units" || !strings.Contains(err.Error(), test.words) {
			t.Errorf("%+v: %v, want %q", test.v, err, test.words)
		}
	}
	s := do(t, r, Command{Kind: Adjust})
	if s.LearningRate == 0.5 || len(s.Holds()) != 2 || s.UnitChanges != 1 || newestNet(log) != before {
		t.Errorf("what was refused left %+v", s)
	}
	// One command may hold, release and hold again.
	s = intervene(t, r, log, Intervention{"mid", 3, Release}, Intervention{"mid", 3, Reinitialize}, Intervention{"mid", 3, Freeze})
	if d := cmp.Diff([]Hold{{"conv1", 1, Freeze, 0}, {"conv2", 3, Freeze, 0}}, s.Holds()); d != "" {
		t.Errorf("held units (-want +got):\n%s", d)
	}
}

// Many change units while the run trains and others read its records.
func TestInterventionsAtOnce(t *testing.T) {
	r, log := begin(t, Config{Epochs: 1000}, Options{})
	var group sync.WaitGroup
	for unit := range 4 {
		group.Go(func() {
			for range 5 {
				do(t, r, Command{Kind: Adjust, Change: Change{Units: []Intervention{{"mid", unit, Silence}, {"low", unit, Freeze}}}})
				s := do(t, r, Command{Kind: Adjust, Change: Change{Units: []Intervention{{"mid", unit, Release}, {"low", unit, Release}}}})
				if slices.ContainsFunc(s.Holds(), func(h Hold) bool { return h.Unit == unit }) {
					t.Errorf("unit %d was released and is held: %v", unit, s.Holds())
				}
				log.mu.Lock()
				_, err := json.Marshal(log.records[len(log.records)-1].Status)
				log.mu.Unlock()
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if s := do(t, r, Command{Kind: Pause}); len(s.Holds()) != 0 || s.UnitChanges != 40 {
		t.Errorf("in the end, after %d changes, %v are held", s.UnitChanges, s.Holds())
	}
}
