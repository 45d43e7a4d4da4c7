package judge

import (
	"math"
	"slices"

	"filterscope/nn"
	"filterscope/nn/digits"
)

const (
	pooled   = 2  // rows and columns that features have of a layer's maps at most; larger ones are averaged down
	together = 32 // images that are looked at at once
)

// An eye sees what a network makes of images.
type eye struct {
	net   *nn.Network
	w     *nn.Workspace
	layer int // the last before the classes
}

// view is an image as a network sees it.
type view struct {
	features []float32 // of the layer, of length 1
	logits   []float32
	label    int // of the largest logit
}

func newEye(net *nn.Network, batch int) *eye {
	return &eye{net: net, w: nn.NewWorkspace(net.Arch, batch), layer: len(net.Arch.Layers) - 2}
}

// each hands over what the network sees in every image of a set.
func (e *eye) each(s *digits.Set, f func(label int, v view)) {
	for from := 0; from < s.Len(); from += together {
		n := min(together, s.Len()-from)
		for i := range n {
			e.w.SetInputBytes(i, s.Image(from+i))
		}
		for i, v := range e.look(n) {
			f(s.Label(from+i), v)
		}
	}
}

// look returns what the network makes of the first n of the workspace's inputs.
func (e *eye) look(n int) []view {
	logits, maps := slices.Clone(e.net.Forward(e.w, n)), e.w.Output(e.layer)
	views := make([]view, n)
	for i := range views {
		z := logits[i*e.net.Arch.Classes:][:e.net.Arch.Classes]
		views[i] = view{features: pool(maps, i), logits: z, label: nn.Largest(z)}
	}
	return views
}

// pool averages image n's maps down to at most pooled x pooled values, [H][W][C], and makes them a vector of length 1.
func pool(v nn.View, n int) []float32 {
	size := max((v.H+pooled-1)/pooled, (v.W+pooled-1)/pooled)
	h, w := (v.H+size-1)/size, (v.W+size-1)/size
	to := make([]float32, h*w*v.C)
	for y := range v.H {
		for x := range v.W {
			from := v.Data[v.Offset+n*v.ImageStride+y*v.RowStride+x*v.C:][:v.C]
			sums := to[(y/size*w+x/size)*v.C:][:v.C]
			for c, a := range from {
				sums[c] += a
			}
		}
	}
	normalize(to)
	return to
}

// normalize makes a vector one of length 1, unless all is 0.
func normalize(v []float32) {
	sum := 0.0
	for _, a := range v {
		sum += float64(a) * float64(a)
	}
	if sum == 0 {
		return
	}
	scale := float32(1 / math.Sqrt(sum))
	for i := range v {
		v[i] *= scale
	}
}
