package train

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"
)

func TestWatchPaceSpreadsDoublingsEvenly(t *testing.T) {
	const steps = 469
	p := Pace{Watch: true}
	for n := 1; n <= 64; n *= 2 {
		got := p.span(n, 2*n, steps)
		if diff := (got - watchDoubling).Abs(); diff > time.Millisecond {
			t.Errorf("steps %d to %d take %v, want %v", n, 2*n, got, watchDoubling)
		}
	}
	if got := p.span(0, 240, steps); got < 27*time.Second || got > 31*time.Second {
		t.Errorf("240 steps take %v, want about half a minute", got)
	}
	if got := p.span(10*steps, 11*steps, steps); (got - watchEpoch).Abs() > 10*time.Millisecond {
		t.Errorf("a late epoch takes %v, want %v", got, watchEpoch)
	}
}

func TestPaceText(t *testing.T) {
	for text, want := range map[string]Pace{
		`"max"`: {}, `"watch"`: {Watch: true}, `12.5`: {StepsPerSecond: 12.5}, `"3"`: {StepsPerSecond: 3},
	} {
		var p Pace
		if err := json.Unmarshal([]byte(text), &p); err != nil || p != want {
			t.Errorf("%s is %+v, %v; want %+v", text, p, err, want)
		}
		again, _ := json.Marshal(p)
		var q Pace
		if err := json.Unmarshal(again, &q); err != nil || q != p {
			t.Errorf("%s came back as %+v, %v", again, q, err)
		}
	}
	for _, text := range []string{`"fast"`, `0`, `-1`, `1001`, `1e-12`, `"NaN"`, `"Inf"`, `true`, `[1]`, `{}`} {
		var p Pace
		if err := json.Unmarshal([]byte(text), &p); err == nil || !strings.Contains(err.Error(), "use") {
			t.Errorf("%s: error %v does not say what to use", text, err)
		}
	}
}

func TestOneCycle(t *testing.T) {
	s := Schedule{Name: OneCycle, Peak: 1, End: 100}
	for step, want := range map[int]float64{20: 1, 100: cycleEnd, 10: (1 + cycleStart) / 2, 60: (1 + cycleEnd) / 2} {
		if got := s.rate(step); math.Abs(got-want) > 1e-12 {
			t.Errorf("rate of update %d is %v, want %v", step, got, want)
		}
	}
	for step := 2; step <= 100; step++ {
		if rising := s.rate(step) > s.rate(step-1); rising != (step <= 20) {
			t.Errorf("the rate goes the wrong way at update %d", step)
		}
	}
}

func TestScheduleStretchesOnlyWhatLiesAhead(t *testing.T) {
	s := Schedule{Name: OneCycle, Peak: 1, End: 100}
	longer := s.stretch(60, 200)
	if got, want := longer.rate(60), s.rate(60); math.Abs(got-want) > 1e-12 {
		t.Errorf("the rate at the change is %v, was %v", got, want)
	}
	if got := longer.rate(200); math.Abs(got-cycleEnd) > 1e-12 {
		t.Errorf("the stretched schedule ends at %v, want %v", got, cycleEnd)
	}
	if got, want := longer.rate(130), s.rate(80); math.Abs(got-want) > 1e-12 {
		t.Errorf("half the rest is %v, want %v", got, want)
	}
	after := s.stretch(100, 150)
	if a, b := after.rate(101), after.rate(150); a != afterCycle || a != b {
		t.Errorf("after its end the schedule gives %v and %v, want the constant %v", a, b, afterCycle)
	}
	constant := Schedule{Name: Constant, Peak: 0.3, End: 10}
	if got := constant.stretch(10, 20).rate(15); got != 0.3 {
		t.Errorf("a constant schedule gives %v, want 0.3", got)
	}
}

func TestPromisedSteps(t *testing.T) {
	for step := 0; step <= 32; step++ {
		if !Promised(step) {
			t.Errorf("step %d is not promised", step)
		}
	}
	for from := 32; from < 1<<20; from *= 2 {
		count := 0
		for step := from; step < 2*from; step++ {
			if Promised(step) {
				count++
			}
		}
		if count != 8 {
			t.Errorf("%d steps of %d..%d are promised, want 8", count, from, 2*from-1)
		}
	}
}

func TestPromisedUpToIsABound(t *testing.T) {
	const stepsPerEpoch = 77
	kept := 0
	for step := range 10_000 {
		if Promised(step) || step%stepsPerEpoch == 0 {
			kept++
		}
		if bound := PromisedUpTo(step, step/stepsPerEpoch); kept > bound {
			t.Fatalf("up to step %d, %d steps are kept; the bound is %d", step, kept, bound)
		} else if bound > 2*kept+33 {
			t.Fatalf("up to step %d, %d steps are kept; the bound is %d, far off", step, kept, bound)
		}
	}
}

func TestImpossibleConfigurations(t *testing.T) {
	data := someDigits(t)
	for field, c := range map[string]Config{
		"architecture":   {Architecture: "conv 3x3x4 | rely | dense classes"},
		"epochs":         {Epochs: -1},
		"batchSize":      {BatchSize: MaxBatchSize + 1},
		"learningRate":   {LearningRate: math.NaN()},
		"optimizer":      {Optimizer: "adamant"},
		"momentum":       {Momentum: 0.9},
		"schedule":       {Schedule: "cosine"},
		"validation":     {Validation: 1 << 30},
		"targetAccuracy": {TargetAccuracy: 99},
		"pace":           {Pace: Pace{StepsPerSecond: math.Inf(1)}},
	} {
		_, err := New(c, data, &journal{}, Options{})
		if err == nil || !strings.HasPrefix(err.Error(), field+": ") {
			t.Errorf("%+v: the error %v does not name %s", c, err, field)
		}
	}
}
