package lesson

import (
	"cmp"
	"math"
	"slices"

	"filterscope/nn"
)

// A Term is an input of a value and what it adds to it.
type Term struct {
	Y, X, C int // place in the layer's input
	Input   float32
	Weight  float32 // of a max-pool: 1 for the input that was chosen, else 0; of a ReLU 1 or 0
	Product float32
}

// An Origin is where a value of a layer comes from. For convolutions and dense
// layers, Value is Bias plus all products and Rest.
type Origin struct {
	Value, Bias float32
	Terms       []Term  // a convolution's in the order of its filter, places outside the image left out; a dense layer's largest by size
	Rest        float64 // sum of the products that are not among the terms
}

// mostTerms is how many terms of a dense layer's value are told.
const mostTerms = 12

// Origin takes the value of a layer at a place of its output for an image
// apart. All indices must be inside.
func (p *Pass) Origin(image, layer, y, x, c int) Origin {
	l := p.net.Arch.Layers[layer]
	in := p.w.Output(layer - 1)
	o := Origin{Value: p.w.Output(layer).At(image, y, x, c)}
	switch l.Kind {
	case nn.Conv:
		o.Bias = p.net.Tensor(l.Bias)[c]
		o.Terms = window(l, y, x, in.C)
		weights := p.incoming(l, c)
		for i := range o.Terms {
			t := &o.Terms[i]
			t.Input = in.At(image, t.Y, t.X, t.C)
			t.Weight = weights[((t.Y-y*l.Stride+l.Pad)*l.FilterW+t.X-x*l.Stride+l.Pad)*in.C+t.C]
			t.Product = t.Input * t.Weight
		}
	case nn.MaxPool:
		o.Terms = window(l, y, x, 1)
		for i := range o.Terms {
			t := &o.Terms[i]
			t.C, t.Input = c, in.At(image, t.Y, t.X, c)
		}
		choose(o.Terms, o.Value)
	case nn.ReLU:
		t := Term{Y: y, X: x, C: c, Input: in.At(image, y, x, c)}
		if t.Product = o.Value; t.Product != 0 {
			t.Weight = 1
		}
		o.Terms = []Term{t}
	default:
		o.Bias = p.net.Tensor(l.Bias)[c]
		o.Terms, o.Rest = p.largestTerms(l, in, image, c)
	}
	return o
}

// incoming is a unit's weights, [H][W][C] of its filter.
func (p *Pass) incoming(l nn.Layer, unit int) []float32 {
	indices := l.Incoming(unit)
	weights := make([]float32, len(indices)-1)
	for i := range weights {
		weights[i] = p.net.Weights[indices[i]]
	}
	return weights
}

// window is the places of the input that a place of the output sees.
func window(l nn.Layer, y, x, channels int) (terms []Term) {
	for dy := range l.FilterH {
		for dx := range l.FilterW {
			iy, ix := y*l.Stride-l.Pad+dy, x*l.Stride-l.Pad+dx
			if iy < 0 || ix < 0 || iy >= l.In.H || ix >= l.In.W {
				continue
			}
			for c := range channels {
				terms = append(terms, Term{Y: iy, X: ix, C: c})
			}
		}
	}
	return terms
}

// choose marks the first input that has the maximum.
func choose(terms []Term, maximum float32) {
	for i := range terms {
		if t := &terms[i]; t.Input == maximum {
			t.Weight, t.Product = 1, maximum
			return
		}
	}
}

func (p *Pass) largestTerms(l nn.Layer, in nn.View, image, unit int) (terms []Term, rest float64) {
	weights := p.incoming(l, unit)
	for i, weight := range weights {
		y, x, c := i/(in.W*in.C), i/in.C%in.W, i%in.C
		input := in.At(image, y, x, c)
		terms = append(terms, Term{y, x, c, input, weight, input * weight})
	}
	slices.SortStableFunc(terms, func(a, b Term) int {
		return cmp.Compare(math.Abs(float64(b.Product)), math.Abs(float64(a.Product)))
	})
	for _, t := range terms[min(mostTerms, len(terms)):] {
		rest += float64(t.Product)
	}
	return terms[:min(mostTerms, len(terms))], rest
}
