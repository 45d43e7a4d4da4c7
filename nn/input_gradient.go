package nn

import (
	"fmt"

	"filterscope/nn/internal/kernel"
)

// Rule is what a ReLU does to a gradient on its way to the input.
type Rule uint8

const (
	Plain     Rule = iota // the gradient: it passes where the forward value was positive
	Deconvnet             // it passes where itself is positive (Zeiler and Fergus 2014, "Visualizing and understanding convolutional networks")
	Guided                // it passes where both are (Springenberg et al. 2015, "Striving for simplicity: the all convolutional net")
)

// Seed is a gradient that enters the network at one value of a layer's output.
type Seed struct {
	Image   int // of the last Forward
	Y, X, C int // place in the layer's output
	Value   float32
}

// InputGradient computes, for every image of the last Forward (which must have been of this network, with these weights), the
// gradient with respect to the image's pixels of the sum over its seeds of Value times the layer's output there. layer is an
// index in Architecture.Layers. It overwrites dx, [n][H][W][C]; an image without seeds gets zeros. Max-pools send a gradient to
// the value that they chose. Seeds at one place add up.
//
// A batch of images with one seed each answers for as many units at once.
func (net *Network) InputGradient(w *Workspace, layer int, seeds []Seed, rule Rule, dx []float32) {
	net.LayerGradient(w, layer, -1, seeds, rule, dx)
}

// LayerGradient is InputGradient with respect to the output of the layer `at`, from -1, the input, to layer. It overwrites dx,
// [n][H][W][C] of that output.
func (net *Network) LayerGradient(w *Workspace, layer, at int, seeds []Seed, rule Rule, dx []float32) {
	if at < -1 || at > layer {
		panic(fmt.Sprintf("nn: the gradient of layer %d with respect to the output of layer %d", layer, at))
	}
	size := w.Output(at).size()
	if len(dx) < w.n*size {
		panic(fmt.Sprintf("nn: a gradient into %d values: %d outputs need %d", len(dx), w.n, w.n*size))
	}
	for _, s := range seeds {
		if s.Image < 0 || s.Image >= w.n {
			panic(fmt.Sprintf("nn: a seed for image %d after Forward with %d images", s.Image, w.n))
		}
	}
	w.packInput(net)
	for i := range w.n {
		w.sow(layer, i, seeds)
		for k := layer; k > at; k-- {
			w.inputStage(k, i, rule)
		}
		from := &w.dx
		if at >= 0 {
			from = &w.stages[at].dy
		}
		from.read(dx[i*size:][:size])
	}
}

// packInput prepares the weights, and on its first call the memory.
func (w *Workspace) packInput(net *Network) {
	w.packBackward(net)
	if w.dx.data == nil {
		w.dx = newBuffer(w.input.m, 1)
	}
	if first := &w.stages[0]; first.learns() {
		first.conv.PackBackward(net.Tensor(first.weight))
	}
}

// sow makes image i's seeds the gradient of the layer's output.
func (w *Workspace) sow(layer, i int, seeds []Seed) {
	dy := &w.stages[layer].dy
	clear(dy.image(0)[:dy.m.Len()])
	out := w.arch.Layers[layer].Out
	for _, s := range seeds {
		if s.Image != i {
			continue
		}
		if s.Y < 0 || s.Y >= out.H || s.X < 0 || s.X >= out.W || s.C < 0 || s.C >= out.C {
			panic(fmt.Sprintf("nn: a seed at row %d, column %d, channel %d of an output of %s", s.Y, s.X, s.C, out))
		}
		dy.data[dy.m.Origin()+s.Y*dy.m.Row()+s.X*dy.m.C+s.C] += s.Value
	}
}

// inputStage turns stage k's gradient of image i into that of the stage before, or of the input.
func (w *Workspace) inputStage(k, i int, rule Rule) {
	s := &w.stages[k]
	in, dx := &w.input, &w.dx
	if k > 0 {
		in, dx = &w.stages[k-1].out, &w.stages[k-1].dy
	}
	from, to := s.dy.image(0), dx.image(0)
	switch s.kind {
	case Conv, Dense:
		s.conv.Backward(in.image(i), from, nil, to, 1)
	case MaxPool:
		w.maps.MaxPoolGradient(&s.pool, from, nil, s.pooled(i), to)
	case ReLU:
		w.reluRule(s.out.image(i), s.out.m, from, s.dy.m, to, dx.m, rule)
	}
}

func (w *Workspace) reluRule(y []float32, yMap kernel.Map, dy []float32, dyMap kernel.Map, dx []float32, dxMap kernel.Map, rule Rule) {
	if rule == Deconvnet {
		w.maps.ReLU(dy, dyMap, dx, dxMap)
		return
	}
	w.maps.ReLUGradient(y, yMap, dy, dyMap, dx, dxMap)
	if rule == Guided {
		w.maps.ReLU(dx, dxMap, dx, dxMap)
	}
}

// read copies the buffer's only map without its border.
func (b *buffer) read(values []float32) {
	n := b.m.W * b.m.C
	for y := range b.m.H {
		copy(values[y*n:][:n], b.data[b.m.Origin()+y*b.m.Row():])
	}
}
