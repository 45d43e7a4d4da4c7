package nn_test

import (
	"slices"
	"sync"
	"testing"

	"filterscope/nn"
)

// A gradient of varied examples is that of examples which were varied before, each asked for once; an evaluation sees
// the examples as they are.
func TestVariedExamples(t *testing.T) {
	a := parse(t, asymmetric, nn.Shape{H: 9, W: 7, C: 3}, 4)
	plain := randomExamples(a, 64)
	index, size := shuffled(64), a.Input.Size()
	vary := func(place int, image, to []byte) {
		for i, v := range image {
			to[i] = v ^ byte(place)
		}
	}
	before := nn.Examples{Images: slices.Clone(plain.Images), Labels: plain.Labels}
	for place, i := range index {
		at := int(i) * size
		vary(place, plain.Images[at:at+size], before.Images[at:at+size])
	}
	net := nn.NewNetwork(a, 7)
	want, got := make([]float32, len(net.Weights)), make([]float32, len(net.Weights))
	for _, workers := range []int{1, 3} {
		parallel := nn.NewParallel(a, workers, 64)
		var mu sync.Mutex
		asked := make([]int, len(index))
		busy := make([]bool, workers)
		varied := plain
		varied.Vary = func(worker, place int, image, to []byte) {
			mu.Lock()
			if busy[worker] {
				t.Errorf("worker %d varies two images at once", worker)
			}
			busy[worker] = true
			asked[place]++
			mu.Unlock()
			vary(place, image, to)
			mu.Lock()
			busy[worker] = false
			mu.Unlock()
		}
		wantLoss, wantCorrect := parallel.Gradient(net, before, index, want)
		loss, correct := parallel.Gradient(net, varied, index, got)
		if loss != wantLoss || correct != wantCorrect || !slices.Equal(got, want) {
			t.Errorf("%d workers: loss %v, %d correct and another gradient; want %v, %d", workers, loss, correct, wantLoss, wantCorrect)
		}
		for place, n := range asked {
			if n != 1 {
				t.Errorf("%d workers: the example at %d was varied %d times", workers, place, n)
			}
		}
		var e, f nn.Evaluation
		parallel.Evaluate(net, plain, index, &e)
		parallel.Evaluate(net, varied, index, &f)
		if e.LossSum != f.LossSum {
			t.Errorf("an evaluation has loss %v of varied examples, %v without", f.Loss(), e.Loss())
		}
		parallel.Close()
	}
}
