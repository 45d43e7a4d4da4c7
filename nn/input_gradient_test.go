package nn_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"filterscope/nn"
)

// The plain gradient of any unit with respect to the pixels is the slope that central differences of a naive float64 network find.
func TestInputGradientIsTheSlope(t *testing.T) { nn.EachKernel(t, checkInputGradientIsTheSlope) }

func checkInputGradientIsTheSlope(t *testing.T) {
	for _, text := range []string{
		"dense classes",
		"conv 3x2x5 stride 2 pad 1 | dense classes",
		"maxpool 2 | conv 2x2x3 | relu | dense classes",
		"relu | conv 3x3x4 pad 1 | relu | maxpool 2 | conv 2x3x17 pad 1 | relu | dense 6 | relu | dense classes",
		"n1", "tiny",
	} {
		a := parse(t, text, nn.Shape{H: 9, W: 7, C: 3}, 4)
		for layer := range a.Layers {
			t.Run(fmt.Sprintf("%s/%s", text, a.Layers[layer].Name), func(t *testing.T) { checkInputGradient(t, a, layer) })
		}
	}
}

const inputImages = 3

func checkInputGradient(t *testing.T, a *nn.Architecture, layer int) {
	r := rand.New(rand.NewPCG(5, uint64(layer)))
	net := nn.NewNetwork(a, 3)
	w := nn.NewWorkspace(a, inputImages)
	size := a.Input.Size()
	images := make([]float64, inputImages*size)
	for i := range images {
		images[i] = float64(float32(r.NormFloat64()))
	}
	for i := range inputImages {
		w.SetInput(i, narrowed(images[i*size:][:size]))
	}
	net.Forward(w, inputImages)
	// Image 0 has one seed, image 1 three, two of them at one place, image 2 none.
	out := a.Layers[layer].Out
	var seeds []nn.Seed
	for _, image := range []int{1, 0, 1} {
		seeds = append(seeds, nn.Seed{Image: image, Y: r.IntN(out.H), X: r.IntN(out.W), C: r.IntN(out.C), Value: float32(r.NormFloat64())})
	}
	seeds = append(seeds, seeds[0])
	dx := make([]float32, inputImages*size)
	net.InputGradient(w, layer, seeds, nn.Plain, dx)

	weights := widened(net.Weights)
	for image := range inputImages {
		pixels := images[image*size:][:size]
		value := func(x []float64) float64 {
			y, sum := naiveForward(a, weights, x)[layer], 0.0
			for _, s := range seeds {
				if s.Image == image {
					sum += float64(s.Value) * y[(s.Y*out.W+s.X)*out.C+s.C]
				}
			}
			return sum
		}
		got := dx[image*size:][:size]
		largest := 1e-3
		for _, v := range got {
			largest = max(largest, math.Abs(float64(v)))
		}
		for _, i := range some(size) {
			if want := slope(value, pixels, i); !(math.Abs(float64(got[i])-want) <= 2e-5*largest) {
				t.Fatalf("image %d: gradient of pixel %d = %v, want %v (largest %v)", image, i, got[i], want, largest)
			}
		}
	}
}

// The gradient with respect to an inner layer's output is the slope of what follows: that of the input follows from it by the layers
// before, and on a network cut there it is that network's input gradient.
func TestLayerGradientIsTheRestsInputGradient(t *testing.T) { nn.EachKernel(t, checkLayerGradient) }

