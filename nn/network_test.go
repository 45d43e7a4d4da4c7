package nn_test

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"

	"filterscope/nn"
)

// Output shows every layer of every image as the naive network computes it.
func TestOutput(t *testing.T) { nn.EachKernel(t, checkOutput) }

func checkOutput(t *testing.T) {
	a := parse(t, "conv 3x2x5 pad 1 | relu | maxpool 2 | conv 2x3x9 stride 2 pad 1 | relu | dense 6 | relu | dense classes", nn.Shape{H: 9, W: 7, C: 3}, 4)
	net := nn.NewNetwork(a, 5)
	r := rand.New(rand.NewPCG(1, 2))
	w := nn.NewWorkspace(a, 3)
	wide := make([]float64, len(net.Weights))
	for i := range wide {
		net.Weights[i] += float32(0.1 * r.NormFloat64()) // biases too
		wide[i] = float64(net.Weights[i])
	}
	size := a.Input.Size()
	images := make([]float32, 2*size)
	for i := range images {
		images[i] = float32(r.NormFloat64())
	}
	w.SetInput(0, images[:size])
	w.SetInput(1, images[size:])
	logits := net.Forward(w, 2)
	for n := range 2 {
		x := make([]float64, size)
		for i := range x {
			x[i] = float64(images[n*size+i])
		}
		outputs := naiveForward(a, wide, x)
		viewed(t, "input", w.Output(-1), n, x)
		for layer, want := range outputs {
			viewed(t, a.Layers[layer].Name, w.Output(layer), n, want)
		}
		last := outputs[len(outputs)-1]
		for class, want := range last {
			if got := logits[n*a.Classes+class]; math.Abs(float64(got)-want) > 1e-5 {
				t.Errorf("logit %d of image %d = %v, want %v", class, n, got, want)
			}
		}
	}
}

func viewed(t *testing.T, name string, v nn.View, n int, want []float64) {
	t.Helper()
	if v.N != 2 || v.H*v.W*v.C != len(want) {
		t.Fatalf("%s: %d images of %dx%dx%d, want 2 of %d values", name, v.N, v.H, v.W, v.C, len(want))
	}
	for i, x := range want {
		if got := v.At(n, i/v.C/v.W, i/v.C%v.W, i%v.C); math.Abs(float64(got)-x) > 1e-5 {
			t.Fatalf("%s of image %d, value %d = %v, want %v", name, n, i, got, x)
		}
	}
}

func TestHeInitialization(t *testing.T) {
	a := parse(t, "n1", nn.Shape{H: 28, W: 28, C: 1}, 10)
	net := nn.NewNetwork(a, 1)
	for _, l := range a.Layers {
		if l.Weight.Len == 0 {
			continue
		}
		sum, squares := 0.0, 0.0
		for _, v := range net.Tensor(l.Weight) {
			sum += float64(v)
			squares += float64(v) * float64(v)
		}
		n := float64(l.Weight.Len)
		inputs := n / float64(l.Out.C)
		deviation := math.Sqrt(2 / inputs)
		if mean := sum / n; math.Abs(mean) > 4*deviation/math.Sqrt(n) {
			t.Errorf("%s: mean %v, want about 0", l.Name, mean)
		}
		if got := math.Sqrt(squares / n); math.Abs(got/deviation-1) > 4/math.Sqrt(2*n) {
			t.Errorf("%s: deviation %v, want about %v", l.Name, got, deviation)
		}
		for _, v := range net.Tensor(l.Bias) {
			if v != 0 {
				t.Errorf("%s: bias %v, want 0", l.Name, v)
			}
		}
	}
}

func TestClone(t *testing.T) {
	a := parse(t, "dense classes", nn.Shape{H: 2, W: 1, C: 1}, 2)
	net := nn.NewNetwork(a, 1)
	clone := net.Clone()
	before := net.Weights[0]
	clone.Weights[0]++
	if net.Weights[0] != before || clone.Arch != a {
		t.Errorf("writing to a clone changed the network to %v", net.Weights)
	}
}

func TestSoftmax(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	for _, test := range []struct{ logits, want []float32 }{
		{[]float32{0, 0, 0, 0}, []float32{0.25, 0.25, 0.25, 0.25}},
		{[]float32{1000, 1000}, []float32{0.5, 0.5}},
		{[]float32{-1e30, 0}, []float32{0, 1}},
		{[]float32{1, 2, 3}, []float32{0.09003057, 0.24472847, 0.66524096}},
		{[]float32{-inf, 1}, []float32{0, 1}},
		{[]float32{inf, 1}, []float32{nan, nan}},
		{[]float32{nan, 1}, []float32{nan, nan}},
	} {
		got := make([]float32, len(test.logits))
		nn.Softmax(test.logits, got)
		for i, want := range test.want {
			if math.Abs(float64(got[i]-want)) > 1e-7 || (got[i] != got[i]) != (want != want) {
				t.Errorf("softmax of %v = %v, want %v", test.logits, got, test.want)
				break
			}
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		logits := []float32{float32(80 * r.NormFloat64()), 0}
		want := 1 / (1 + math.Exp(-float64(logits[0])))
		nn.Softmax(logits, logits)
		if math.Abs(float64(logits[0])-want) > 6e-8*want+1e-45 {
			t.Fatalf("softmax = %v, want %v", logits[0], want)
		}
	}
}

// A network that has diverged says so in its loss.
func TestDivergedLoss(t *testing.T) { nn.EachKernel(t, checkDivergedLoss) }

func checkDivergedLoss(t *testing.T) {
	a := parse(t, "conv 3x3x4 pad 1 | relu | maxpool 2 | dense classes", nn.Shape{H: 4, W: 4, C: 1}, 2)
	ex := nn.Examples{Images: bytes.Repeat([]byte{255}, 16), Labels: []byte{1}}
	net := nn.NewNetwork(a, 1)
	net.Weights[0] = float32(math.NaN())
	parallel := nn.NewParallel(a, 1, 1)
	defer parallel.Close()
	if loss, _ := parallel.Gradient(net, ex, []int32{0}, make([]float32, len(net.Weights))); !math.IsNaN(loss) {
		t.Errorf("loss %v with a weight of NaN, want NaN", loss)
	}
}

func TestBackwardNeedsItsForward(t *testing.T) {
	a := parse(t, "dense classes", nn.Shape{H: 2, W: 1, C: 1}, 2)
	net, w := nn.NewNetwork(a, 1), nn.NewWorkspace(a, 2)
	net.Forward(w, 2)
	defer func() {
		if recover() == nil {
			t.Error("Backward took 1 label for 2 images")
		}
	}()
	net.Backward(w, []byte{1}, 1, make([]float32, 6))
}
