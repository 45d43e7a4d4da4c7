package exam

import (
	"math"
	"sync"
	"sync/atomic"

	"gonum.org/v1/gonum/mat"

	"filterscope/nn"
)

// followed is how many of the leading directions a layout's two axes may be chosen in: as many as ten classes need to be told apart.
const followed = 9

// Layout is where images lie on a plane, by what a network's last hidden layer makes of them. It is never written again.
type Layout struct {
	Layer int // an index in the architecture's Layers; -1 is the input, of a network without a hidden layer
	Width int // values of the layer
	// X and Y are the images' places, in units of their root mean square distance from the centre, which is 0.
	X, Y []float64
	// Explained is the share of the layer's variance that each axis shows; Most what two axes can show at most.
	Explained [2]float64
	Most      float64
}

// NewLayout lays out labelled images, which are asked about with so many goroutines.
//
// Without an anchor the axes are the directions of most variance (Pearson 1901). With one, the layout of the same images at an earlier
// step, they are two directions at right angles among the nine of most variance, those in which the images are nearest to their places in the anchor
// (orthogonal Procrustes: Schönemann 1966). These show nearly as much variance, and turn slowly where the directions of most
// variance swap places.
func NewLayout(net *nn.Network, ex nn.Examples, workers int, anchor *Layout) *Layout {
	layer := len(net.Arch.Layers) - 2
	values := hidden(net, ex, layer, max(1, workers))
	n, width := values.Dims()
	l := &Layout{Layer: layer, Width: width, X: make([]float64, n), Y: make([]float64, n)}
	centre(values)
	total := math.Pow(mat.Norm(values, 2), 2) / float64(n)
	if !(total > 0) || math.IsInf(total, 0) { // all alike, or no numbers: all lie in the centre
		return l
	}
	scores, variances := principal(values, followed)
	for _, v := range variances[:min(2, len(variances))] {
		l.Most += v / total
	}
	if anchor != nil {
		scores = towards(scores, anchor)
	}
	l.place(scores, total)
	return l
}

// Size is the memory that it takes, in bytes.
func (l *Layout) Size() int { return 8 * (len(l.X) + len(l.Y)) }

// place puts the images where the first two columns of scores say. total is all variance.
func (l *Layout) place(scores *mat.Dense, total float64) {
	n, axes := scores.Dims()
	sum := 0.0
	for axis, to := range [][]float64{l.X, l.Y}[:min(2, axes)] {
		mat.Col(to, axis, scores)
		variance := 0.0
		for _, v := range to {
			variance += v * v / float64(n)
		}
		l.Explained[axis] = variance / total
		sum += variance
	}
	if sum == 0 {
		return
	}
	for i := range n {
		l.X[i] /= math.Sqrt(sum)
		l.Y[i] /= math.Sqrt(sum)
	}
}

// towards turns points, the rows of scores, so that in two of the directions they are as near as they can be to their places in an anchor.
func towards(scores *mat.Dense, anchor *Layout) *mat.Dense {
	n, directions := scores.Dims()
	if directions < 2 {
		return scores
	}
	places := mat.NewDense(n, 2, nil)
	places.SetCol(0, anchor.X)
	places.SetCol(1, anchor.Y)
	var inner, u, v, axes, turned mat.Dense
	inner.Mul(scores.T(), places)
	var svd mat.SVD
	if !svd.Factorize(&inner, mat.SVDThin) {
		return scores
	}
	svd.UTo(&u)
	svd.VTo(&v)
	axes.Mul(&u, v.T())
	turned.Mul(scores, &axes)
	return &turned
}

// batch is how many images run through the network at a time.
const batch = 16

// hidden is what a layer makes of the examples, a row for each.
func hidden(net *nn.Network, ex nn.Examples, layer, workers int) *mat.Dense {
	arch, n := net.Arch, len(ex.Labels)
	size, width := arch.Input.Size(), arch.Input.Size()
	if layer >= 0 {
		width = arch.Layers[layer].Out.Size()
	}
	values := mat.NewDense(n, width, nil)
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(workers, (n+batch-1)/batch) {
		group.Go(func() {
			w := nn.NewWorkspace(arch, batch)
			for {
				from := int(next.Add(batch)) - batch
				if from >= n {
					return
				}
				to := min(from+batch, n)
				for i := from; i < to; i++ {
					w.SetInputBytes(i-from, ex.Images[i*size:][:size])
				}
				net.Forward(w, to-from)
				for i := from; i < to; i++ {
					widen(w.Output(layer), i-from, values.RawRowView(i))
				}
			}
		})
	}
	group.Wait()
	return values
}

// widen copies a layer's output for an image.
func widen(output nn.View, image int, to []float64) {
	i := 0
	for y := range output.H {
		for _, v := range output.Data[output.Offset+image*output.ImageStride+y*output.RowStride:][:output.W*output.C] {
			to[i] = float64(v)
			i++
		}
	}
}
