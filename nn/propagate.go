package nn

import (
	"fmt"

	"filterscope/nn/internal/kernel"
)

// Forward runs the first n of the workspace's inputs through the network and returns their logits, [n][classes].
// They are valid until the workspace's next Forward.
func (net *Network) Forward(w *Workspace, n int) (logits []float32) {
	w.pack(net)
	return w.forward(net, n)
}

// Backward computes the gradient of the loss of the images of the last Forward (which must have been of this network, with
// these weights): it overwrites grad, laid out like the weights, with scale times the sum over the images. lossSum is the sum
// of their losses in nats, correct the number of images whose largest logit is the label's.
// With scale 1/n, grad is the gradient of the mean loss.
func (net *Network) Backward(w *Workspace, labels []byte, scale float32, grad []float32) (lossSum float64, correct int) {
	if len(labels) != w.n {
		panic(fmt.Sprintf("nn: Backward with %d labels after Forward with %d images", len(labels), w.n))
	}
	w.flip(net)
	if w.gradients == nil {
		w.gradients = make([]float32, w.room)
	}
	clear(w.gradients)
	for i, label := range labels {
		loss, hit := w.backward(i, label, w.gradients)
		lossSum += loss
		if hit {
			correct++
		}
	}
	for i := range w.stages {
		w.unpack(i, w.gradients, scale, grad)
	}
	return lossSum, correct
}

// pack prepares the weights for forward.
func (w *Workspace) pack(net *Network) {
	for i := range w.stages {
		if s := &w.stages[i]; s.packed != nil {
			s.conv.Pack(net.Tensor(s.weight), s.packed)
		}
	}
}

// forward is Forward with weights that are packed.
func (w *Workspace) forward(net *Network, n int) []float32 {
	w.n = n
	for i := range n {
		in := &w.input
		for k := range w.stages {
			s := &w.stages[k]
			s.forward(net, in.image(i), in.m, i, w.sparse)
			in = &s.out
		}
	}
	return w.stages[len(w.stages)-1].out.data[:n*w.arch.Classes]
}

func (s *stage) forward(net *Network, x []float32, m kernel.Map, i int, scratch *kernel.Sparse) {
	y := s.out.image(i)
	switch s.kind {
	case Conv, Dense:
		s.conv.Forward(x, s.packed, net.Tensor(s.bias), y, scratch)
	case ReLU:
		kernel.ReLU(x, m, y, s.out.m)
	case MaxPool:
		s.pool.Forward(x, y, s.pooled(i))
	}
}

// pooled is the part of chosen that belongs to image i.
func (s *stage) pooled(i int) []uint8 {
	size := s.out.m.H * s.out.m.W * s.out.m.C
	return s.chosen[i*size:][:size]
}

// flip prepares the weights for backward, and on its first call the memory.
func (w *Workspace) flip(net *Network) {
	for i := range w.stages {
		s := &w.stages[i]
		if !w.ready {
			s.dy = newBuffer(s.out.m.Inside(), 1)
		}
		if s.packed == nil || i == 0 {
			continue
		}
		if !w.ready {
			s.flipped = s.conv.NewFlipped()
		}
		s.conv.PackFlipped(net.Tensor(s.weight), s.flipped)
	}
	w.ready = true
}

// backward adds image i's gradients of all weights to gradients, as kernels lay them out.
func (w *Workspace) backward(i int, label byte, gradients []float32) (loss float64, hit bool) {
	last := &w.stages[len(w.stages)-1]
	logits := last.out.image(i)[:w.arch.Classes]
	loss = crossEntropyGradient(logits, label, last.dy.data[:w.arch.Classes])
	for k := len(w.stages) - 1; k > 0; k-- {
		w.stages[k].backward(&w.stages[k-1].out, &w.stages[k-1].dy, i, gradients, w.sparse)
	}
	w.stages[0].backward(&w.input, nil, i, gradients, w.sparse)
	return loss, predict(logits) == int(label)
}

// backward turns the stage's dy into its weight gradient, and into dx unless that is nil: nobody needs the gradient of the images.
func (s *stage) backward(in, dx *buffer, i int, gradients []float32, scratch *kernel.Sparse) {
	if s.packed != nil {
		s.conv.WeightGradient(in.image(i), s.dy.data, s.dy.m, gradients[s.gradient:][:s.conv.GradientLen()], scratch)
	}
	if dx == nil {
		return
	}
	switch s.kind {
	case Conv, Dense:
		s.conv.InputGradient(s.dy.data, s.dy.m, s.flipped, dx.data, s.conv.In.Inside(), scratch)
	case ReLU:
		kernel.ReLUGradient(s.out.image(i), s.out.m, s.dy.data, s.dy.m, dx.data, dx.m)
	case MaxPool:
		s.pool.Gradient(s.dy.data, s.dy.m, s.pooled(i), dx.data, dx.m)
	}
}

// unpack writes scale times stage k's part of gradients to its place in grad.
func (w *Workspace) unpack(k int, gradients []float32, scale float32, grad []float32) {
	s := &w.stages[k]
	if s.packed == nil {
		return
	}
	dw, db := grad[s.weight.Offset:][:s.weight.Len], grad[s.bias.Offset:][:s.bias.Len]
	s.conv.UnpackGradient(gradients[s.gradient:][:s.conv.GradientLen()], scale, dw, db)
}
