package nn_test

import (
	"math"

	"filterscope/nn"
)

// naiveForward is the network in float64, one loop per letter: the specification of Forward. It returns every layer's output, for one image.
func naiveForward(a *nn.Architecture, weights, x []float64) [][]float64 {
	var outputs [][]float64
	for i := range a.Layers {
		l := &a.Layers[i]
		y := make([]float64, l.Out.Size())
		w, b := weights[l.Weight.Offset:][:l.Weight.Len], weights[l.Bias.Offset:][:l.Bias.Len]
		switch l.Kind {
		case nn.Conv:
			naiveConv(l, x, w, b, y)
		case nn.ReLU:
			for j, v := range x {
				y[j] = max(v, 0)
			}
		case nn.MaxPool:
			naivePool(l, x, y)
		case nn.Dense:
			for o := range y {
				y[o] = b[o]
				for j, v := range x {
					y[o] += v * w[j*len(y)+o]
				}
			}
		}
		outputs = append(outputs, y)
		x = y
	}
	return outputs
}

//go:norace
func naiveConv(l *nn.Layer, x, w, b, y []float64) {
	for i := range y {
		oc, ox, oy := i%l.Out.C, i/l.Out.C%l.Out.W, i/l.Out.C/l.Out.W
		y[i] = b[oc]
		for kh := range l.FilterH {
			for kw := range l.FilterW {
				iy, ix := oy*l.Stride+kh-l.Pad, ox*l.Stride+kw-l.Pad
				if iy < 0 || iy >= l.In.H || ix < 0 || ix >= l.In.W {
					continue
				}
				for ic := range l.In.C {
					y[i] += x[(iy*l.In.W+ix)*l.In.C+ic] * w[((kh*l.FilterW+kw)*l.In.C+ic)*l.Out.C+oc]
				}
			}
		}
	}
}

func naivePool(l *nn.Layer, x, y []float64) {
	for i := range y {
		c, ox, oy := i%l.Out.C, i/l.Out.C%l.Out.W, i/l.Out.C/l.Out.W
		y[i] = math.Inf(-1)
		for ky := range l.FilterH {
			for kx := range l.FilterW {
				y[i] = max(y[i], x[((oy*l.Stride+ky)*l.In.W+ox*l.Stride+kx)*l.In.C+c])
			}
		}
	}
}

// naiveLoss is the sum of all images' losses.
func naiveLoss(a *nn.Architecture, weights, images []float64, labels []byte) float64 {
	loss := 0.0
	size := a.Input.Size()
	for i, label := range labels {
		outputs := naiveForward(a, weights, images[i*size:][:size])
		logits := outputs[len(outputs)-1]
		highest := math.Inf(-1)
		for _, z := range logits {
			highest = max(highest, z)
		}
		sum := 0.0
		for _, z := range logits {
			sum += math.Exp(z - highest)
		}
		loss += math.Log(sum) + highest - logits[label]
	}
	return loss
}
