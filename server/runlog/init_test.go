package runlog

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"filterscope/nn/train"
)

// weightsOf are those of a network's random start under another seed than the default.
func weightsOf(t *testing.T, c train.Config) []float32 {
	t.Helper()
	data, err := someDigits()
	if err != nil {
		t.Fatal(err)
	}
	c.Seed = 9
	r, err := train.New(c, data, nil, train.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r.InitialNetwork().Weights
}

// A run that started from given weights needs no file again: after a restart it goes on to the same bits, and branches of it,
// also of its start, are whole.
func TestRunFromWeightsIsDurable(t *testing.T) {
	c := train.Config{Architecture: "tiny", Epochs: 6, BatchSize: 32}
	c.Init = &train.Init{File: "mine.safetensors", SHA256: "0123", Weights: weightsOf(t, c)}
	whole := open(t, Config{})
	origin := start(t, whole, c)
	want := historyOf(t, whole, origin.ID)
	if !slices.Equal(want.weights[0], c.Init.Weights) || want.evaluations[0].Step != 0 {
		t.Fatalf("it does not start from the weights, or did not evaluate them: %+v", want.evaluations[0])
	}
	folder := t.TempDir()
	s, stop := launch(t, Config{Dir: folder})
	paced := c
	paced.Pace = train.Pace{StepsPerSecond: 400}
	info := start(t, s, paced)
	for _, step := range []int{1, 9, 50} {
		until(t, s, info.ID, func(now train.Status) bool { return now.Step >= step })
		stop()
		s, stop = launch(t, Config{Dir: folder})
	}
	defer stop()
	compare(t, want, historyOf(t, s, info.ID))
	got, err := s.Get(t.Context(), info.ID)
	if err != nil || got.Config.Init == nil || got.Config.Init.File != "mine.safetensors" || got.Config.Init.SHA256 != "0123" {
		t.Errorf("its configuration is %+v, %v", got.Config, err)
	}
	for _, step := range []int{0, 5, 40} {
		_, branched := branch(t, s, train.Config{}, info.ID, step)
		if d := cmp.Diff(want.points, branched.points, exceptTime) + cmp.Diff(want.evaluations, branched.evaluations); d != "" {
			t.Errorf("a branch at step %d (-want +got):\n%s", step, d)
		}
	}
	_, err = s.Start(t.Context(), train.Config{Init: &train.Init{File: "x", SHA256: "y"}, From: &train.Origin{Run: info.ID}})
	if err == nil || !strings.Contains(err.Error(), "init: ") {
		t.Errorf("a branch with weights of its own gives %v", err)
	}
	if _, err := s.Start(t.Context(), train.Config{Init: &train.Init{File: "x", SHA256: "y"}}); err == nil || !strings.Contains(err.Error(), "start the program with -init") {
		t.Errorf("a configuration that only names weights gives %v", err)
	}
}

// Weights that are too large for a message are kept all the same.
func TestLargeWeightsToStartFrom(t *testing.T) {
	c := train.Config{Architecture: "conv 5x5x40 pad 2 | relu | dense classes"}
	c.Init = &train.Init{File: "large.safetensors", Weights: weightsOf(t, c)}
	folder := t.TempDir()
	s, stop := launch(t, Config{Dir: folder})
	info, err := s.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	until(t, s, info.ID, func(now train.Status) bool { return now.TestAccuracy != nil })
	stop()
	s = open(t, Config{Dir: folder})
	at, err := s.Checkpoint(t.Context(), info.ID, 0, nil)
	if err != nil || !slices.Equal(at.Weights, c.Init.Weights) {
		t.Errorf("after a restart they are others, %v", err)
	}
}
