package feature

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"

	"filterscope/nn"
)

// HiddenLayer is the last hidden layer, whose output the last layer reads: an index in a.Layers, or -1, the input, if there is no other layer.
func HiddenLayer(a *nn.Architecture) int { return len(a.Layers) - 2 }

// Likeness tells which images of a probe a network finds alike. Any number of goroutines may use one.
type Likeness struct {
	net    *nn.Network
	images blas32.General // one row for each: the hidden layer's output, of length 1
}

// Neighbour is an image of a probe that is like another.
type Neighbour struct {
	Image    int     // index in the probe
	Distance float64 // from 0, alike, to 1, nothing in common, if the hidden layer has no negative values; else up to 2
}

// Likeness runs all images through net once. It takes 4 bytes for each image and value of the hidden layer.
func (p *Probe) Likeness(net *nn.Network) *Likeness {
	layer := HiddenLayer(p.arch)
	size := sizeOf(p.arch, layer)
	l := &Likeness{net, blas32.General{Rows: p.n, Cols: size, Stride: size, Data: make([]float32, p.n*size)}}
	all := make([]int, p.n)
	for i := range all {
		all[i] = i
	}
	inChunks(p.workspaces, all, chunk, func(w *nn.Workspace, images []int) {
		for i, image := range images {
			w.SetInputBytes(i, p.examples.Images[image*p.arch.Input.Size():][:p.arch.Input.Size()])
		}
		net.Forward(w, len(images))
		for i, image := range images {
			direction(w.Output(layer), i, l.images.Data[image*size:][:size])
		}
	})
	return l
}

// Size is the memory that it takes, in bytes.
func (l *Likeness) Size() int { return 4 * len(l.images.Data) }

// LikenessSize is the Size of a Likeness of so many images.
func LikenessSize(a *nn.Architecture, images int) int { return 4 * images * sizeOf(a, HiddenLayer(a)) }

func sizeOf(a *nn.Architecture, layer int) int {
	if layer < 0 {
		return a.Input.Size()
	}
	return a.Layers[layer].Out.Size()
}

// direction writes a layer's output for an image, as a vector of length 1; it stays 0 where it is.
func direction(output nn.View, image int, to []float32) {
	sum, i := 0.0, 0
	for y := range output.H {
		row := output.Data[output.Offset+image*output.ImageStride+y*output.RowStride:][:output.W*output.C]
		for _, v := range row {
			to[i] = v
			sum += float64(v) * float64(v)
			i++
		}
	}
	if sum == 0 {
		return
	}
	shrink := float32(1 / math.Sqrt(sum))
	for i := range to {
		to[i] *= shrink
	}
}

// Nearest is the k images that are most like one of H x W x C pixels from 0 to 1, the nearest first, of equals the one with the lower index.
//
// The distance is that of the cosine: 1 minus the cosine of the angle between the two outputs of the hidden layer. It leaves out how strong they are,
// which thick pens change and the label does not.
func (l *Likeness) Nearest(pixels []float32, k int) []Neighbour {
	w := nn.NewWorkspace(l.net.Arch, 1)
	w.SetInput(0, pixels)
	l.net.Forward(w, 1)
	n := l.images.Cols
	x := blas32.Vector{N: n, Inc: 1, Data: make([]float32, n)}
	direction(w.Output(HiddenLayer(l.net.Arch)), 0, x.Data)
	cosines := blas32.Vector{N: l.images.Rows, Inc: 1, Data: make([]float32, l.images.Rows)}
	blas32.Gemv(blas.NoTrans, 1, l.images, x, 0, cosines)
	all := make([]Neighbour, l.images.Rows)
	for i, cosine := range cosines.Data {
		all[i] = Neighbour{i, max(0, 1-float64(cosine))}
	}
	slices.SortFunc(all, func(a, b Neighbour) int { return cmp.Or(cmp.Compare(a.Distance, b.Distance), a.Image-b.Image) })
	return all[:min(k, len(all))]
}
