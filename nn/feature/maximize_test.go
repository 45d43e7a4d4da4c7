package feature

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"filterscope/nn"

	gocmp "github.com/google/go-cmp/cmp"
)

// What is made for a unit drives it further than any of the 10,000 test images does.
func TestMaximizeBeatsAllTestImages(t *testing.T) {
	net := trained()
	layers := drawn(net.Arch)
	few, all := mnistProbe(t, net.Arch, 256, 1), mnistProbe(t, net.Arch, 0, 2)
	surveys, natural := few.Survey(net, layers), all.Survey(net, layers)
	for i, layer := range layers {
		reached := NewMaximizer(net.Arch, layer).Maximize(net, few, surveys[i]).Reached
		top := natural[i].Top(1)
		live, beaten := 0, 0
		for u, best := range top.Max {
			if best > 0 {
				live++
				if reached[u] > best {
					beaten++
				}
			}
		}
		if name := net.Arch.Layers[layer].Name; live < 10 || float64(beaten) < 0.95*float64(live) {
			t.Errorf("%s: %d of %d live units are driven further than by any test image", name, beaten, live)
		}
	}
}

// The answer that Maximize reports is the network's own, where the unit's field lies in the middle of a black image.
func TestReachedIsTheUnitsAnswer(t *testing.T) {
	net := trained()
	a := net.Arch
	probe := mnistProbe(t, a, 64, 1)
	for _, layer := range drawn(a) {
		m := NewMaximizer(a, layer).Maximize(net, probe, probe.Survey(net, []int{layer})[0])
		window := WindowOf(a, layer)
		w := nn.NewWorkspace(a, 1)
		for u, pixels := range m.Images {
			image := make([]float32, a.Input.Size())
			top, left := window.StartY+window.Y*window.JumpH, window.StartX+window.X*window.JumpW
			for y := range window.SizeH {
				copy(image[(top+y)*a.Input.W+left:], pixels[y*window.SizeW:][:window.SizeW])
			}
			if low, high := slices.Min(pixels), slices.Max(pixels); low < 0 || high > 1 {
				t.Fatalf("layer %d, unit %d has pixels from %v to %v", layer, u, low, high)
			}
			w.SetInput(0, image)
			net.Forward(w, 1)
			got := naiveAnswer(a, w.Output(layer), layer, window.Y*sign(!window.Whole), window.X*sign(!window.Whole), u)
			if math.Abs(float64(got-m.Reached[u])) > 1e-4*(1+math.Abs(float64(got))) {
				t.Errorf("layer %d, unit %d: reached is %v, the network answers %v", layer, u, m.Reached[u], got)
			}
		}
	}
}

func sign(b bool) int {
	if b {
		return 1
	}
	return 0
}

// A picture depends on the weights alone: not on what was drawn before, by whom, or with how many goroutines.
func TestMaximizeHasNoMemory(t *testing.T) {
	for i, c := range architectures[:tiny] {
		a := parse(t, i)
		t.Run(c.text, func(t *testing.T) {
			images := randomBytes(40*a.Input.Size(), 1)
			layer := a.Convolutions()[len(a.Convolutions())-1]
			draw := func(m *Maximizer, workers int, seed uint64) Maximization {
				net, probe := nn.NewNetwork(a, seed), newProbe(a, images, workers)
				return m.Maximize(net, probe, probe.Survey(net, []int{layer})[0])
			}
			var first []Maximization
			shared := NewMaximizer(a, layer)
			for seed := range uint64(4) {
				first = append(first, draw(shared, 1, seed))
			}
			for _, seed := range []uint64{2, 0, 3, 1} {
				if diff := gocmp.Diff(first[seed], draw(NewMaximizer(a, layer), 3, seed)); diff != "" {
					t.Errorf("seed %d, alone and with 3 goroutines (-first +then):\n%s", seed, diff)
				}
			}
			if gocmp.Equal(first[0], first[1]) {
				t.Error("two networks have the same pictures")
			}
		})
	}
}

// Nearly the same weights have nearly the same pictures, so that pictures morph: a change of the weights by a thousandth changes
// them by less than a fifth of what another unit's picture differs by.
func TestMaximizeMorphs(t *testing.T) {
	net := trained()
	probe := mnistProbe(t, net.Arch, 128, 2)
	moved, r := net.Clone(), rand.New(rand.NewPCG(3, 3))
	for i := range moved.Weights {
		moved.Weights[i] *= 1 + 0.001*float32(r.NormFloat64())
	}
	for _, layer := range drawn(net.Arch) {
		m := NewMaximizer(net.Arch, layer)
		a := m.Maximize(net, probe, probe.Survey(net, []int{layer})[0]).Images
		b := m.Maximize(moved, probe, probe.Survey(moved, []int{layer})[0]).Images
		same, other := 0.0, 0.0
		for u := range a {
			same += distance(a[u], b[u])
			other += distance(a[u], a[(u+1)%len(a)])
		}
		if same > 0.2*other {
			t.Errorf("layer %d: pictures move by %.3g of what units differ", layer, same/other)
		}
	}
}

func distance(a, b []float32) float64 {
	sum := 0.0
	for i := range a {
		d := float64(a[i] - b[i])
		sum += d * d
	}
	return math.Sqrt(sum)
}

