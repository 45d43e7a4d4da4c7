package lesson

import (
	"math"

	"filterscope/nn"
)

// naive is the specification: a network in float64, layer by layer, without
// any thought of speed. outputs[k+1] is what layer k made of the image.
type naive struct {
	net     *nn.Network
	outputs [][]float64
	slopes  [][]float64 // of the image's loss with respect to outputs
	grad    []float64   // with respect to the weights
}

func at(shape nn.Shape, y, x, c int) int { return (y*shape.W+x)*shape.C + c }

// propagate computes everything for one image.
func propagate(net *nn.Network, image []float32, label byte) *naive {
	n := &naive{net: net, grad: make([]float64, len(net.Weights))}
	first := make([]float64, len(image))
	for i, pixel := range image {
		first[i] = float64(pixel)
	}
	n.outputs = [][]float64{first}
	for _, l := range net.Arch.Layers {
		n.outputs = append(n.outputs, n.forward(l, n.outputs[len(n.outputs)-1]))
	}
	p := n.probabilities()
	p[label]--
	n.slopes = make([][]float64, len(n.outputs))
	n.slopes[len(n.slopes)-1] = p
	for k := len(net.Arch.Layers) - 1; k >= 0; k-- {
		n.slopes[k] = n.backward(net.Arch.Layers[k], n.outputs[k], n.outputs[k+1], n.slopes[k+1])
	}
	return n
}

func (n *naive) logits() []float64 { return n.outputs[len(n.outputs)-1] }

func (n *naive) probabilities() []float64 {
	most, sum := math.Inf(-1), 0.0
	for _, l := range n.logits() {
		most = max(most, l)
	}
	p := make([]float64, len(n.logits()))
	for i, l := range n.logits() {
		p[i] = math.Exp(l - most)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	return p
}

// connect visits every pair of an input and an output of a convolution or a
// dense layer, with the index of the weight between them.
func connect(l nn.Layer, visit func(in, out, weight int)) {
	if l.Kind == nn.Dense {
		for i := range l.In.Size() {
			for o := range l.Out.C {
				visit(i, o, l.Weight.Offset+i*l.Out.C+o)
			}
		}
		return
	}
	for y := range l.Out.H {
		for x := range l.Out.W {
			for dy := range l.FilterH {
				for dx := range l.FilterW {
					iy, ix := y*l.Stride-l.Pad+dy, x*l.Stride-l.Pad+dx
					if iy < 0 || ix < 0 || iy >= l.In.H || ix >= l.In.W {
						continue
					}
					for c := range l.In.C {
						for o := range l.Out.C {
							visit(at(l.In, iy, ix, c), at(l.Out, y, x, o), l.Weight.Offset+((dy*l.FilterW+dx)*l.In.C+c)*l.Out.C+o)
						}
					}
				}
			}
		}
	}
}

// winner is the index of the input that a place of a max-pool takes.
func winner(l nn.Layer, x []float64, row, column, c int) int {
	best := at(l.In, row*l.Stride, column*l.Stride, c)
	for dy := range l.FilterH {
		for dx := range l.FilterW {
			if i := at(l.In, row*l.Stride+dy, column*l.Stride+dx, c); x[i] > x[best] {
				best = i
			}
		}
	}
	return best
}

func pooled(l nn.Layer, x []float64, visit func(in, out int)) {
	for row := range l.Out.H {
		for column := range l.Out.W {
			for c := range l.Out.C {
				visit(winner(l, x, row, column, c), at(l.Out, row, column, c))
			}
		}
	}
}

func (n *naive) forward(l nn.Layer, x []float64) []float64 {
	y := make([]float64, l.Out.Size())
	switch l.Kind {
	case nn.ReLU:
		for i, v := range x {
			y[i] = max(0, v)
		}
	case nn.MaxPool:
		pooled(l, x, func(in, out int) { y[out] = x[in] })
	default:
		for i := range y {
			y[i] = float64(n.net.Weights[l.Bias.Offset+i%l.Out.C])
		}
		connect(l, func(in, out, w int) { y[out] += x[in] * float64(n.net.Weights[w]) })
	}
	return y
}

func (n *naive) backward(l nn.Layer, x, y, dy []float64) []float64 {
	dx := make([]float64, len(x))
	switch l.Kind {
	case nn.ReLU:
		for i := range x {
			if x[i] > 0 {
				dx[i] = dy[i]
			}
		}
	case nn.MaxPool:
		pooled(l, x, func(in, out int) { dx[in] += dy[out] })
	default:
		for i := range y {
			n.grad[l.Bias.Offset+i%l.Out.C] += dy[i]
		}
		connect(l, func(in, out, w int) {
			dx[in] += dy[out] * float64(n.net.Weights[w])
			n.grad[w] += dy[out] * x[in]
		})
	}
	return dx
}
