package runlog

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"filterscope/nn"
	"filterscope/nn/train"
)

// intervene changes units of a run that rests, and waits for the evaluation that follows.
func intervene(t *testing.T, s *Store, id string, units ...train.Intervention) train.Info {
	t.Helper()
	info, err := s.Command(t.Context(), id, train.Command{Kind: train.Adjust, Change: train.Change{Units: units}})
	if err != nil {
		t.Fatal(err)
	}
	awaitEvaluation(t, s, id, info.Status.UnitChanges)
	return info
}

// awaitEvaluation follows a run until the test set is evaluated after so many changes of units.
func awaitEvaluation(t *testing.T, s *Store, id string, changes int) {
	t.Helper()
	err := s.Follow(t.Context(), id, func(r train.Record) error {
		for _, e := range r.Evaluations {
			if e.Set == train.TestSet && r.Status.UnitChanges == changes && r.Event == nil {
				return errEnough
			}
		}
		return nil
	})
	if !errors.Is(err, errEnough) {
		t.Fatalf("following ended with %v", err)
	}
}

func step(t *testing.T, s *Store, id string, n int) {
	t.Helper()
	if _, err := s.Command(t.Context(), id, train.Command{Kind: train.Step, Steps: n}); err != nil {
		t.Fatal(err)
	}
}

func resume(t *testing.T, s *Store, id string) {
	t.Helper()
	if _, err := s.Command(t.Context(), id, train.Command{Kind: train.Resume}); err != nil {
		t.Fatal(err)
	}
}

func unitOf(t *testing.T, s *Store, id string, step, layer, unit int) []float32 {
	t.Helper()
	snapshot, err := s.Snapshot(t.Context(), id, step)
	if err != nil {
		t.Fatal(err)
	}
	var w []float32
	for _, i := range snapshot.Net.Arch.Layers[layer].Incoming(unit) {
		w = append(w, snapshot.Net.Weights[i])
	}
	return w
}

// brief is a run of three epochs of 20 steps.
var brief = train.Config{Architecture: "tiny", Epochs: 3, BatchSize: 32}

// A run whose units are changed is the same whether the program ends in between or not, and a branch that begins with such a change is
// a run in which it was made.
func TestInterventionsAreKept(t *testing.T) {
	first := []train.Intervention{{Level: "mid", Unit: 3, Action: train.Silence}, {Level: "low", Unit: 1, Action: train.Freeze}}
	second := []train.Intervention{{Level: "mid", Unit: 3, Action: train.Release}, {Level: "high", Unit: 0, Action: train.Reinitialize}}
	s := open(t, Config{})
	whole, err := s.Open(t.Context(), brief)
	if err != nil {
		t.Fatal(err)
	}
	id := whole.ID
	step(t, s, id, 7)
	intervene(t, s, id, first...)
	step(t, s, id, 23)
	intervene(t, s, id, second...)
	resume(t, s, id)
	want := historyOf(t, s, id)
	if len(want.points) != 60 || len(want.evaluations) != 5 {
		t.Fatalf("the run has %d points and %d evaluations", len(want.points), len(want.evaluations))
	}

	folder := t.TempDir()
	again, stop := launch(t, Config{Dir: folder})
	restart := func() {
		stop()
		again, stop = launch(t, Config{Dir: folder})
	}
	defer func() { stop() }()
	torn, err := again.Open(t.Context(), brief)
	if err != nil {
		t.Fatal(err)
	}
	step(t, again, torn.ID, 7)
	// The evaluation may be interrupted, and is then made up for.
	if _, err := again.Command(t.Context(), torn.ID, train.Command{Kind: train.Adjust, Change: train.Change{Units: first}}); err != nil {
		t.Fatal(err)
	}
	restart()
	awaitEvaluation(t, again, torn.ID, 1)
	info, err := again.Get(t.Context(), torn.ID)
	held := []train.Hold{{Level: "conv2", Unit: 3, Action: train.Silence, Step: 7}, {Level: "conv1", Unit: 1, Action: train.Freeze, Step: 7}}
	if d := cmp.Diff(held, info.Status.Holds()); d != "" || err != nil {
		t.Errorf("held after a restart, %v (-want +got):\n%s", err, d)
	}
	step(t, again, torn.ID, 11)
	restart()
	step(t, again, torn.ID, 12)
	intervene(t, again, torn.ID, second...)
	restart()
	resume(t, again, torn.ID)
	compare(t, want, historyOf(t, again, torn.ID))

	origin := start(t, s, brief)
	until(t, s, origin.ID, finished)
	c := train.Config{Units: first}
	branched, _ := branch(t, s, c, origin.ID, 7)
	c.Units = second
	both, got := branch(t, s, c, branched.ID, 30)
	if d := cmp.Diff(want.points, got.points, exceptTime); d != "" {
		t.Errorf("a branch of a branch has other points (-want +got):\n%s", d)
	}
	if !slices.Equal(want.weights[60], got.weights[60]) {
		t.Error("a branch of a branch has other weights in the end")
	}
	if !slices.Equal(want.weights[30], got.weights[30]) {
		t.Error("the step at which a branch begins has not the weights that it begins with")
	}
	if d := cmp.Diff(second, both.Config.Units); d != "" {
		t.Errorf("it was started with (-want +got):\n%s", d)
	}
	for _, wrong := range [][]train.Intervention{
		{{Level: "low", Unit: 1, Action: train.Release}}, {{Level: "top", Action: train.Freeze}}, {{Level: "low", Unit: 99, Action: train.Silence}},
	} {
		_, err := s.Start(t.Context(), train.Config{From: &train.Origin{Run: origin.ID, Step: 5}, Units: wrong})
		var config *train.ConfigError
		if !errors.As(err, &config) || config.Field != "units" {
			t.Errorf("a branch with %v: %v, want an error of units", wrong, err)
		}
	}
}

