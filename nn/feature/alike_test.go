package feature

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"testing"

	"filterscope/nn"
)

// The nearest are those with the smallest angle between the naive network's hidden outputs, in the right order.
func TestNearestHasTheSmallestAngles(t *testing.T) {
	for i, c := range architectures[:tiny] {
		t.Run(c.text, func(t *testing.T) {
			a := parse(t, i)
			net := nn.NewNetwork(a, 3)
			images := randomBytes(40*a.Input.Size(), 7)
			asked := bright(randomBytes(a.Input.Size(), 8))
			hidden := naiveForward(net, HiddenLayer(a), wide(asked))
			want := make([]float64, 40)
			for i := range want {
				want[i] = 1 - cosine(hidden, naiveForward(net, HiddenLayer(a), wide(bright(images[i*a.Input.Size():][:a.Input.Size()]))))
			}
			likeness := newProbe(a, images, 3).Likeness(net)
			got := likeness.Nearest(asked, 12)
			if len(got) != 12 || len(likeness.Nearest(asked, 99)) != 40 {
				t.Fatalf("%d of 12 neighbours, %d of all 40", len(got), len(likeness.Nearest(asked, 99)))
			}
			if likeness.Size() != LikenessSize(a, 40) {
				t.Errorf("it takes %d bytes, not %d", likeness.Size(), LikenessSize(a, 40))
			}
			if !slices.IsSortedFunc(got, func(a, b Neighbour) int { return cmp.Compare(a.Distance, b.Distance) }) {
				t.Errorf("not in order: %v", got)
			}
			for _, n := range got {
				if math.Abs(n.Distance-want[n.Image]) > 1e-5 {
					t.Errorf("image %d is at %v, want %v", n.Image, n.Distance, want[n.Image])
				}
				want[n.Image] = 9
			}
			if nearest := slices.Min(want); nearest < got[len(got)-1].Distance-1e-5 {
				t.Errorf("one at %v was left out for one at %v", nearest, got[len(got)-1].Distance)
			}
		})
	}
}

func cosine(x, y []float64) float64 {
	var xy, xx, yy float64
	for i := range x {
		xy, xx, yy = xy+x[i]*y[i], xx+x[i]*x[i], yy+y[i]*y[i]
	}
	if xx == 0 || yy == 0 {
		return 0
	}
	return xy / math.Sqrt(xx*yy)
}

// An image of the probe is its own nearest neighbour, and what is alike to a trained network mostly has the same label.
func TestNeighboursOfDigits(t *testing.T) {
	net, data := trained(), mnist(t)
	probe := mnistProbe(t, net.Arch, 2048, 2)
	likeness := probe.Likeness(net)
	at := 1000 * data.Train.Len() / 2048
	if n := likeness.Nearest(bright(data.Train.Image(at)), 1)[0]; n.Image != 1000 || n.Distance > 1e-6 {
		t.Errorf("image 1000 of the probe is most like %+v", n)
	}
	const asked = 100
	same := 0
	for i := range asked {
		if probe.Label(likeness.Nearest(bright(data.Test.Image(i)), 1)[0].Image) == data.Test.Label(i) {
			same++
		}
	}
	if same < asked*9/10 {
		t.Errorf("of %d test digits only %d have their label in common with the nearest", asked, same)
	}
}

// BenchmarkLikeness runs images of MNIST's training set through the default network, and asks which of them are nearest.
func BenchmarkLikeness(b *testing.B) {
	net, data := trained(), mnist(b)
	for _, n := range []int{2048, 4096, data.Train.Len()} {
		probe := mnistProbe(b, net.Arch, n, 2)
		likeness := probe.Likeness(net)
		b.Run(fmt.Sprintf("images=%d", n), func(b *testing.B) {
			for b.Loop() {
				likeness = probe.Likeness(net)
			}
			b.ReportMetric(float64(likeness.Size())/1e6, "MB")
		})
		b.Run(fmt.Sprintf("nearest=%d", n), func(b *testing.B) {
			asked := bright(data.Test.Image(7))
			for b.Loop() {
				likeness.Nearest(asked, 12)
			}
		})
	}
}
