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
	w.packBackward(net)
	if w.gradients == nil {
		w.gradients = kernel.Aligned(w.room)
	}
	clear(w.gradients)
	for from := 0; from < w.n; from += kernel.Together {
		n := min(kernel.Together, w.n-from)
		for i := from; i < from+n; i++ {
			lossSum += w.lossGradient(i, i-from, labels[i])
			if Largest(w.logits(i)) == int(labels[i]) {
				correct++
			}
		}
		w.backward(from, n, w.gradients)
	}
	for i := range w.stages {
		w.unpack(i, w.gradients, scale, grad)
	}
	return lossSum, correct
}

// pack prepares the weights for forward.
func (w *Workspace) pack(net *Network) {
	for i := range w.stages {
		if s := &w.stages[i]; s.learns() {
			s.conv.Pack(net.Tensor(s.weight))
		}
	}
}

// forward is Forward with weights that are packed. Images go one by one through the maps, which then stay in fast memory, and
// together through what follows.
func (w *Workspace) forward(net *Network, n int) []float32 {
	w.n = n
	for i := range n {
		in := &w.input
		for k := range w.stages[:w.flat] {
			in = w.forwardStage(net, k, in, i, 1)
		}
	}
	in := &w.input
	if w.flat > 0 {
		in = &w.stages[w.flat-1].out
	}
	for k := range w.stages[w.flat:] {
		in = w.forwardStage(net, w.flat+k, in, 0, n)
	}
	return in.data[:n*w.arch.Classes]
}

// forwardStage computes stage k of n images, from image i on, and returns its output.
func (w *Workspace) forwardStage(net *Network, k int, in *buffer, i, n int) *buffer {
	s := &w.stages[k]
	if s.learns() {
		s.conv.Forward(in.image(i), net.Tensor(s.bias), s.out.image(i), s.floor, n)
		return &s.out
	}
	for ; n > 0; i, n = i+1, n-1 {
		switch {
		case s.kind == MaxPool:
			w.maps.MaxPool(&s.pool, in.image(i), s.out.image(i), s.pooled(i))
		case !s.done:
			w.maps.ReLU(in.image(i), in.m, s.out.image(i), s.out.m)
		}
	}
	return &s.out
}

// pooled is the part of chosen that belongs to image i.
func (s *stage) pooled(i int) []uint8 {
	size := s.pool.ChosenLen()
	return s.chosen[i*size:][:size]
}

func (w *Workspace) logits(i int) []float32 {
	return w.stages[len(w.stages)-1].out.image(i)[:w.arch.Classes]
}

// packBackward prepares the weights for backward, and on its first call the memory.
func (w *Workspace) packBackward(net *Network) {
	for i := range w.stages {
		s := &w.stages[i]
		if s.dy.data == nil {
			s.dy = w.newGradient(i)
		}
		if s.learns() && i > 0 {
			s.conv.PackBackward(net.Tensor(s.weight))
		}
	}
}

// newGradient is memory for the gradients of stage k's output: of a single image before the stages that take several.
func (w *Workspace) newGradient(k int) buffer {
	s := &w.stages[k]
	if s.done {
		return w.stages[k-1].dy
	}
	n := 1
	if s.floor == 0 {
		k++ // shared with the ReLU
	}
	if k+1 >= w.flat {
		n = min(w.batch, kernel.Together)
	}
	return newBuffer(s.out.m, n)
}

// lossGradient returns image i's loss and writes its gradient as the last stage's j-th.
func (w *Workspace) lossGradient(i, j int, label byte) float64 {
	last := &w.stages[len(w.stages)-1]
	return crossEntropyGradient(w.logits(i), label, last.dy.image(j)[:w.arch.Classes])
}

// backward adds the gradients of all weights, from n <= kernel.Together images from image `from` on, to gradients, as kernels lay them out.
func (w *Workspace) backward(from, n int, gradients []float32) {
	for k := len(w.stages) - 1; k >= w.flat; k-- {
		w.backwardStage(k, from, 0, n, gradients)
	}
	for i := range n {
		j := i // the image's gradient in the buffer between maps and single pixels
		for k := w.flat - 1; k >= 0; k-- {
			w.backwardStage(k, from+i, j, 1, gradients)
			if !w.stages[k].done {
				j = 0
			}
		}
	}
}

// backwardStage turns stage k's gradients of n images, from the j-th on, into its weight gradient and the gradients of the stage before:
// nobody needs the gradient of the images.
func (w *Workspace) backwardStage(k, i, j, n int, gradients []float32) {
	s := &w.stages[k]
	in := &w.input
	var dx *buffer
	if k > 0 {
		in, dx = &w.stages[k-1].out, &w.stages[k-1].dy
	}
	if s.learns() {
		var to []float32
		if dx != nil {
			to = dx.image(0)
		}
		s.conv.Backward(in.image(i), s.dy.image(j), gradients[s.gradient:][:s.conv.GradientLen()], to, n)
		return
	}
	if dx == nil {
		return
	}
	for m := range n {
		from, y, to := s.dy.image(j+m), s.out.image(i+m), dx.image(m)
		switch {
		case s.kind == MaxPool && w.stages[k-1].done:
			w.maps.MaxPoolGradient(&s.pool, from, y, s.pooled(i+m), to)
		case s.kind == MaxPool:
			w.maps.MaxPoolGradient(&s.pool, from, nil, s.pooled(i+m), to)
		case !s.done:
			w.maps.ReLUGradient(y, s.out.m, from, s.dy.m, to, dx.m)
		case k+1 == len(w.stages) || w.stages[k+1].kind != MaxPool:
			w.maps.ReLUGradient(y, s.out.m, from, s.dy.m, from, s.dy.m) // in place: the stage before has the same buffer
		}
	}
}

// unpack writes scale times stage k's part of gradients to its place in grad.
func (w *Workspace) unpack(k int, gradients []float32, scale float32, grad []float32) {
	s := &w.stages[k]
	if !s.learns() {
		return
	}
	dw, db := grad[s.weight.Offset:][:s.weight.Len], grad[s.bias.Offset:][:s.bias.Len]
	s.conv.UnpackGradient(gradients[s.gradient:][:s.conv.GradientLen()], scale, dw, db)
}