// The weights of the step at which units are changed are those after the change, for everybody: also who has asked before.
func TestWeightsOfAChangedStep(t *testing.T) {
	s := open(t, Config{})
	info, err := s.Open(t.Context(), brief)
	if err != nil {
		t.Fatal(err)
	}
	step(t, s, info.ID, 5)
	before := unitOf(t, s, info.ID, 5, 0, 2)
	for range 3 {
		intervene(t, s, info.ID, train.Intervention{Level: "low", Unit: 2, Action: train.Silence})
		if silent := unitOf(t, s, info.ID, 5, 0, 2); slices.ContainsFunc(silent, func(w float32) bool { return w != 0 }) {
			t.Errorf("the silenced unit has the weights %v", silent)
		}
		last := newestOf(t, s, info.ID)
		if kept, err := s.Snapshot(t.Context(), info.ID, 5); err != nil || !slices.Equal(last.Net.Weights, kept.Net.Weights) || kept.UnitChanges != last.UnitChanges {
			t.Errorf("a follower ends with other weights (changed %d times), %v", last.UnitChanges, err)
		}
		intervene(t, s, info.ID, train.Intervention{Level: "low", Unit: 2, Action: train.Release})
		if after := unitOf(t, s, info.ID, 5, 0, 2); !slices.Equal(before, after) {
			t.Errorf("the released unit has the weights %v, had %v", after, before)
		}
	}
	final, err := s.Snapshot(t.Context(), info.ID, 5)
	if again, _ := s.Snapshot(t.Context(), info.ID, 5); err != nil || again != final {
		t.Errorf("weights that did not change were read again, %v", err)
	}
	if text, err := s.damageOf(t.Context(), info.ID, must(t, s, info.ID), true); text != "" || err != nil {
		t.Errorf("the run is said to be damaged: %q, %v", text, err)
	}
}

// newestOf follows a run from its beginning to the weights of its newest change.
func newestOf(t *testing.T, s *Store, id string) *train.Snapshot {
	t.Helper()
	now, err := s.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	var last *train.Snapshot
	err = s.Follow(t.Context(), id, func(r train.Record) error {
		if r.Snapshot != nil && r.Snapshot.Net != nil {
			last = r.Snapshot
		}
		if last != nil && last.UnitChanges == now.Status.UnitChanges && last.Step == now.Status.Step {
			return errEnough
		}
		return nil
	})
	if !errors.Is(err, errEnough) {
		t.Fatalf("following ended with %v", err)
	}
	return last
}

