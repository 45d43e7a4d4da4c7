// Package naive computes networks in float64, value by value: the
// specification that the numbers shown to people are tested against. Nothing
// but tests uses it, for it is slow.
package naive

import (
	"math"

	"filterscope/nn"
)

// A Pass is everything about one image.
type Pass struct {
	Outputs  [][]float64 // Outputs[k+1] is what layer k made of it, [H][W][C]; Outputs[0] is the image
	Slopes   [][]float64 // how its loss changes with each of the outputs
	Gradient []float64   // and with the weights, laid out like them

	net *nn.Network
}

func at(shape nn.Shape, y, x, c int) int { return (y*shape.W+x)*shape.C + c }

// Propagate sends an image, [H][W][C] from 0 to 1, forward, and its loss back.
func Propagate(net *nn.Network, image []float32, label byte) *Pass {
	p := &Pass{net: net, Gradient: make([]float64, len(net.Weights))}
	first := make([]float64, len(image))
	for i, pixel := range image {
		first[i] = float64(pixel)
	}
	p.Outputs = [][]float64{first}
	for _, l := range net.Arch.Layers {
		p.Outputs = append(p.Outputs, p.forward(l, p.Outputs[len(p.Outputs)-1]))
	}
	delta := p.Probabilities()
	delta[label]--
	p.Slopes = make([][]float64, len(p.Outputs))
	p.Slopes[len(p.Slopes)-1] = delta
	for k := len(net.Arch.Layers) - 1; k >= 0; k-- {
		p.Slopes[k] = p.backward(net.Arch.Layers[k], p.Outputs[k], p.Outputs[k+1], p.Slopes[k+1])
	}
	return p
}

// Logits are the scores of the classes.
func (p *Pass) Logits() []float64 { return p.Outputs[len(p.Outputs)-1] }

// Probabilities are the softmax of the logits.
func (p *Pass) Probabilities() []float64 {
	most, sum := math.Inf(-1), 0.0
	for _, l := range p.Logits() {
		most = max(most, l)
	}
	all := make([]float64, len(p.Logits()))
	for i, l := range p.Logits() {
		all[i] = math.Exp(l - most)
		sum += all[i]
	}
	for i := range all {
		all[i] /= sum
	}
	return all
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

func (p *Pass) forward(l nn.Layer, x []float64) []float64 {
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
			y[i] = float64(p.net.Weights[l.Bias.Offset+i%l.Out.C])
		}
		connect(l, func(in, out, w int) { y[out] += x[in] * float64(p.net.Weights[w]) })
	}
	return y
}

func (p *Pass) backward(l nn.Layer, x, y, dy []float64) []float64 {
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
			p.Gradient[l.Bias.Offset+i%l.Out.C] += dy[i]
		}
		connect(l, func(in, out, w int) {
			dx[in] += dy[out] * float64(p.net.Weights[w])
			p.Gradient[w] += dy[out] * x[in]
		})
	}
	return dx
}
