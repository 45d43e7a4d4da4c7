package exam_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"filterscope/nn"
	"filterscope/nn/digits"
	"filterscope/nn/exam"
	"filterscope/nn/train"
)

func TestAnchorsLeadToTheFirstStep(t *testing.T) {
	for _, c := range []struct {
		step, first int
		want        []int
	}{
		{0, 0, nil}, {1, 0, []int{0}}, {2, 0, []int{1, 0}}, {3, 0, []int{2, 1, 0}}, {16, 0, []int{8, 4, 2, 1, 0}}, {17, 0, []int{16, 8, 4, 2, 1, 0}},
		{2345, 900, []int{2048, 1024, 900}}, {1000, 900, []int{900}}, {901, 900, []int{900}}, {900, 900, nil},
	} {
		var got []int
		for anchor, ok := exam.Anchor(c.step, c.first); ok; anchor, ok = exam.Anchor(anchor, c.first) {
			got = append(got, anchor)
			if !train.Promised(anchor) && anchor != c.first {
				t.Errorf("the weights of step %d may not be kept", anchor)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("from step %d of a run that begins at %d it goes over %v, want %v", c.step, c.first, got, c.want)
		}
	}
}

const mapped = 1000 // images of the test set

// BenchmarkDrift trains the default network for five epochs and tells how far the images move between adjacent kept steps, in units of their root mean
// square distance from the centre: with axes turned towards the anchor, with the directions of most variance of each step, and with these but for
// their signs, which are those of the step before.
//
//	go test ./nn/exam -run '^$' -bench Drift -benchtime 1x
func BenchmarkDrift(b *testing.B) {
	data, err := digits.MNIST()
	if err != nil {
		b.Fatal(err)
	}
	sample := data.Test.Head(mapped)
	ex := nn.Examples{Images: sample.Images, Labels: sample.Labels}
	for b.Loop() {
		var anchored, plain, signed drift
		layouts := map[int]*exam.Layout{}
		var took []float64
		trainKept(b, data.Train, func(step int, net *nn.Network) {
			var anchor *exam.Layout
			if at, ok := exam.Anchor(step, 0); ok {
				anchor = layouts[at]
			}
			began := time.Now()
			layouts[step] = exam.NewLayout(net, ex, 2, anchor)
			took = append(took, time.Since(began).Seconds()*1000)
			anchored.add(layouts[step])
			pca := exam.NewLayout(net, ex, 2, nil)
			plain.add(pca)
			signed.add(withSigns(pca, signed.last))
		})
		slices.Sort(took)
		b.Logf("%d steps; a layout takes %.0f ms (median; longest %.0f)", len(took), took[len(took)/2], took[len(took)-1])
		b.Logf("turned towards the anchor: %v", &anchored)
		b.Logf("directions of most variance: %v", &plain)
		b.Logf("these with steady signs: %v", &signed)
	}
}

// trainKept trains n1 with Adam, the learning rate rising to 0.005 and falling again, and shows the weights of promised steps and ends of epochs.
func trainKept(b *testing.B, set *digits.Set, show func(step int, net *nn.Network)) {
	b.Helper()
	const steps, epoch, peak = 2345, 469, 0.005
	a, err := nn.ParseArchitecture("n1", nn.Shape{H: 28, W: 28, C: 1}, 10)
	if err != nil {
		b.Fatal(err)
	}
	net := nn.NewNetwork(a, 1)
	adam, err := nn.NewOptimizer(nn.OptimizerConfig{}, len(net.Weights))
	if err != nil {
		b.Fatal(err)
	}
	parallel := nn.NewParallel(a, 0, 128)
	defer parallel.Close()
	grad, random, index := make([]float32, len(net.Weights)), rand.New(rand.NewPCG(1, 1)), make([]int32, 128)
	show(0, net)
	for step := 1; step <= steps; step++ {
		for i := range index {
			index[i] = random.Int32N(int32(set.Len()))
		}
		parallel.Gradient(net, nn.Examples{Images: set.Images, Labels: set.Labels}, index, grad)
		done := float64(step) / steps
		adam.Update(net.Weights, grad, peak*min(done/0.3, (1.001-done)/0.7))
		if train.Promised(step) || step%epoch == 0 {
			show(step, net)
		}
	}
}

// drift sums up how far images move.
type drift struct {
	last     *exam.Layout
	moves    []float64 // root mean square, from layout to layout
	explains float64
	lost     float64 // of what two axes can explain
}

func (d *drift) add(l *exam.Layout) {
	d.explains = l.Explained[0] + l.Explained[1]
	d.lost = max(d.lost, l.Most-d.explains)
	if d.last != nil {
		sum := 0.0
		for i := range l.X {
			sum += math.Pow(l.X[i]-d.last.X[i], 2) + math.Pow(l.Y[i]-d.last.Y[i], 2)
		}
		d.moves = append(d.moves, math.Sqrt(sum/float64(len(l.X))))
	}
	d.last = l
}

func (d *drift) String() string {
	sum := 0.0
	for _, m := range d.moves {
		sum += m
	}
	return fmt.Sprintf("mean move %.3f, largest %.3f; at the end it explains %.1f %%, at most %.2f points less than two axes can",
		sum/float64(len(d.moves)), slices.Max(d.moves), 100*d.explains, 100*d.lost)
}

// withSigns mirrors a layout's axes where that brings it nearer to another.
func withSigns(l, other *exam.Layout) *exam.Layout {
	if other == nil {
		return l
	}
	to := *l
	to.X, to.Y = slices.Clone(l.X), slices.Clone(l.Y)
	for _, axis := range [2][2][]float64{{to.X, other.X}, {to.Y, other.Y}} {
		dot := 0.0
		for i, v := range axis[0] {
			dot += v * axis[1][i]
		}
		if dot < 0 {
			for i := range axis[0] {
				axis[0][i] = -axis[0][i]
			}
		}
	}
	return &to
}
