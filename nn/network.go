package nn

import (
	"math/rand/v2"
	"slices"
)

// Network is an architecture with weights. Any number of goroutines may read one at the same time.
type Network struct {
	Arch    *Architecture
	Weights []float32 // all tensors of Arch, one behind the other
}

// NewNetwork draws weights at random, normally distributed with variance 2 / inputs of a unit
// (He et al. 2015, "Delving deep into rectifiers"); biases are zero. The same seed gives the same weights.
func NewNetwork(a *Architecture, seed uint64) *Network {
	n := &Network{Arch: a, Weights: make([]float32, a.Parameters())}
	for i := range a.Layers {
		l := &a.Layers[i]
		if l.Weight.Len == 0 {
			continue
		}
		random := rand.New(rand.NewPCG(seed, uint64(i)))
		w := n.Tensor(l.Weight)
		for j := range w {
			w[j] = l.draw(random)
		}
	}
	return n
}

// Tensor is the part of the weights that t describes; writing to it changes the network.
func (n *Network) Tensor(t Tensor) []float32 {
	return n.Weights[t.Offset : t.Offset+t.Len : t.Offset+t.Len]
}

// Clone is a network of its own with the same weights.
func (n *Network) Clone() *Network {
	return &Network{Arch: n.Arch, Weights: slices.Clone(n.Weights)}
}
