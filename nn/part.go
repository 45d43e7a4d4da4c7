package nn

// Until is the architecture up to and including a layer, an index in a.Layers. Its layers have the same weights: with
// Network{Arch: part, Weights: net.Weights} it computes what net does up to there.
func (a *Architecture) Until(layer int) *Architecture {
	return a.part(layer, a.Input, false)
}

// Patch is the architecture of a single place of a convolution or max-pool, an index in a.Layers: its input is the size x size
// receptive field of that place, nothing is padded, and its last layer's output is a single pixel. With Network{Arch: part,
// Weights: net.Weights} it computes what net does wherever the field lies wholly inside the image.
// It panics if a dense layer comes before.
func (a *Architecture) Patch(layer int) *Architecture {
	h, w := 1, 1
	for i := layer; i >= 0; i-- {
		switch l := &a.Layers[i]; l.Kind {
		case Conv, MaxPool:
			h, w = (h-1)*l.Stride+l.FilterH, (w-1)*l.Stride+l.FilterW
		case Dense:
			panic("nn: a dense layer sees all of the image, not a patch")
		}
	}
	return a.part(layer, Shape{h, w, a.Input.C}, true)
}

// part is the first layers for an input of another size, with or without padding.
func (a *Architecture) part(layer int, input Shape, unpadded bool) *Architecture {
	p := &Architecture{Text: a.Text, Input: input, Classes: a.Layers[layer].Out.C, tensors: a.tensors, parameters: a.parameters}
	in := input
	for _, l := range a.Layers[:layer+1] {
		if unpadded {
			l.Pad = 0
		}
		l.In = in
		switch l.Kind {
		case Conv, MaxPool:
			l.Out.H = (in.H+2*l.Pad-l.FilterH)/l.Stride + 1
			l.Out.W = (in.W+2*l.Pad-l.FilterW)/l.Stride + 1
		case ReLU:
			l.Out = in
		}
		in = l.Out
		p.Layers = append(p.Layers, l)
	}
	return p
}
