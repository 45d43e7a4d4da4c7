package nn_test

import (
	"bytes"
	"encoding/binary"
	"hash/fnv"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"filterscope/nn"
)

const asymmetric = "conv 3x2x5 pad 1 | relu | maxpool 2 | conv 2x3x9 stride 2 pad 1 | relu | dense classes"

// randomExamples are n images of noise, half of it black.
func randomExamples(a *nn.Architecture, n int) nn.Examples {
	r := rand.New(rand.NewPCG(1, 2))
	ex := nn.Examples{Images: make([]byte, n*a.Input.Size()), Labels: make([]byte, n)}
	for i := range ex.Images {
		ex.Images[i] = byte(max(0, r.IntN(511)-255))
	}
	for i := range ex.Labels {
		ex.Labels[i] = byte(r.IntN(a.Classes))
	}
	return ex
}

// trace trains a few steps and returns a hash of weights and results after each. publish gets a clone of every step's weights.
func trace(t *testing.T, a *nn.Architecture, ex nn.Examples, workers int, publish func(*nn.Network)) []uint64 {
	net := nn.NewNetwork(a, 7)
	parallel := nn.NewParallel(a, workers, 40)
	defer parallel.Close()
	adam, err := nn.NewOptimizer(nn.OptimizerConfig{}, len(net.Weights))
	if err != nil {
		t.Fatal(err)
	}
	grad := make([]float32, len(net.Weights))
	var hashes []uint64
	for _, batch := range []int{40, 33, 1, 5, 64, 16} {
		publish(net.Clone())
		loss, correct := parallel.Gradient(net, ex, shuffled(batch), grad)
		adam.Update(net.Weights, grad, 1e-2)
		var e nn.Evaluation
		parallel.Evaluate(net, ex, counting(batch), &e)
		h := fnv.New64()
		for _, v := range []any{loss, int64(correct), e.LossSum, int64(e.Correct), net.Weights} {
			if err := binary.Write(h, binary.LittleEndian, v); err != nil {
				t.Fatal(err)
			}
		}
		hashes = append(hashes, h.Sum64())
	}
	return hashes
}

// Any number of workers gives the same bits, also while others read the published weights.
func TestWorkersDoNotChangeBits(t *testing.T) { nn.EachKernel(t, checkWorkersDoNotChangeBits) }

func checkWorkersDoNotChangeBits(t *testing.T) {
	a := parse(t, asymmetric, nn.Shape{H: 9, W: 7, C: 3}, 4)
	ex := randomExamples(a, 64)
	want := trace(t, a, ex, 1, func(*nn.Network) {})
	for _, workers := range []int{2, 3, 7} {
		nets := make(chan *nn.Network)
		var readers sync.WaitGroup
		for range 3 {
			readers.Go(func() { predictAll(t, a, ex, nets) })
		}
		got := trace(t, a, ex, workers, func(net *nn.Network) {
			for range 3 {
				nets <- net
			}
		})
		close(nets)
		readers.Wait()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%d workers: hashes of the steps (-one worker +%d workers):\n%s", workers, workers, diff)
		}
	}
}

// predictAll reads published networks: the same one twice gives the same logits.
func predictAll(t *testing.T, a *nn.Architecture, ex nn.Examples, nets <-chan *nn.Network) {
	w := nn.NewWorkspace(a, 2)
	size := a.Input.Size()
	for net := range nets {
		w.SetInputBytes(0, ex.Images[:size])
		w.SetInputBytes(1, ex.Images[:size])
		first := slices.Clone(net.Forward(w, 2))
		if !slices.Equal(first, net.Forward(w, 2)) || !slices.Equal(first[:a.Classes], first[a.Classes:]) {
			t.Error("the same image and weights gave different logits")
		}
	}
}

// A batch's gradient is the mean of its images' gradients, whatever the batch's size and the workspaces' room.
func TestGradientIsTheMean(t *testing.T) { nn.EachKernel(t, checkGradientIsTheMean) }

func checkGradientIsTheMean(t *testing.T) {
	a := parse(t, asymmetric, nn.Shape{H: 9, W: 7, C: 3}, 4)
	ex := randomExamples(a, 200)
	net := nn.NewNetwork(a, 7)
	parallel := nn.NewParallel(a, 2, 10)
	defer parallel.Close()
	size := a.Input.Size()
	for _, n := range []int{1, 15, 16, 17, 200} {
		w := nn.NewWorkspace(a, n)
		index := shuffled(n)
		var labels []byte
		for i, at := range index {
			w.SetInputBytes(i, ex.Images[int(at)*size:][:size])
			labels = append(labels, ex.Labels[at])
		}
		net.Forward(w, n)
		want, got := make([]float32, len(net.Weights)), make([]float32, len(net.Weights))
		got[0] = 99 // it overwrites
		lossSum, wantCorrect := net.Backward(w, labels, 1/float32(n), want)
		loss, correct := parallel.Gradient(net, ex, index, got)
		closeTo(t, "loss", []float32{float32(loss)}, []float32{float32(lossSum / float64(n))}, 1e-6)
		tensorsCloseTo(t, "gradient of", a, got, want, 1e-5)
		if correct != wantCorrect {
			t.Errorf("%d of %d correct, want %d", correct, n, wantCorrect)
		}
	}
}

