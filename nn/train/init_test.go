package train

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// fromWeights is the configuration of a run that starts where another one ended, and what that one had in the end.
func fromWeights(t *testing.T) (Config, Evaluation) {
	t.Helper()
	_, log := begin(t, Config{Epochs: 1, Seed: 3}, Options{})
	weights := finalWeights(t, log)
	_, evaluations, _ := log.all()
	c := Config{Architecture: "tiny", Epochs: 2, Seed: 4, Init: &Init{File: "best.safetensors", SHA256: "ab", Weights: weights}}
	return c, evaluations[0]
}

func TestRunStartsFromWeights(t *testing.T) {
	c, before := fromWeights(t)
	r, log := begin(t, c, Options{Wait: true})
	status := log.until(t, func(s Status) bool { return s.TestAccuracy != nil && s.Evaluating == 0 })
	if status.State != Waiting || status.Step != 0 || *status.TestAccuracy != before.Accuracy || *status.BestAccuracy != before.Accuracy || *status.BestStep != 0 {
		t.Errorf("while it waits its status is %+v", status)
	}
	do(t, r, Command{Kind: Start})
	log.until(t, ended)
	_, evaluations, kept := log.all()
	if !slices.Equal(kept[0].Net.Weights, c.Init.Weights) || kept[0].Step != 0 {
		t.Errorf("the weights of step %d are not those that it was given", kept[0].Step)
	}
	want := before
	want.Step, want.Epoch = 0, 0
	if d := cmp.Diff(want, evaluations[0]); d != "" {
		t.Errorf("the evaluation of step 0 is not that of the run before (-want +got):\n%s", d)
	}
	if len(evaluations) != 3 {
		t.Errorf("there are %d evaluations, want one of the start and one an epoch", len(evaluations))
	}
	_, again := begin(t, c, Options{Workers: 1})
	if !slices.Equal(finalWeights(t, log), finalWeights(t, again)) {
		t.Error("the same weights and configuration lead to others")
	}
	other := c
	other.Seed = 5
	_, log = begin(t, other, Options{})
	if slices.Equal(finalWeights(t, log), finalWeights(t, again)) {
		t.Error("another order of the images leads to the same weights")
	}
}

// A run that ends after any of its records goes on as if it had not, and any step can be computed again.
func TestRunFromWeightsIsContinuedAndReplayed(t *testing.T) {
	c, _ := fromWeights(t)
	_, log := begin(t, c, Options{})
	log.until(t, ended)
	points, evaluations, kept := log.all()
	for cut := 0; cut <= len(log.records); cut++ {
		both := &journal{records: slices.Clone(log.records[:cut])}
		past := pastOf(both.records)
		r, err := New(c, someDigits(t), both, Options{})
		if cut > 0 {
			r, err = Continue(c, past, someDigits(t), both, Options{})
		}
		if err != nil {
			t.Fatal(err)
		}
		carry(t, both, r)
		gotPoints, gotEvaluations, gotKept := both.all()
		if d := cmp.Diff(points, gotPoints, exceptTime) + cmp.Diff(evaluations, gotEvaluations); d != "" {
			t.Fatalf("cut after record %d (-want +got):\n%s", cut, d)
		}
		if last := len(kept) - 1; !slices.Equal(kept[last].Net.Weights, gotKept[last].Net.Weights) {
			t.Fatalf("cut after record %d: the last weights differ", cut)
		}
	}
	for _, s := range kept {
		got, err := Replay(t.Context(), c, nil, someDigits(t), Options{}, s.Step)
		if err != nil || !slices.Equal(got.Weights, s.Net.Weights) {
			t.Errorf("step %d computed again from the start has other weights, %v", s.Step, err)
		}
	}
	trial, err := Try(t.Context(), c, nil, someDigits(t), Options{}, Change{}, 1)
	if err != nil || !slices.Equal(trial.Before.Weights, c.Init.Weights) || !slices.Equal(trial.After.Weights, kept[1].Net.Weights) {
		t.Errorf("the first step taken apart is another, %v", err)
	}
}

func TestWeightsThatDoNotFit(t *testing.T) {
	c, _ := fromWeights(t)
	broken := slices.Clone(c.Init.Weights)
	broken[7] = float32(math.NaN())
	for _, test := range []struct {
		weights []float32
		words   string
	}{
		{nil, `init: the weights of "best.safetensors" (SHA-256 ab…) are no part of a configuration; start the program with -init`},
		{c.Init.Weights[1:], "this architecture has"},
		{broken, "use finite ones"},
	} {
		c.Init = &Init{File: "best.safetensors", SHA256: "ab", Weights: test.weights}
		if _, err := New(c, someDigits(t), &journal{}, Options{}); err == nil || !strings.Contains(err.Error(), test.words) {
			t.Errorf("%v; want %q", err, test.words)
		}
	}
}
