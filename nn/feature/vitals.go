package feature

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"

	"filterscope/nn"
)

// Vitals is how a unit does at a step. Its weights are those that lead into it, without the bias.
type Vitals struct {
	Norm         float64 // of the weights (Euclidean, as all norms here)
	Bias         float64
	GradientNorm float64 // of the mean loss over some images with respect to the weights
	UpdateRatio  float64 // norm of the change of the weights since an earlier step, per step, as a share of Norm; 0 if Norm is
	Distance     float64 // norm of the change of the weights since step 0
}

// Past is the weights of a network at an earlier step.
type Past struct {
	Net   *nn.Network
	Steps int // since then, at least 1
}

// VitalsOf is the vitals of all units of a layer that has weights: [unit]. gradient is laid out like net's weights, as of Probe.Gradient;
// before is nil at step 0.
func VitalsOf(net, start *nn.Network, before *Past, gradient []float32, layer int) []Vitals {
	l := net.Arch.Layers[layer]
	at := &nn.Network{Arch: net.Arch, Weights: gradient}
	all := make([]Vitals, l.Out.C)
	for u := range all {
		weights := Incoming(net, layer, u)
		v := &all[u]
		v.Norm, v.Bias = floats.Norm(weights, 2), float64(net.Tensor(l.Bias)[u])
		v.GradientNorm = floats.Norm(Incoming(at, layer, u), 2)
		v.Distance = floats.Distance(weights, Incoming(start, layer, u), 2)
		if before != nil && v.Norm > 0 {
			v.UpdateRatio = floats.Distance(weights, Incoming(before.Net, layer, u), 2) / float64(before.Steps) / v.Norm
		}
	}
	return all
}

// Change is, for each unit of a layer, the norm of the change of its weights from one network to another, as a share of the norm of the
// earlier ones; 0 if that is 0.
func Change(from, to *nn.Network, layer int) []float64 {
	change := make([]float64, to.Arch.Layers[layer].Out.C)
	for u := range change {
		before := Incoming(from, layer, u)
		if norm := floats.Norm(before, 2); norm > 0 {
			change[u] = floats.Distance(before, Incoming(to, layer, u), 2) / norm
		}
	}
	return change
}

// Incoming is the weights that lead into a unit of a convolution or dense layer, in the order of the layer's weights.
func Incoming(net *nn.Network, layer, unit int) []float64 {
	l := net.Arch.Layers[layer]
	w := net.Tensor(l.Weight)
	weights := make([]float64, 0, len(w)/l.Out.C)
	for i := unit; i < len(w); i += l.Out.C {
		weights = append(weights, float64(w[i]))
	}
	return weights
}

// Gradient is the gradient of the mean loss of the probe's first n images with respect to the weights.
func (p *Probe) Gradient(net *nn.Network, n int) []float32 {
	n = min(n, p.n)
	w, size := p.workspaces[0], p.arch.Input.Size()
	sum, part := make([]float32, len(net.Weights)), make([]float32, len(net.Weights))
	for first := 0; first < n; first += chunk {
		last := min(first+chunk, n)
		for i := first; i < last; i++ {
			w.SetInputBytes(i-first, p.examples.Images[i*size:][:size])
		}
		net.Forward(w, last-first)
		net.Backward(w, p.examples.Labels[first:last], 1/float32(n), part)
		add(sum, part)
	}
	return sum
}

//go:norace
func add(sum, part []float32) {
	for i, v := range part {
		sum[i] += v
	}
}

// Histogram counts values in bins of equal width.
type Histogram struct {
	Min, Max float64 // symmetric around 0, and not 0
	Counts   []int
}

// HistogramOf counts values in bins from -m to m, where m is the largest magnitude, or 1 if that is 0. All values must be finite.
func HistogramOf(values []float64, bins int) Histogram {
	largest := 0.0
	for _, v := range values {
		largest = max(largest, math.Abs(v))
	}
	if largest == 0 {
		largest = 1
	}
	h := Histogram{Min: -largest, Max: largest, Counts: make([]int, bins)}
	dividers := floats.Span(make([]float64, bins+1), h.Min, h.Max)
	dividers[bins] = math.Nextafter(h.Max, math.Inf(1)) // gonum leaves the last one out
	for i, n := range stat.Histogram(nil, dividers, slices.Sorted(slices.Values(values)), nil) {
		h.Counts[i] = int(n)
	}
	return h
}

// Connection is how strongly two units are tied.
type Connection struct {
	Layer, Unit int     // the other unit
	Weight      float64 // the norm of the weights between the two, with the sign of their sum
}

// Connections are a unit's ties with the units of the layer with weights before and of the one behind, the strongest first. Before
// the first such layer is the input, and behind the last is nothing: these are empty.
func Connections(net *nn.Network, layer, unit int) (incoming, outgoing []Connection) {
	layers := net.Arch.Layers
	learns := func(i int) bool { return layers[i].Kind == nn.Conv || layers[i].Kind == nn.Dense }
	for i := layer - 1; i >= 0; i-- {
		if learns(i) {
			for c := range layers[i].Out.C {
				incoming = append(incoming, Connection{i, c, tie(net, layer, c, unit)})
			}
			break
		}
	}
	for i := layer + 1; i < len(layers); i++ {
		if learns(i) {
			for u := range layers[i].Out.C {
				outgoing = append(outgoing, Connection{i, u, tie(net, i, unit, u)})
			}
			break
		}
	}
	strongestFirst(incoming)
	strongestFirst(outgoing)
	return incoming, outgoing
}

func strongestFirst(c []Connection) {
	slices.SortStableFunc(c, func(a, b Connection) int {
		switch x, y := math.Abs(a.Weight), math.Abs(b.Weight); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
}

// tie is the weight between channel c of a layer's input and its unit u.
func tie(net *nn.Network, layer, c, u int) float64 {
	l := net.Arch.Layers[layer]
	w := net.Tensor(l.Weight)
	sum, squares := 0.0, 0.0
	for i := c*l.Out.C + u; i < len(w); i += l.In.C * l.Out.C {
		v := float64(w[i])
		sum, squares = sum+v, squares+v*v
	}
	return math.Copysign(math.Sqrt(squares), sum)
}
