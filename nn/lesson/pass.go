package lesson

import (
	"math"
	"slices"

	"filterscope/nn"
)

// A Pass is what a network makes of a few images with labels. It is for one
// goroutine at a time.
type Pass struct {
	Logits        [][]float32 // [image][class]
	Probabilities [][]float32
	Deltas        [][]float32 // p - y: how each image's loss changes with its logits
	Losses        []float64   // -log p of each image's label, in nats
	Loss          float64     // their mean
	Predictions   []int       // the classes of the largest logits

	net    *nn.Network
	w      *nn.Workspace
	labels []byte
}

// Propagate sends images, of [H][W][C] pixels from 0 to 1 each, through a
// network.
func Propagate(net *nn.Network, images [][]float32, labels []byte) *Pass {
	n, classes := len(images), net.Arch.Classes
	p := &Pass{net: net, w: nn.NewWorkspace(net.Arch, n), labels: labels}
	for i, image := range images {
		p.w.SetInput(i, image)
	}
	logits := net.Forward(p.w, n)
	for i, label := range labels {
		scores := slices.Clone(logits[i*classes:][:classes])
		chances := make([]float32, classes)
		nn.Softmax(scores, chances)
		delta := slices.Clone(chances)
		delta[label]--
		p.Logits, p.Probabilities, p.Deltas = append(p.Logits, scores), append(p.Probabilities, chances), append(p.Deltas, delta)
		p.Predictions = append(p.Predictions, nn.Largest(scores))
		p.Losses = append(p.Losses, loss(scores, int(label)))
		p.Loss += p.Losses[i] / float64(n)
	}
	return p
}

// loss is the cross-entropy of logits in nats, also where a probability is too
// small for a float32.
func loss(logits []float32, label int) float64 {
	most, sum := float64(slices.Max(logits)), 0.0
	for _, l := range logits {
		sum += math.Exp(float64(l) - most)
	}
	return math.Log(sum) + most - float64(logits[label])
}

// Output is what a layer, an index in nn.Architecture.Layers, made of an image:
// [H][W][C]. Layer -1 is the image itself.
func (p *Pass) Output(image, layer int) []float32 {
	v := p.w.Output(layer)
	out := make([]float32, 0, v.H*v.W*v.C)
	for y := range v.H {
		out = append(out, v.Data[v.Offset+image*v.ImageStride+y*v.RowStride:][:v.W*v.C]...)
	}
	return out
}

// Gradient is how an image's own loss changes with each value of a layer's
// output for it: [H][W][C].
func (p *Pass) Gradient(image, layer int) []float32 {
	last := len(p.net.Arch.Layers) - 1
	var seeds []nn.Seed
	for class, delta := range p.Deltas[image] {
		seeds = append(seeds, nn.Seed{Image: image, C: class, Value: delta})
	}
	size := p.shape(layer).Size()
	all := make([]float32, len(p.labels)*size)
	p.net.LayerGradient(p.w, last, layer, seeds, nn.Plain, all)
	return all[image*size:][:size]
}

func (p *Pass) shape(layer int) nn.Shape {
	if layer < 0 {
		return p.net.Arch.Input
	}
	return p.net.Arch.Layers[layer].Out
}

// Predicted is the change of a loss that its gradient predicts for a step from
// weights to others: the sum of the gradient's products with the changes of
// the weights, exact to first order.
func Predicted(gradient, before, after []float32) float64 {
	sum := 0.0
	for i, g := range gradient {
		sum += float64(g) * (float64(after[i]) - float64(before[i]))
	}
	return sum
}