// Where nothing can be learned, nothing breaks: no image excites the unit, gradients are zero or infinite.
func TestMaximizeOfHopelessUnits(t *testing.T) {
	a := parse(t, 0)
	layer := a.Convolutions()[1]
	for name, spoil := range map[string]func(*nn.Network){
		"dead":     func(n *nn.Network) { n.Tensor(a.Layers[layer].Bias)[0] = -1e6 },
		"silent":   func(n *nn.Network) { clear(n.Weights) },
		"infinite": func(n *nn.Network) { n.Tensor(a.Layers[layer].Weight)[0] = 3e38 },
	} {
		net := nn.NewNetwork(a, 1)
		spoil(net)
		probe := newProbe(a, randomBytes(10*a.Input.Size(), 1), 1)
		m := NewMaximizer(a, layer).Maximize(net, probe, probe.Survey(net, []int{layer})[0])
		for u, pixels := range m.Images {
			for _, v := range pixels {
				if !(v >= 0 && v <= 1) {
					t.Fatalf("%s: unit %d has a pixel of %v", name, u, v)
				}
			}
		}
	}
}

func TestBlurKeepsInkAndSpreadsIt(t *testing.T) {
	s := newSmoother(nn.Shape{H: 9, W: 11, C: 2})
	image := make([]float32, s.Size())
	image[(4*11+5)*2+1] = 1
	s.blur(image, 0.8)
	sum := [2]float64{}
	for i, v := range image {
		sum[i%2] += float64(v)
	}
	if sum[0] != 0 || math.Abs(sum[1]-1) > 1e-6 {
		t.Errorf("the channels hold %v, want 0 and 1", sum)
	}
	for _, at := range [][2]int{{0, 1}, {1, 0}, {2, 1}, {2, 2}} {
		a, b := image[((4+at[0])*11+5+at[1])*2+1], image[((4-at[0])*11+5-at[1])*2+1]
		want := math.Exp(-float64(at[0]*at[0]+at[1]*at[1])/(2*0.64)) * float64(image[(4*11+5)*2+1])
		if a != b || math.Abs(float64(a)-want) > 1e-6 {
			t.Errorf("%v away are %v and %v, want %v", at, a, b, want)
		}
	}
}

// The gradient of the total variation is what central differences find.
func TestVariationIsTheSlope(t *testing.T) {
	s := newSmoother(nn.Shape{H: 4, W: 3, C: 2})
	r := rand.New(rand.NewPCG(1, 1))
	image := make([]float32, s.Size())
	for i := range image {
		image[i] = r.Float32()
	}
	total := func() float64 {
		sum := 0.0
		for y := -1; y < s.H; y++ {
			for x := -1; x < s.W; x++ {
				for c := range s.C {
					at := func(y, x int) float64 {
						if y < 0 || x < 0 || y >= s.H || x >= s.W {
							return 0
						}
						return float64(image[(y*s.W+x)*s.C+c])
					}
					for _, d := range []float64{at(y+1, x) - at(y, x), at(y, x+1) - at(y, x)} {
						sum += math.Abs(d) - edge*math.Log(1+math.Abs(d)/edge)
					}
				}
			}
		}
		return sum
	}
	got := make([]float32, s.Size())
	s.variation(image, got)
	for i := range image {
		was := image[i]
		image[i] = was + 1e-3
		high := total()
		image[i] = was - 1e-3
		want := (high - total()) / 2e-3
		image[i] = was
		if math.Abs(float64(got[i])-want) > 1e-2 {
			t.Errorf("value %d: the slope is %v, want %v", i, got[i], want)
		}
	}
}

// BenchmarkRefresh is all pictures of the default network by activation maximization, on one core, with the survey that they need.
// reached is the share of live units that are driven further than by any of the 10,000 test images.
func BenchmarkRefresh(b *testing.B) {
	net := trained()
	layers := drawn(net.Arch)
	probe, all := mnistProbe(b, net.Arch, 256, 1), mnistProbe(b, net.Arch, 0, 2)
	var maximizers []*Maximizer
	for _, layer := range layers {
		maximizers = append(maximizers, NewMaximizer(net.Arch, layer))
	}
	var found []Maximization
	for b.Loop() {
		found = nil
		for i, s := range probe.Survey(net, layers) {
			found = append(found, maximizers[i].Maximize(net, probe, s))
		}
	}
	for i, s := range all.Survey(net, layers) {
		live, beaten := 0, 0
		for u, best := range s.Top(1).Max {
			if best > 0 {
				live++
				if found[i].Reached[u] > best {
					beaten++
				}
			}
		}
		b.ReportMetric(100*float64(beaten)/float64(live), fmt.Sprintf("%%reached-%s", net.Arch.Layers[layers[i]].Name))
	}
}

// BenchmarkSurvey is the strongest patches of all units among the 10,000 test images.
func BenchmarkSurvey(b *testing.B) {
	net := trained()
	for _, workers := range []int{1, 2} {
		probe := mnistProbe(b, net.Arch, 0, workers)
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			for b.Loop() {
				for _, s := range probe.Survey(net, drawn(net.Arch)) {
					s.Top(9)
				}
			}
		})
	}
}
