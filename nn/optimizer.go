package nn

import (
	"fmt"
	"math"
	"slices"

	"filterscope/nn/internal/kernel"
)

// Optimizer changes weights so that the loss falls.
type Optimizer interface {
	// Update takes one step along the gradient, with a learning rate.
	Update(weights, grad []float32, rate float64)
	// Forget clears what is remembered of the weights with these indices. Such a weight keeps its bits as long as its gradient is 0.
	Forget(indices []int)
	// State is a copy of all that the optimizer remembers.
	State() OptimizerState
	// Restore continues from a state of an optimizer with the same name and number of weights, else it returns an error.
	Restore(OptimizerState) error
}

// OptimizerState is what an optimizer remembers between steps.
type OptimizerState struct {
	Name    string
	Steps   int64       // updates so far
	Vectors [][]float32 // sgd: momentum; adam: mean of gradients, mean of squared gradients
}

// OptimizerConfig chooses an optimizer. The zero value is Adam as published.
type OptimizerConfig struct {
	Name         string  // "adam" (also if empty) or "sgd"
	Momentum     float64 // sgd: share of the last update that is repeated, from 0 to below 1
	Beta1, Beta2 float64 // adam: memory of the two means, below 1; 0 means 0.9 and 0.999
	Epsilon      float64 // adam: added to the divisor; 0 means 1e-8
}

// NewOptimizer makes an optimizer for n weights. An unknown name or a value out of range is an error.
func NewOptimizer(c OptimizerConfig, n int) (Optimizer, error) {
	if !(c.Momentum >= 0 && c.Momentum < 1) {
		return nil, fmt.Errorf("nn: momentum %v: must be from 0 to below 1", c.Momentum)
	}
	switch c.Name {
	case "sgd":
		return &SGD{Momentum: float32(c.Momentum), velocity: make([]float32, n)}, nil
	case "adam", "":
		if c.Momentum != 0 {
			return nil, fmt.Errorf("nn: momentum %v: adam has none, it is for sgd", c.Momentum)
		}
		return newAdam(c, n)
	}
	return nil, fmt.Errorf("nn: unknown optimizer %q: must be adam or sgd", c.Name)
}

// SGD is gradient descent, with momentum (Polyak 1964) if that is not 0.
type SGD struct {
	Momentum float32
	steps    int64
	velocity []float32
}

// Update implements Optimizer: velocity = Momentum*velocity + grad, weights -= rate*velocity.
//
//go:norace
func (o *SGD) Update(weights, grad []float32, rate float64) {
	o.steps++
	r := float32(rate)
	velocity := o.velocity[:len(weights)]
	for i, g := range grad[:len(weights)] {
		v := float32(o.Momentum*velocity[i]) + g
		velocity[i] = v
		weights[i] -= float32(r * v)
	}
}

// Forget implements Optimizer.
func (o *SGD) Forget(indices []int) {
	for _, i := range indices {
		o.velocity[i] = 0
	}
}

// State implements Optimizer.
func (o *SGD) State() OptimizerState {
	return OptimizerState{Name: "sgd", Steps: o.steps, Vectors: [][]float32{slices.Clone(o.velocity)}}
}

// Restore implements Optimizer.
func (o *SGD) Restore(s OptimizerState) error {
	if err := s.check("sgd", o.velocity); err != nil {
		return err
	}
	o.steps = s.Steps
	copy(o.velocity, s.Vectors[0])
	return nil
}

// Adam divides each weight's mean gradient by the root of its mean square (Kingma and Ba 2015).
type Adam struct {
	Beta1, Beta2, Epsilon float64
	steps                 int64
	mean, square          []float32
	maps                  *kernel.Maps
}

func newAdam(c OptimizerConfig, n int) (*Adam, error) {
	o := &Adam{Beta1: c.Beta1, Beta2: c.Beta2, Epsilon: c.Epsilon, mean: make([]float32, n), square: make([]float32, n), maps: table().Maps()}
	if o.Beta1 == 0 {
		o.Beta1 = 0.9
	}
	if o.Beta2 == 0 {
		o.Beta2 = 0.999
	}
	if o.Epsilon == 0 {
		o.Epsilon = 1e-8
	}
	if !(o.Beta1 > 0 && o.Beta1 < 1 && o.Beta2 > 0 && o.Beta2 < 1) {
		return nil, fmt.Errorf("nn: adam with beta1 %v, beta2 %v: both must be above 0 and below 1", o.Beta1, o.Beta2)
	}
	if !(o.Epsilon > 0 && o.Epsilon <= 1) {
		return nil, fmt.Errorf("nn: adam with epsilon %v: must be above 0 and at most 1", o.Epsilon)
	}
	return o, nil
}

// Update implements Optimizer.
func (o *Adam) Update(weights, grad []float32, rate float64) {
	o.steps++
	step := kernel.Adam{
		Beta1: float32(o.Beta1), Rest1: float32(1 - o.Beta1), Beta2: float32(o.Beta2), Rest2: float32(1 - o.Beta2),
		Step:    float32(rate / (1 - power(o.Beta1, o.steps))),
		Root:    float32(1 / math.Sqrt(1-power(o.Beta2, o.steps))),
		Epsilon: float32(o.Epsilon),
	}
	o.maps.Adam(step, weights, grad, o.mean, o.square)
}

// Forget implements Optimizer.
func (o *Adam) Forget(indices []int) {
	for _, i := range indices {
		o.mean[i], o.square[i] = 0, 0
	}
}

// State implements Optimizer.
func (o *Adam) State() OptimizerState {
	return OptimizerState{Name: "adam", Steps: o.steps, Vectors: [][]float32{slices.Clone(o.mean), slices.Clone(o.square)}}
}

// Restore implements Optimizer.
func (o *Adam) Restore(s OptimizerState) error {
	if err := s.check("adam", o.mean, o.square); err != nil {
		return err
	}
	o.steps = s.Steps
	copy(o.mean, s.Vectors[0])
	copy(o.square, s.Vectors[1])
	return nil
}

// check compares a state with the optimizer that is to take it.
func (s OptimizerState) check(name string, vectors ...[]float32) error {
	if s.Name != name || len(s.Vectors) != len(vectors) || s.Steps < 0 {
		return fmt.Errorf("nn: state of optimizer %q with %d vectors after %d steps: want %q with %d", s.Name, len(s.Vectors), s.Steps, name, len(vectors))
	}
	for i, v := range s.Vectors {
		if len(v) != len(vectors[i]) {
			return fmt.Errorf("nn: optimizer state for %d weights: the network has %d", len(v), len(vectors[i]))
		}
	}
	return nil
}

// power is x^n, with the same bits on every machine.
func power(x float64, n int64) float64 {
	y := 1.0
	for ; n > 0; n /= 2 {
		if n%2 == 1 {
			y *= x
		}
		x *= x
	}
	return y
}