func TestEmptyBatch(t *testing.T) {
	a := parse(t, "dense classes", nn.Shape{H: 2, W: 1, C: 1}, 2)
	parallel := nn.NewParallel(a, 2, 1)
	defer parallel.Close()
	grad := []float32{1, 2, 3, 4, 5, 6}
	var e nn.Evaluation
	loss, correct := parallel.Gradient(nn.NewNetwork(a, 1), nn.Examples{}, nil, grad)
	parallel.Evaluate(nn.NewNetwork(a, 1), nn.Examples{}, nil, &e)
	if loss != 0 || correct != 0 || !slices.Equal(grad, make([]float32, 6)) || e.N != 0 || e.Loss() != 0 || e.Accuracy() != 0 {
		t.Errorf("nothing: loss %v, %d correct, gradient %v, evaluation %+v; want zeros", loss, correct, grad, e)
	}
}

func TestEvaluate(t *testing.T) {
	// Class 0 wins where the left pixel is brighter, else class 1; class 2 never.
	a := parse(t, "dense classes", nn.Shape{H: 1, W: 2, C: 1}, 3)
	net := nn.NewNetwork(a, 1)
	copy(net.Weights, []float32{1, 0, 0, 0, 1, 0, 0, 0, -9})
	ex := nn.Examples{Images: []byte{255, 0, 0, 255, 255, 0, 255, 0}, Labels: []byte{0, 1, 1, 2}}
	parallel := nn.NewParallel(a, 2, 1)
	defer parallel.Close()
	var whole, parts nn.Evaluation
	parallel.Evaluate(net, ex, []int32{0, 1, 2, 3}, &whole)
	parallel.Evaluate(net, ex, []int32{0, 1, 2}, &parts)
	parallel.Evaluate(net, ex, []int32{3}, &parts)
	if diff := cmp.Diff(whole, parts); diff != "" {
		t.Errorf("evaluated in parts (-whole +parts):\n%s", diff)
	}
	want := nn.Evaluation{N: 4, Correct: 2, LossSum: whole.LossSum, Confusion: [][]int{{1, 0, 0}, {1, 1, 0}, {1, 0, 0}}}
	if diff := cmp.Diff(want, whole); diff != "" {
		t.Errorf("evaluation (-want +got):\n%s", diff)
	}
	// -ln softmax: 0.31335 for the right ones, 1.31335 and 10.31335 for the wrong ones (the third class adds e^-10).
	closeTo(t, "loss", []float32{float32(whole.Loss())}, []float32{(0.313295 + 0.313295 + 1.313295 + 10.313295) / 4}, 1e-5)
	if diff := cmp.Diff([]float64{1, 0.5, 0}, whole.ClassAccuracy()); diff != "" || whole.Accuracy() != 0.5 {
		t.Errorf("accuracy %v, by class (-want +got):\n%s", whole.Accuracy(), diff)
	}
}

func TestStepsAllocateNothing(t *testing.T) { nn.EachKernel(t, checkStepsAllocateNothing) }

func checkStepsAllocateNothing(t *testing.T) {
	a := parse(t, asymmetric, nn.Shape{H: 9, W: 7, C: 3}, 4)
	ex := randomExamples(a, 64)
	net := nn.NewNetwork(a, 7)
	grad := make([]float32, len(net.Weights))
	parallel := nn.NewParallel(a, 3, 64)
	defer parallel.Close()
	w := nn.NewWorkspace(a, 2)
	index := counting(64)
	var e nn.Evaluation
	check := func(what string, f func()) {
		if n := testing.AllocsPerRun(10, f); n != 0 {
			t.Errorf("%s: %v allocations, want none", what, n)
		}
	}
	check("Gradient", func() { parallel.Gradient(net, ex, index, grad) })
	check("Evaluate", func() { parallel.Evaluate(net, ex, index, &e) })
	check("Forward and Backward", func() {
		w.SetInputBytes(0, ex.Images[:a.Input.Size()])
		net.Forward(w, 2)
		net.Backward(w, ex.Labels[:2], 1, grad)
		w.Output(2)
	})
	for _, name := range []string{"adam", "sgd"} {
		o, err := nn.NewOptimizer(nn.OptimizerConfig{Name: name}, len(net.Weights))
		if err != nil {
			t.Fatal(err)
		}
		check(name, func() { o.Update(net.Weights, grad, 1e-3) })
	}
}

func TestCloseEndsGoroutines(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	a := parse(t, "dense classes", nn.Shape{H: 2, W: 1, C: 1}, 2)
	before := runtime.NumGoroutine()
	parallel := nn.NewParallel(a, 5, 1)
	if n := runtime.NumGoroutine() - before; n != 4 {
		t.Errorf("5 workers: %d goroutines besides the caller's, want 4", n)
	}
	parallel.Close()
	parallel.Close() // twice is once
}

func TestSeed(t *testing.T) {
	a := parse(t, "n1", nn.Shape{H: 28, W: 28, C: 1}, 10)
	raw := func(seed uint64) []byte {
		data, err := binary.Append(nil, binary.LittleEndian, nn.NewNetwork(a, seed).Weights)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	if !bytes.Equal(raw(1), raw(1)) {
		t.Error("the same seed gave different weights")
	}
	if bytes.Equal(raw(1), raw(2)) {
		t.Error("different seeds gave the same weights")
	}
	h := fnv.New64()
	h.Write(raw(1))
	if got, want := h.Sum64(), uint64(0x344048f85800410b); got != want {
		t.Errorf("weights of seed 1 have hash %#x, want %#x: recorded runs could not be repeated", got, want)
	}
}
