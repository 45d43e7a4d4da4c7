package nn

import (
	"math"

	"filterscope/nn/internal/kernel"
)

// Workspace holds what one goroutine needs to run images through a network: every layer's output, and scratch memory.
// It is not for use by several goroutines at once.
type Workspace struct {
	arch   *Architecture
	batch  int
	n      int // images of the last Forward
	input  buffer
	stages []stage
	maps   *kernel.Maps
	flat   int // the first of the last stages whose outputs are single pixels
	room   int // gradient floats of all stages, as kernels lay them out

	gradients []float32 // room floats; allocated by the first Backward of a Network
	dx        buffer    // gradients of one image's pixels; allocated by the first InputGradient
}

// buffer holds a batch of maps, or a single one that all images of a batch use one after the other.
type buffer struct {
	m    kernel.Map
	step int // from image to image
	data []float32
}

func newBuffer(m kernel.Map, batch int) buffer {
	return buffer{m, m.Len(), kernel.Aligned(batch*m.Len() + kernel.Slack)}
}

// passing is a buffer for maps that are forgotten before the next image comes.
func passing(m kernel.Map) buffer {
	b := newBuffer(m, 1)
	b.step = 0
	return b
}

// image is image i's map and what lies behind it.
func (b *buffer) image(i int) []float32 { return b.data[i*b.step:] }

// stage is what a workspace keeps of a layer. Dense layers are convolutions of a single pixel with all the input's values as channels.
type stage struct {
	kind   Kind
	conv   kernel.Convolution
	pool   kernel.Pool
	out    buffer
	chosen []uint8 // max-pool: which input each output came from
	floor  float32 // conv and dense: smaller outputs become this
	done   bool    // ReLU: the stage before has computed it, in the same buffer

	weight, bias Tensor
	dy           buffer // gradients of the loss with respect to the output
	gradient     int    // where the stage's weight gradient starts in all stages' gradients
}

// NewWorkspace makes a workspace for up to batch images at a time. What only Backward needs is allocated by its first call.
func NewWorkspace(a *Architecture, batch int) *Workspace { return newWorkspace(a, batch, true) }

// newWorkspace makes a workspace. If nobody is going to look at its outputs, those that a ReLU overwrites have no memory of their own.
func newWorkspace(a *Architecture, batch int, visible bool) *Workspace {
	w := &Workspace{arch: a, batch: batch, stages: make([]stage, len(a.Layers)), maps: table().Maps()}
	w.input = newBuffer(a.layout(-1), batch)
	for i := range a.Layers {
		if out := a.Layers[i].Out; out.H*out.W > 1 {
			w.flat = i + 1
		}
	}
	in := w.input.m
	var convs []kernel.Conv
	for i := range w.stages {
		l, s := &a.Layers[i], &w.stages[i]
		s.kind, s.weight, s.bias = l.Kind, l.Weight, l.Bias
		s.floor = float32(math.Inf(-1))
		last := i // of the stages that share the buffer
		if s.learns() && !visible && i+1 < len(a.Layers) && a.Layers[i+1].Kind == ReLU {
			s.floor = 0
			last = i + 1
		}
		switch m := a.layout(last); {
		case l.Kind == ReLU && i > 0 && w.stages[i-1].floor == 0:
			s.done = true
			s.out = w.stages[i-1].out
		case s.learns() && !visible && last+1 < w.flat && a.Layers[last+1].Kind == MaxPool:
			s.out = passing(m) // the gradient of a max-pool does not ask for its input
		default:
			s.out = newBuffer(m, batch)
		}
		switch l.Kind {
		case Conv, Dense:
			convs = append(convs, l.convolution(in, s.out.m))
		case MaxPool:
			s.pool = kernel.Pool{In: in, Out: s.out.m, Size: l.FilterH, Stride: l.Stride}
			s.chosen = make([]uint8, batch*s.pool.ChosenLen())
		}
		in = s.out.m
	}
	made := table().Convolutions(convs)
	for i := range w.stages {
		if s := &w.stages[i]; s.learns() {
			s.conv, made = made[0], made[1:]
			s.gradient = w.room
			w.room += s.conv.GradientLen()
		}
	}
	return w
}

// table is the kernels of new workspaces.
var table = kernel.Default

// Kernel is the name of the kernels in use: "avx512", "avx2", "neon" or "generic". Runs have the same bits only with the same kernels.
func Kernel() string { return table().Name }

// learns reports whether the stage has weights.
func (s *stage) learns() bool { return s.kind == Conv || s.kind == Dense }

// layout is how a layer's output (-1: the input) lies in its buffer: with the border that the next layer wants.
func (a *Architecture) layout(layer int) kernel.Map {
	shape, border := a.Input, 0
	if layer >= 0 {
		shape = a.Layers[layer].Out
	}
	if next := layer + 1; next < len(a.Layers) && a.Layers[next].Kind == Conv {
		border = a.Layers[next].Pad
	}
	return kernel.Map{H: shape.H, W: shape.W, C: shape.C, Border: border}
}

func (l *Layer) convolution(in, out kernel.Map) kernel.Conv {
	if l.Kind == Dense {
		pixel := kernel.Map{H: 1, W: 1, C: l.In.Size()}
		return kernel.Conv{In: pixel, Out: out, FilterH: 1, FilterW: 1, Stride: 1}
	}
	return kernel.Conv{In: in, Out: out, FilterH: l.FilterH, FilterW: l.FilterW, Stride: l.Stride}
}

// SetInput copies image i of the next Forward: H*W*C pixels, as a rule from 0 to 1.
func (w *Workspace) SetInput(i int, pixels []float32) {
	m, to := w.input.m, w.input.image(i)
	n := m.W * m.C
	for y := range m.H {
		copy(to[m.Origin()+y*m.Row():][:n], pixels[y*n:][:n])
	}
}

// SetInputBytes copies image i of the next Forward: H*W*C pixels, 255 becomes 1.
func (w *Workspace) SetInputBytes(i int, pixels []byte) {
	m, to := w.input.m, w.input.image(i)
	n := m.W * m.C
	for y := range m.H {
		w.maps.Brightness(pixels[y*n:][:n], to[m.Origin()+y*m.Row():])
	}
}

// View is a layer's output for N images, inside a buffer that has room between rows and images.
// Value (n, y, x, c) is Data[Offset + n*ImageStride + y*RowStride + x*C + c].
type View struct {
	Data                   []float32
	N, H, W, C             int
	RowStride, ImageStride int
	Offset                 int
}

// At is channel c of the pixel in row y and column x of image n.
func (v View) At(n, y, x, c int) float32 {
	return v.Data[v.Offset+n*v.ImageStride+y*v.RowStride+x*v.C+c]
}

// size is the number of an image's values.
func (v View) size() int { return v.H * v.W * v.C }

// Output is what the last Forward made of its images at a layer (an index in Architecture.Layers; -1 is the input).
// It is valid until the next Forward, and not to be written to.
func (w *Workspace) Output(layer int) View {
	b := &w.input
	if layer >= 0 {
		b = &w.stages[layer].out
	}
	m := b.m
	return View{Data: b.data, N: w.n, H: m.H, W: m.W, C: m.C, RowStride: m.Row(), ImageStride: m.Len(), Offset: m.Origin()}
}