func checkLayerGradient(t *testing.T) {
	const rest = "conv 2x3x17 pad 1 | relu | dense 6 | relu | dense classes"
	whole := parse(t, "conv 3x3x4 pad 1 | relu | maxpool 2 | "+rest, nn.Shape{H: 9, W: 7, C: 3}, 4)
	const at = 2 // the max-pool
	after := parse(t, rest, whole.Layers[at].Out, 4)
	net := nn.NewNetwork(whole, 3)
	end := &nn.Network{Arch: after, Weights: net.Weights[whole.Parameters()-after.Parameters():]}
	w, v := nn.NewWorkspace(whole, 2), nn.NewWorkspace(after, 2)
	r := rand.New(rand.NewPCG(5, 6))
	for i := range 2 {
		image := make([]float32, whole.Input.Size())
		for j := range image {
			image[j] = float32(r.NormFloat64())
		}
		w.SetInput(i, image)
	}
	net.Forward(w, 2)
	size := whole.Layers[at].Out.Size()
	for i := range 2 {
		var inner []float32
		y := w.Output(at)
		for j := range size {
			inner = append(inner, y.At(i, j/(y.W*y.C), j/y.C%y.W, j%y.C))
		}
		v.SetInput(i, inner)
	}
	end.Forward(v, 2)
	for layer := at + 1; layer < len(whole.Layers); layer++ {
		seeds := []nn.Seed{{Image: 0, C: 1, Value: 2}, {Image: 1, C: 3, Value: -1}, {Image: 1, C: 2, Value: 3}}
		got, want := make([]float32, 2*size), make([]float32, 2*size)
		net.LayerGradient(w, layer, at, seeds, nn.Plain, got)
		end.InputGradient(v, layer-at-1, seeds, nn.Plain, want)
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("of layer %d: value %d is %v, want %v", layer, i, got[i], want[i])
			}
		}
	}
}

func narrowed(x []float64) []float32 {
	y := make([]float32, len(x))
	for i, v := range x {
		y[i] = float32(v)
	}
	return y
}

func widened(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

// The rules differ only in which signs pass a ReLU: of a network of a single ReLU on two pixels, one of them negative.
func TestRules(t *testing.T) {
	nn.EachKernel(t, func(t *testing.T) {
		a := parse(t, "relu | dense 2", nn.Shape{H: 2, W: 2, C: 1}, 2)
		net := nn.NewNetwork(a, 1)
		w := nn.NewWorkspace(a, 1)
		w.SetInput(0, []float32{3, 3, -3, -3})
		net.Forward(w, 1)
		seeds := []nn.Seed{{Y: 0, X: 0, Value: 2}, {Y: 0, X: 1, Value: -2}, {Y: 1, X: 0, Value: 2}, {Y: 1, X: 1, Value: -2}}
		for rule, want := range map[nn.Rule][]float32{
			nn.Plain:     {2, -2, 0, 0},
			nn.Deconvnet: {2, 0, 2, 0},
			nn.Guided:    {2, 0, 0, 0},
		} {
			got := make([]float32, 4)
			net.InputGradient(w, 0, seeds, rule, got)
			for i := range want {
				if got[i] != want[i] {
					t.Errorf("rule %d: %v, want %v", rule, got, want)
					break
				}
			}
		}
	})
}

func TestSeedsOutsideAreRefused(t *testing.T) {
	a := parse(t, "tiny", nn.Shape{H: 28, W: 28, C: 1}, 10)
	net := nn.NewNetwork(a, 1)
	w := nn.NewWorkspace(a, 2)
	net.Forward(w, 1)
	dx := make([]float32, 2*784)
	for _, s := range []nn.Seed{{Image: 1}, {Image: -1}, {Y: 14}, {X: -1}, {C: 4}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("seed %+v was accepted", s)
				}
			}()
			net.InputGradient(w, 0, []nn.Seed{s}, nn.Plain, dx)
		}()
	}
}

// BenchmarkInputGradient is a batch of 64 patches' gradients, one for each unit of n1's high level.
func BenchmarkInputGradient(b *testing.B) {
	a := parse(b, "n1", nn.Shape{H: 28, W: 28, C: 1}, 10)
	net := nn.NewNetwork(a, 1)
	layer, err := a.Level("high")
	if err != nil {
		b.Fatal(err)
	}
	data := mnist(b)
	units := a.Layers[layer].Out.C
	w := nn.NewWorkspace(a, units)
	var seeds []nn.Seed
	for i := range units {
		w.SetInputBytes(i, data.Train.Image(i))
		seeds = append(seeds, nn.Seed{Image: i, Y: 3, X: 3, C: i, Value: 1})
	}
	net.Forward(w, units)
	dx := make([]float32, units*a.Input.Size())
	for b.Loop() {
		net.InputGradient(w, layer, seeds, nn.Plain, dx)
	}
}
