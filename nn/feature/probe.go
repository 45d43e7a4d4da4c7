package feature

import (
	"fmt"
	"math"

	"filterscope/nn"
)

// chunk is how many images run through the network at a time: enough that preparing the weights costs
// little, few enough that their activations stay in the processor's caches.
const chunk = 16

// Patch is a place where a unit answers.
type Patch struct {
	Value float32 // of the layer's output; of a convolution, before its ReLU
	Image int     // index in the probe
	Y, X  int     // place in the layer's output
}

// TopPatches is what the units of one layer answer to the images of a probe. NaN values are passed over.
type TopPatches struct {
	Layer int
	Units [][]Patch // [unit], the strongest first, one per image, only values above 0
	Max   []float32 // [unit], the largest value; 0 if there are only NaN
	Dead  []int     // the units without a value above 0, ascending
}

// Probe is a fixed set of images that networks of one architecture are asked about. Not for concurrent use.
type Probe struct {
	arch      *nn.Architecture
	images    []byte
	n         int
	fields    []ReceptiveField // [layer]
	workspace *nn.Workspace
	best      []Patch // [unit], of one layer and image
}

// NewProbe makes a probe of images, [N][H][W][C] bytes of a's input shape, which it keeps and never changes.
// It panics if they are not whole images.
func NewProbe(a *nn.Architecture, images []byte) *Probe {
	size := a.Input.Size()
	if len(images)%size != 0 {
		panic(fmt.Sprintf("feature: %d bytes are not a whole number of images of %s", len(images), a.Input))
	}
	p := &Probe{arch: a, images: images, n: len(images) / size}
	p.workspace = nn.NewWorkspace(a, min(chunk, p.n))
	for i, l := range a.Layers {
		p.fields = append(p.fields, Field(a, i))
		p.best = append(p.best, make([]Patch, max(0, l.Out.C-len(p.best)))...)
	}
	return p
}

// Len is the number of images.
func (p *Probe) Len() int { return p.n }

// Top runs all images through net once and returns, for each of layers (indices in the architecture's Layers), each
// unit's k strongest answers. Of equal values the lower image goes first, and within an image the upper, then the left place.
// Only the result is allocated.
func (p *Probe) Top(net *nn.Network, layers []int, k int) []TopPatches {
	tops := make([]TopPatches, len(layers))
	for i, layer := range layers {
		tops[i] = newTopPatches(layer, p.arch.Layers[layer].Out.C, min(k, p.n))
	}
	size := p.arch.Input.Size()
	for first := 0; first < p.n; first += chunk {
		n := min(chunk, p.n-first)
		for i := range n {
			p.workspace.SetInputBytes(i, p.images[(first+i)*size:][:size])
		}
		net.Forward(p.workspace, n)
		for i := range tops {
			output := p.workspace.Output(tops[i].Layer)
			for j := range n {
				best := p.best[:output.C]
				strongest(output, j, first+j, best)
				tops[i].add(best)
			}
		}
	}
	for i := range tops {
		tops[i].finish()
	}
	return tops
}

// strongest finds each channel's largest value in image n of a layer's output; image is its index in the probe.
func strongest(output nn.View, n, image int, best []Patch) {
	for c := range best {
		best[c] = Patch{Value: float32(math.Inf(-1)), Image: image}
	}
	for y := range output.H {
		row := output.Data[output.Offset+n*output.ImageStride+y*output.RowStride:][:output.W*output.C]
		for x := range output.W {
			pixel := row[x*output.C:][:len(best)]
			for c, v := range pixel {
				if v > best[c].Value {
					best[c].Value, best[c].Y, best[c].X = v, y, x
				}
			}
		}
	}
}

func newTopPatches(layer, units, k int) TopPatches {
	t := TopPatches{Layer: layer, Units: make([][]Patch, units), Max: make([]float32, units)}
	room := make([]Patch, units*k)
	for u := range t.Units {
		t.Units[u] = room[u*k : u*k : (u+1)*k]
		t.Max[u] = float32(math.Inf(-1))
	}
	return t
}

// add takes in the strongest answers of one more image.
func (t *TopPatches) add(best []Patch) {
	for u, patch := range best {
		t.Max[u] = max(t.Max[u], patch.Value)
		if patch.Value > 0 {
			t.Units[u] = insert(t.Units[u], patch)
		}
	}
}

// insert keeps the strongest first, behind those that are as strong, and no more than there is room for.
func insert(list []Patch, patch Patch) []Patch {
	if len(list) < cap(list) {
		list = append(list, patch)
	} else if len(list) == 0 || patch.Value <= list[len(list)-1].Value {
		return list
	}
	i := len(list) - 1
	for ; i > 0 && list[i-1].Value < patch.Value; i-- {
		list[i] = list[i-1]
	}
	list[i] = patch
	return list
}

func (t *TopPatches) finish() {
	for u, v := range t.Max {
		if !(v > 0) {
			t.Dead = append(t.Dead, u)
		}
		if math.IsInf(float64(v), -1) {
			t.Max[u] = 0
		}
	}
}

// Crop copies what the unit of a patch of a layer saw: SizeH x SizeW x C bytes of the layer's Field. What lies
// outside the image is 0. It panics if dst is shorter.
func (p *Probe) Crop(layer int, patch Patch, dst []byte) {
	f, in := p.fields[layer], p.arch.Input
	image := p.images[patch.Image*in.Size():][:in.Size()]
	top, left := f.StartY+patch.Y*f.JumpH, f.StartX+patch.X*f.JumpW
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
