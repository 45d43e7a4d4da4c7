package nn_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"filterscope/nn"
)

// Both optimizers follow their formulas, written down once more in float64.
func TestOptimizers(t *testing.T) {
	const n, steps = 7, 20
	m, v := make([]float64, n), make([]float64, n)
	for _, test := range []struct {
		config nn.OptimizerConfig
		update func(i, t int, g, rate float64) float64
	}{
		{nn.OptimizerConfig{Name: "sgd"}, func(i, t int, g, rate float64) float64 { return rate * g }},
		{nn.OptimizerConfig{Name: "sgd", Momentum: 0.9}, func(i, t int, g, rate float64) float64 {
			m[i] = 0.9*m[i] + g
			return rate * m[i]
		}},
		{nn.OptimizerConfig{Beta2: 0.99, Epsilon: 1e-3}, func(i, t int, g, rate float64) float64 {
			m[i] = 0.9*m[i] + 0.1*g
			v[i] = 0.99*v[i] + 0.01*g*g
			return rate * m[i] / (1 - math.Pow(0.9, float64(t))) / (math.Sqrt(v[i]/(1-math.Pow(0.99, float64(t)))) + 1e-3)
		}},
	} {
		clear(m)
		clear(v)
		r := rand.New(rand.NewPCG(1, 2))
		o, err := nn.NewOptimizer(test.config, n)
		if err != nil {
			t.Fatal(err)
		}
		got, want, grad := make([]float32, n), make([]float64, n), make([]float32, n)
		for step := 1; step <= steps; step++ {
			rate := 0.1 / float64(step)
			for i := range grad {
				grad[i] = float32(r.NormFloat64())
				want[i] -= test.update(i, step, float64(grad[i]), rate)
			}
			o.Update(got, grad, rate)
		}
		for i := range want {
			if math.Abs(float64(got[i])-want[i]) > 1e-6 {
				t.Errorf("%+v: weight %d = %v after %d steps, want %v", test.config, i, got[i], steps, want[i])
			}
		}
	}
}

// An optimizer restored from a state goes on as the first one does, bit for bit; the state is a copy.
func TestOptimizerState(t *testing.T) {
	for _, config := range []nn.OptimizerConfig{{Name: "sgd", Momentum: 0.9}, {Name: "adam"}} {
		o, _ := nn.NewOptimizer(config, 3)
		other, _ := nn.NewOptimizer(config, 3)
		weights := []float32{1, 2, 3}
		o.Update(weights, []float32{1, -2, 3}, 0.1)
		state := o.State()
		copied := slices.Clone(weights)
		o.Update(weights, []float32{3, 1, 2}, 0.1)
		if err := other.Restore(state); err != nil {
			t.Fatal(err)
		}
		other.Update(copied, []float32{3, 1, 2}, 0.1)
		if !slices.Equal(weights, copied) || cmp.Diff(o.State(), other.State()) != "" || state.Steps != 1 {
			t.Errorf("%s: restored after %d steps: weights %v, want %v", config.Name, state.Steps, copied, weights)
		}
	}
	adam, _ := nn.NewOptimizer(nn.OptimizerConfig{}, 3)
	sgd, _ := nn.NewOptimizer(nn.OptimizerConfig{Name: "sgd"}, 3)
	small, _ := nn.NewOptimizer(nn.OptimizerConfig{}, 2)
	for _, test := range []struct {
		state nn.OptimizerState
		want  string
	}{
		{sgd.State(), `optimizer "sgd" with 1 vectors after 0 steps: want "adam" with 2`},
		{small.State(), "state for 2 weights: the network has 3"},
		{nn.OptimizerState{}, `optimizer "" with 0 vectors`},
	} {
		if err := adam.Restore(test.state); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("error %v, want %q", err, test.want)
		}
	}
}

// A weight that an optimizer has forgotten stays as it is, to the bit, while its gradient is 0; the others go on as before.
func TestForgottenWeightsStay(t *testing.T) { nn.EachKernel(t, checkForget) }

func checkForget(t *testing.T) {
	const n = 37
	forgotten := []int{0, 5, 17, 36}
	for _, config := range []nn.OptimizerConfig{{Name: "sgd", Momentum: 0.9}, {Name: "adam"}} {
		o, _ := nn.NewOptimizer(config, n)
		undisturbed, _ := nn.NewOptimizer(config, n)
		weights, others := make([]float32, n), make([]float32, n)
		r := rand.New(rand.NewPCG(3, 4))
		var held []float32
		for step := range 60 {
			grad, all := make([]float32, n), make([]float32, n)
			for i := range grad {
				all[i] = float32(r.NormFloat64())
			}
			copy(grad, all)
			if step == 10 {
				o.Forget(forgotten)
				weights[5] = float32(math.Copysign(0, -1))
				held = slices.Clone(weights)
			}
			if step >= 10 {
				for _, i := range forgotten {
					grad[i] = 0
				}
			}
			o.Update(weights, grad, 0.1)
			undisturbed.Update(others, all, 0.1)
		}
		for i := range weights {
			want := others[i]
			if slices.Contains(forgotten, i) {
				want = held[i]
			}
			if math.Float32bits(weights[i]) != math.Float32bits(want) {
				t.Errorf("%s: weight %d is %v, want %v", config.Name, i, weights[i], want)
			}
		}
	}
}

func TestOptimizerMistakes(t *testing.T) {
	for _, test := range []struct {
		config nn.OptimizerConfig
		want   string
	}{
		{nn.OptimizerConfig{Name: "adamw"}, `unknown optimizer "adamw": must be adam or sgd`},
		{nn.OptimizerConfig{Name: "sgd", Momentum: 1}, "momentum 1: must be from 0 to below 1"},
		{nn.OptimizerConfig{Name: "sgd", Momentum: math.NaN()}, "momentum NaN"},
		{nn.OptimizerConfig{Name: "adam", Momentum: 0.9}, "adam has none"},
		{nn.OptimizerConfig{Beta1: -0.5}, "beta1 -0.5"},
		{nn.OptimizerConfig{Beta2: 1}, "beta2 1"},
		{nn.OptimizerConfig{Epsilon: math.Inf(1)}, "epsilon +Inf"},
	} {
		if _, err := nn.NewOptimizer(test.config, 1); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%+v: error %v, want %q", test.config, err, test.want)
		}
	}
}
