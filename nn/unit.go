package nn

import (
	"math"
	"math/rand/v2"
)

// Incoming are the indices in Network.Weights of what a unit computes with: its weights in the order in which the layer's tensor has
// them, then its bias. A unit is an output channel of a convolution or an output of a dense layer, counted from 0.
func (l *Layer) Incoming(unit int) []int {
	indices := make([]int, 0, l.Weight.Len/l.Out.C+1)
	for i := unit; i < l.Weight.Len; i += l.Out.C {
		indices = append(indices, l.Weight.Offset+i)
	}
	return append(indices, l.Bias.Offset+unit)
}

// Silence makes a unit's incoming weights and its bias 0, so that its output is 0 for every input.
func (n *Network) Silence(layer, unit int) {
	for _, i := range n.Arch.Layers[layer].Incoming(unit) {
		n.Weights[i] = 0
	}
}

// Silenced is a network of its own that lacks one unit: its incoming weights and its bias are 0, the others are n's.
func (n *Network) Silenced(layer, unit int) *Network {
	without := n.Clone()
	without.Silence(layer, unit)
	return without
}

// Redraw gives a unit new random weights, distributed as NewNetwork's are, and the bias 0.
func (n *Network) Redraw(layer, unit int, random *rand.Rand) {
	l := &n.Arch.Layers[layer]
	incoming := l.Incoming(unit)
	last := len(incoming) - 1
	for _, i := range incoming[:last] {
		n.Weights[i] = l.draw(random)
	}
	n.Weights[incoming[last]] = 0
}

// draw is a random first weight (He et al. 2015).
func (l *Layer) draw(random *rand.Rand) float32 {
	return float32(math.Sqrt(2/float64(l.Weight.Len/l.Out.C)) * random.NormFloat64())
}
