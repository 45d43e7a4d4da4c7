package nn_test

import (
	"testing"

	"filterscope/nn"
	"filterscope/nn/digits"
)

// BenchmarkTrain trains presets on MNIST, batch 128, shuffled, with Adam, on as many workers as there are cores.
func BenchmarkTrain(b *testing.B) {
	for _, p := range nn.Presets() {
		b.Run(p.Name, func(b *testing.B) { benchmarkTrain(b, p.Name) })
	}
}

func benchmarkTrain(b *testing.B, architecture string) {
	t := newTraining(b, architecture)
	for b.Loop() {
		t.step()
	}
	b.ReportMetric(float64(b.N*trainingBatch)/b.Elapsed().Seconds(), "images/s")
}

const trainingBatch = 128

// training is a network being trained on shuffled MNIST until the benchmark ends.
type training struct {
	net      *nn.Network
	adam     nn.Optimizer
	parallel *nn.Parallel
	examples nn.Examples
	index    []int32
	from     int
	grad     []float32
}

func newTraining(b *testing.B, architecture string) *training {
	b.Helper()
	data := mnist(b)
	a := parse(b, architecture, nn.Shape{H: data.Train.H, W: data.Train.W, C: data.Train.C}, data.Train.Classes)
	net := nn.NewNetwork(a, 1)
	adam, err := nn.NewOptimizer(nn.OptimizerConfig{}, len(net.Weights))
	if err != nil {
		b.Fatal(err)
	}
	t := &training{
		net: net, adam: adam, parallel: nn.NewParallel(a, 0, trainingBatch),
		examples: nn.Examples{Images: data.Train.Images, Labels: data.Train.Labels},
		index:    shuffled(data.Train.Len()), grad: make([]float32, len(net.Weights)),
	}
	b.Cleanup(t.parallel.Close)
	return t
}

func (t *training) step() {
	if t.from+trainingBatch > len(t.index) {
		t.from = 0
	}
	t.parallel.Gradient(t.net, t.examples, t.index[t.from:t.from+trainingBatch], t.grad)
	t.adam.Update(t.net.Weights, t.grad, 1e-3)
	t.from += trainingBatch
}

// BenchmarkForward is the latency of a prediction for one image, with a trained network.
func BenchmarkForward(b *testing.B) {
	data := mnist(b)
	for _, p := range nn.Presets() {
		b.Run(p.Name, func(b *testing.B) {
			a := parse(b, p.Name, nn.Shape{H: 28, W: 28, C: 1}, 10)
			net := nn.NewNetwork(a, 1)
			w := nn.NewWorkspace(a, 1)
			image := 0
			for b.Loop() {
				w.SetInputBytes(0, data.Test.Image(image%data.Test.Len()))
				net.Forward(w, 1)
				image++
			}
		})
	}
}

// BenchmarkEvaluate evaluates test images in slices of 1,000.
func BenchmarkEvaluate(b *testing.B) {
	const slice = 1000
	data := mnist(b)
	examples := nn.Examples{Images: data.Test.Images, Labels: data.Test.Labels}
	for _, p := range nn.Presets() {
		b.Run(p.Name, func(b *testing.B) {
			a := parse(b, p.Name, nn.Shape{H: 28, W: 28, C: 1}, 10)
			net := nn.NewNetwork(a, 1)
			parallel := nn.NewParallel(a, 0, slice)
			defer parallel.Close()
			var e nn.Evaluation
			for b.Loop() {
				parallel.Evaluate(net, examples, counting(slice), &e)
			}
			b.ReportMetric(float64(b.N*slice)/b.Elapsed().Seconds(), "images/s")
		})
	}
}

func mnist(t testing.TB) *digits.Data {
	t.Helper()
	data, err := digits.MNIST()
	if err != nil {
		t.Fatal(err)
	}
	return data
}
