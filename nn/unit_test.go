package nn_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"filterscope/nn"
)

// Silencing a unit changes its incoming weights and nothing else, and makes its output 0 for every image.
func TestSilenced(t *testing.T) {
	a := parse(t, "conv 3x2x5 pad 1 | relu | conv 2x3x4 | dense classes", nn.Shape{H: 6, W: 5, C: 2}, 3)
	net := nn.NewNetwork(a, 2)
	for i := range net.Weights {
		net.Weights[i] += 0.01 // biases too
	}
	before := slices.Clone(net.Weights)
	r := rand.New(rand.NewPCG(1, 2))
	image := make([]float32, a.Input.Size())
	for layer, unit := range map[int]int{0: 4, 2: 0, 3: 2} {
		without := net.Silenced(layer, unit)
		l := a.Layers[layer]
		for i, w := range without.Weights {
			in := i - l.Weight.Offset
			own := in >= 0 && in < l.Weight.Len && in%l.Out.C == unit || i == l.Bias.Offset+unit
			if want := net.Weights[i]; !own && w != want || own && (w != 0 || want == 0) {
				t.Fatalf("without unit %d of %s weight %d is %v, was %v", unit, l.Name, i, w, want)
			}
		}
		w := nn.NewWorkspace(a, 1)
		for range 5 {
			for i := range image {
				image[i] = float32(r.NormFloat64())
			}
			w.SetInput(0, image)
			without.Forward(w, 1)
			out := w.Output(layer)
			for i := range out.H * out.W {
				if got := out.At(0, i/out.W, i%out.W, unit); got != 0 {
					t.Fatalf("the silenced unit %d of %s puts out %v", unit, l.Name, got)
				}
			}
		}
	}
	if !slices.Equal(net.Weights, before) {
		t.Error("the network itself was changed")
	}
}

// A redrawn unit has weights that nobody can tell from first ones, and the same generator gives the same ones.
func TestRedraw(t *testing.T) {
	a := parse(t, "n1", nn.Shape{H: 28, W: 28, C: 1}, 10)
	layer := a.Convolutions()[2]
	l := a.Layers[layer]
	net := &nn.Network{Arch: a, Weights: make([]float32, a.Parameters())}
	for i := range net.Weights {
		net.Weights[i] = 7
	}
	random := rand.New(rand.NewPCG(1, 2))
	squares := 0.0
	for unit := range l.Out.C {
		net.Redraw(layer, unit, random)
	}
	for _, w := range net.Tensor(l.Weight) {
		squares += float64(w) * float64(w)
	}
	n := float64(l.Weight.Len)
	if got, want := math.Sqrt(squares/n), math.Sqrt(2/(n/float64(l.Out.C))); math.Abs(got/want-1) > 4/math.Sqrt(2*n) {
		t.Errorf("the deviation is %v, want about %v", got, want)
	}
	for i, w := range net.Weights {
		bias := i >= l.Bias.Offset && i < l.Bias.Offset+l.Bias.Len
		weight := i >= l.Weight.Offset && i < l.Weight.Offset+l.Weight.Len
		if bias && w != 0 || !bias && !weight && w != 7 {
			t.Fatalf("weight %d, of another tensor or a bias, is %v", i, w)
		}
	}
	again := net.Clone()
	again.Redraw(layer, 3, rand.New(rand.NewPCG(5, 6)))
	net.Redraw(layer, 3, rand.New(rand.NewPCG(5, 6)))
	if !slices.Equal(again.Weights, net.Weights) {
		t.Error("the same generator drew other weights")
	}
}
