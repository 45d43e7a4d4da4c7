package feature

import (
	"fmt"
	"math"

	"filterscope/nn"
)

// chunk is how many images run through the network at a time: enough that preparing the weights costs
// little, few enough that their activations stay in the processor's caches.
const chunk = 16

// Answer is what a unit makes of an image: its largest value and where in the layer's output that is.
//
// The value of a convolution's unit is that before its ReLU. A class, a unit of the last layer, answers with its logit
// minus the mean of the other logits: what speaks for it and for no other.
type Answer struct {
	Value float32 // -Inf where there are only NaN
	Y, X  int16   // the upper, then the left of equal values
}

// Survey is what the units of one layer answer to the images of a probe.
type Survey struct {
	Layer int
	Units [][]Answer // [unit][image]
}

// Probe is a fixed set of images that networks of one architecture are asked about. Not for concurrent use.
type Probe struct {
	arch       *nn.Architecture
	examples   nn.Examples
	n          int
	windows    []Window // [layer]
	workspaces []*nn.Workspace
}

// NewProbe makes a probe of labelled images, [N][H][W][C] bytes of a's input shape, which it keeps and never changes, and of
// so many goroutines that work at a time. It panics if the images are not whole or not all labelled.
func NewProbe(a *nn.Architecture, examples nn.Examples, workers int) *Probe {
	size := a.Input.Size()
	if len(examples.Images) != size*len(examples.Labels) {
		panic(fmt.Sprintf("feature: %d bytes are not %d images of %s", len(examples.Images), len(examples.Labels), a.Input))
	}
	p := &Probe{arch: a, examples: examples, n: len(examples.Labels)}
	for i := range a.Layers {
		p.windows = append(p.windows, WindowOf(a, i))
	}
	for range max(1, min(workers, (p.n+chunk-1)/chunk)) {
		p.workspaces = append(p.workspaces, nn.NewWorkspace(a, min(chunk, max(1, p.n))))
	}
	return p
}

// Len is the number of images.
func (p *Probe) Len() int { return p.n }

// Label is the true class of an image.
func (p *Probe) Label(image int) int { return int(p.examples.Labels[image]) }

// Survey runs all images through net once, for layers that are indices in the architecture's Layers.
func (p *Probe) Survey(net *nn.Network, layers []int) []Survey {
	surveys := make([]Survey, len(layers))
	for i, layer := range layers {
		surveys[i] = newSurvey(layer, p.arch.Layers[layer].Out.C, p.n)
	}
	all := make([]int, p.n)
	for i := range all {
		all[i] = i
	}
	inChunks(p.workspaces, all, chunk, func(w *nn.Workspace, images []int) { p.surveyChunk(w, net, images, surveys) })
	return surveys
}

func newSurvey(layer, units, images int) Survey {
	s := Survey{layer, make([][]Answer, units)}
	room := make([]Answer, units*images)
	for u := range s.Units {
		s.Units[u] = room[u*images : (u+1)*images : (u+1)*images]
	}
	return s
}

// surveyChunk fills in the answers to some images.
func (p *Probe) surveyChunk(w *nn.Workspace, net *nn.Network, images []int, surveys []Survey) {
	size := p.arch.Input.Size()
	for i, image := range images {
		w.SetInputBytes(i, p.examples.Images[image*size:][:size])
	}
	net.Forward(w, len(images))
	for _, s := range surveys {
		output := w.Output(s.Layer)
		best := make([]Answer, output.C)
		for i, image := range images {
			if s.Layer == len(p.arch.Layers)-1 {
				margins(output, i, best)
			} else {
				strongest(output, i, best)
			}
			for u, a := range best {
				s.Units[u][image] = a
			}
		}
	}
}

// strongest finds each channel's largest value in image n of a layer's output.
//
//go:norace
func strongest(output nn.View, n int, best []Answer) {
	for c := range best {
		best[c] = Answer{Value: float32(math.Inf(-1))}
	}
	for y := range output.H {
		row := output.Data[output.Offset+n*output.ImageStride+y*output.RowStride:][:output.W*output.C]
		for x := range output.W {
			pixel := row[x*output.C:][:len(best)]
			for c, v := range pixel {
				if v > best[c].Value {
					best[c] = Answer{v, int16(y), int16(x)}
				}
			}
		}
	}
}

// margins is, for each class, its logit minus the mean of the others.
func margins(output nn.View, n int, best []Answer) {
	logits := output.Data[output.Offset+n*output.ImageStride:][:len(best)]
	sum := float32(0)
	for _, v := range logits {
		sum += v
	}
	for c, v := range logits {
		best[c] = Answer{Value: v - (sum-v)/float32(len(logits)-1)}
		if v != v || sum != sum {
			best[c].Value = float32(math.Inf(-1))
		}
	}
}

// Crop copies what the unit of a patch of a layer saw: SizeH x SizeW x C bytes of the layer's Window. What lies
// outside the image is 0. It panics if dst is shorter.
func (p *Probe) Crop(layer int, patch Patch, dst []byte) {
	size := p.arch.Input.Size()
	crop(p.windows[layer], p.arch.Input, patch, p.examples.Images[patch.Image*size:][:size], dst)
}

// crop copies a window of an image, [H][W][C].
func crop[T byte | float32](f Window, in nn.Shape, at Patch, image, dst []T) {
	top, left := f.StartY+at.Y*f.JumpH, f.StartX+at.X*f.JumpW
	dst = dst[:f.SizeH*f.SizeW*in.C]
	clear(dst)
	from, to := max(left, 0), min(left+f.SizeW, in.W)
	if from >= to {
		return
	}
	for y := max(top, 0); y < min(top+f.SizeH, in.H); y++ {
		copy(dst[((y-top)*f.SizeW+from-left)*in.C:], image[(y*in.W+from)*in.C:(y*in.W+to)*in.C])
	}
}
