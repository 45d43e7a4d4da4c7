package nn_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/diff/fd"

	"filterscope/nn"
)

// Every layer's gradient is compared with central differences of a naive float64 network, on shapes in which no two sizes are
// equal. The differences' step is small enough that no ReLU or max-pool changes its mind on the way.
func TestGradientIsTheSlope(t *testing.T) { nn.EachKernel(t, checkGradientIsTheSlope) }

func checkGradientIsTheSlope(t *testing.T) {
	for _, text := range []string{
		"dense classes",
		"conv 3x2x5 | dense classes",
		"conv 2x3x4 pad 1 | dense classes",
		"conv 3x2x2 stride 2 | dense classes",
		"conv 5x4x9 stride 3 pad 2 | dense classes",
		"conv 1x3x8 pad 2 | conv 3x1x3 pad 2 | dense classes", // pads beyond the filters' short sides
		"conv 2x2x3 stride 2 pad 1 | conv 2x3x17 stride 3 pad 1 | dense classes",
		"relu | conv 3x3x4 pad 1 | dense classes",
		"conv 3x3x4 pad 1 | relu | conv 2x3x3 pad 1 | relu | dense classes",
		"maxpool 2 | dense classes",
		"conv 3x2x4 pad 1 | maxpool 2 | conv 3x2x3 | dense classes",
		"conv 2x2x3 | maxpool 3 stride 2 | conv 2x2x3 pad 1 | dense classes",
		"conv 3x2x4 | relu | maxpool 2 stride 1 | dense 6 | relu | dense classes",
		"n1", "lenet5", "tiny",
	} {
		for _, negative := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/negative=%v", text, negative), func(t *testing.T) {
				shape := nn.Shape{H: 9, W: 7, C: 3}
				if text == "lenet5" {
					shape = nn.Shape{H: 17, W: 15, C: 3}
				}
				checkGradient(t, parse(t, text, shape, 3), negative)
			})
		}
	}
}

const batch = 2

func checkGradient(t *testing.T, a *nn.Architecture, negative bool) {
	r := rand.New(rand.NewPCG(1, 2))
	net := nn.NewNetwork(a, 3)
	for _, tensor := range a.Tensors() {
		for i := range tensor.Len {
			net.Tensor(tensor)[i] += float32(0.1 * r.NormFloat64())
		}
	}
	images := make([]float64, batch*a.Input.Size())
	for i := range images {
		images[i] = r.NormFloat64()
		if negative {
			images[i] = -1 - r.Float64()
		}
	}
	labels := []byte{2, 0}
	w := nn.NewWorkspace(a, batch)
	size := a.Input.Size()
	for i := range batch {
		pixels := make([]float32, size)
		for j := range pixels {
			pixels[j] = float32(images[i*size+j])
		}
		w.SetInput(i, pixels)
	}
	net.Forward(w, batch)
	grad := make([]float32, len(net.Weights))
	lossSum, _ := net.Backward(w, labels, 0.5, grad)

	weights := make([]float64, len(net.Weights))
	for i, v := range net.Weights {
		weights[i] = float64(v)
	}
	for i := range images {
		images[i] = float64(float32(images[i]))
	}
	loss := func(weights []float64) float64 { return naiveLoss(a, weights, images, labels) / batch }
	if got, want := lossSum/batch, loss(weights); math.Abs(got-want) > 1e-5*want {
		t.Fatalf("loss = %v, want %v", got, want)
	}
	for _, tensor := range a.Tensors() {
		largest := 1e-3
		for _, v := range grad[tensor.Offset:][:tensor.Len] {
			largest = max(largest, math.Abs(float64(v)))
		}
		for _, i := range some(tensor.Len) {
			got, want := float64(grad[tensor.Offset+i]), slope(loss, weights, tensor.Offset+i)
			if !(math.Abs(got-want) <= 2e-5*largest) {
				t.Fatalf("gradient of %s[%d] = %v, want %v (largest %v)", tensor.Name, i, got, want, largest)
			}
		}
	}
}

// some are at most 24 of n indices: all of few, of many a spread whose distance shares no factor with shapes.
func some(n int) []int {
	var indices []int
	for i := 0; i < n; i += max(1, n/24|1) {
		indices = append(indices, i)
	}
	return indices
}

// slope is the derivative of f by x[i].
func slope(f func([]float64) float64, x []float64, i int) float64 {
	at := x[i]
	defer func() { x[i] = at }()
	return fd.Derivative(func(v float64) float64 {
		x[i] = v
		return f(x)
	}, at, &fd.Settings{Formula: fd.Central, Step: 1e-6})
}