func must(t *testing.T, s *Store, id string) entry {
	t.Helper()
	e, ok, err := s.readNewest(t.Context(), id)
	if err != nil || !ok {
		t.Fatalf("the newest record: %t, %v", ok, err)
	}
	return e
}

// A change of units whose record was not written, because the program ended, has not happened: neither its weights nor its checkpoint
// are found.
func TestUnfinishedChangeIsGone(t *testing.T) {
	folder := t.TempDir()
	s, stop := launch(t, Config{Dir: folder})
	info, err := s.Open(t.Context(), brief)
	if err != nil {
		t.Fatal(err)
	}
	step(t, s, info.ID, 5)
	want := unitOf(t, s, info.ID, 5, 0, 2)
	stop()

	s, err = Open(t.Context(), Config{Dir: folder, Data: someDigits})
	if err != nil {
		t.Fatal(err)
	}
	at, err := s.Checkpoint(t.Context(), info.ID, 5, nil)
	if err != nil {
		t.Fatal(err)
	}
	stream, err := s.bus.stream(t.Context(), info.ID)
	if err != nil {
		t.Fatal(err)
	}
	w := s.newWriter(info.ID, stream.CachedInfo().State.LastSeq, must(t, s, info.ID))
	snapshot, err := s.Snapshot(t.Context(), info.ID, 5)
	if err != nil {
		t.Fatal(err)
	}
	changed := *at
	changed.Status.UnitChanges = 1
	changed.Weights = snapshot.Net.Silenced(0, 2).Weights
	if _, err := w.checkpoint(t.Context(), &changed); err != nil {
		t.Fatal(err)
	}
	if err := w.weights(t.Context(), &train.Snapshot{Step: 5, UnitChanges: 1, Net: snapshot.Net.Silenced(0, 2)}); err != nil {
		t.Fatal(err)
	}
	s.Close()

	s = open(t, Config{Dir: folder})
	if _, err := s.Command(t.Context(), info.ID, train.Command{Kind: train.Adjust}); err != nil {
		t.Fatal(err)
	}
	if got := unitOf(t, s, info.ID, 5, 0, 2); !slices.Equal(got, want) {
		t.Errorf("the unit has the weights %v, had %v", got, want)
	}
	if again, err := s.Checkpoint(t.Context(), info.ID, 5, nil); err != nil || !slices.Equal(again.Weights, at.Weights) || again.Status.UnitChanges != 0 {
		t.Errorf("the checkpoint of step 5 is another, %v", err)
	}
}

// A run that nobody trains yet shows the units changed that it begins with.
func TestQueuedRunBeginsWithInterventions(t *testing.T) {
	s, err := Open(t.Context(), Config{Dir: t.TempDir(), Data: someDigits})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	c := brief
	c.Units = []train.Intervention{{Level: "low", Unit: 2, Action: train.Silence}}
	born := birth{ID: newID()}
	if err := s.newborn(c, &born); err != nil {
		t.Fatal(err)
	}
	if err := s.deliver(t.Context(), born, nil); err != nil {
		t.Fatal(err)
	}
	net := newestOf(t, s, born.ID).Net
	for _, i := range net.Arch.Layers[0].Incoming(2) {
		if net.Weights[i] != 0 {
			t.Fatalf("weight %d of the silenced unit is %v", i, net.Weights[i])
		}
	}
}

// A checkpoint comes back from the log as it was, to the bit.
func TestCheckpointCodec(t *testing.T) {
	odd := []float32{float32(math.Copysign(0, -1)), math.SmallestNonzeroFloat32, math.MaxFloat32, 0.1}
	want := &train.Checkpoint{
		Status: train.Status{Step: 9, UnitChanges: 2, Units: &[]train.Hold{{Level: "conv2", Unit: 3, Action: train.Silence, Step: 7}}},
		Used:   32, Exam: "change", Keep: true, Weights: odd[1:], Withheld: odd,
		Optimizer: nn.OptimizerState{Name: "sgd", Steps: 9, Vectors: [][]float32{odd[:3]}},
	}
	content, err := encodeCheckpoint(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := decodeCheckpoint(content)
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
	if got != nil && math.Float32bits(got.Withheld[0]) != math.Float32bits(odd[0]) {
		t.Errorf("-0 came back as %v", got.Withheld[0])
	}
}
