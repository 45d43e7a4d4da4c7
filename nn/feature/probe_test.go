package feature

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"filterscope/nn"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// architectures have odd inputs, filters that are not square, strides and borders; one (widePadding) has filters that lie
// wholly in their layer's padding.
var architectures = []struct {
	text    string
	input   nn.Shape
	classes int
}{
	{"conv 3x2x4 pad 1 | relu | maxpool 2 | conv 1x3x5 | relu | dense classes", nn.Shape{H: 9, W: 7, C: 3}, 3},
	{"conv 2x3x3 stride 2 pad 1 | relu | conv 3x2x4 stride 2 pad 1 | relu | dense 6 | relu | dense classes", nn.Shape{H: 11, W: 13, C: 2}, 4},
	{"maxpool 3 stride 2 | conv 3x1x2 | relu | maxpool 2 stride 1 | dense classes", nn.Shape{H: 12, W: 10, C: 1}, 2},
	{"conv 2x4x3 pad 2 | relu | maxpool 2 | conv 1x3x2 pad 1 | dense classes", nn.Shape{H: 6, W: 8, C: 1}, 2},
	{"tiny", nn.Shape{H: 28, W: 28, C: 1}, 10},
}

const widePadding, tiny = 3, 4

func parse(t testing.TB, i int) *nn.Architecture {
	t.Helper()
	c := architectures[i]
	a, err := nn.ParseArchitecture(c.text, c.input, c.classes)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func randomBytes(n int, seed uint64) []byte {
	random := rand.New(rand.NewPCG(seed, 0))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(random.Uint32())
	}
	return b
}

// naiveTop is the specification of Top: every value of every image, sorted.
func naiveTop(net *nn.Network, images []byte, layer, k int) TopPatches {
	size := net.Arch.Input.Size()
	w := nn.NewWorkspace(net.Arch, 1)
	units := net.Arch.Layers[layer].Out.C
	all := make([][]Patch, units)
	for i := range len(images) / size {
		w.SetInputBytes(0, images[i*size:][:size])
		net.Forward(w, 1)
		output := w.Output(layer)
		for y := range output.H {
			for x := range output.W {
				for c := range output.C {
					if v := naiveAnswer(net.Arch, output, layer, y, x, c); v == v {
						all[c] = append(all[c], Patch{v, i, y, x})
					}
				}
			}
		}
	}
	top := TopPatches{Layer: layer, Units: make([][]Patch, units), Max: make([]float32, units)}
	for c, patches := range all {
		slices.SortStableFunc(patches, func(a, b Patch) int { return cmp.Compare(b.Value, a.Value) })
		if len(patches) > 0 {
			top.Max[c] = patches[0].Value
		}
		seen := map[int]bool{}
		for _, p := range patches {
			if p.Value > 0 && !seen[p.Image] && len(top.Units[c]) < k {
				seen[p.Image] = true
				top.Units[c] = append(top.Units[c], p)
			}
		}
		if !(top.Max[c] > 0) {
			top.Dead = append(top.Dead, c)
		}
	}
	return top
}

// naiveAnswer is a value of a layer's output; of the last layer, a logit minus the mean of the others.
func naiveAnswer(a *nn.Architecture, output nn.View, layer, y, x, c int) float32 {
	v := output.At(0, y, x, c)
	if layer != len(a.Layers)-1 {
		return v
	}
	sum := float32(0)
	for i := range output.C {
		sum += output.At(0, y, x, i)
	}
	return v - (sum-v)/float32(output.C-1)
}

// newProbe is a probe whose images have labels in turn.
func newProbe(a *nn.Architecture, images []byte, workers int) *Probe {
	labels := make([]byte, len(images)/a.Input.Size())
	for i := range labels {
		labels[i] = byte(i % a.Classes)
	}
	return NewProbe(a, nn.Examples{Images: images, Labels: labels}, workers)
}

// tops are the k strongest patches of layers.
func tops(p *Probe, net *nn.Network, layers []int, k int) []TopPatches {
	top := []TopPatches{}
	for _, s := range p.Survey(net, layers) {
		top = append(top, s.Top(k))
	}
	return top
}

// same compares results; a unit without patches has an empty list or none.
func same(want, got []TopPatches) string {
	for _, tops := range [][]TopPatches{want, got} {
		for _, top := range tops {
			for u := range top.Units {
				if len(top.Units[u]) == 0 {
					top.Units[u] = nil
				}
			}
		}
	}
	return gocmp.Diff(want, got)
}

func TestTopAgainstNaive(t *testing.T) {
	for i, c := range architectures[:tiny] {
		a := parse(t, i)
		t.Run(c.text, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				net := nn.NewNetwork(a, rapid.Uint64().Draw(t, "seed"))
				n := rapid.IntRange(1, 2*chunk+3).Draw(t, "images")
				images := randomBytes(n*a.Input.Size(), rapid.Uint64().Draw(t, "pixels"))
				k := rapid.IntRange(0, 12).Draw(t, "k")
				layers := rapid.SliceOfN(rapid.IntRange(0, len(a.Layers)-1), 0, 4).Draw(t, "layers")
				p := newProbe(a, images, rapid.IntRange(1, 3).Draw(t, "workers"))
				want := []TopPatches{}
				for _, layer := range layers {
					want = append(want, naiveTop(net, images, layer, k))
				}
				if diff := same(want, tops(p, net, layers, k)); diff != "" {
					t.Fatalf("(-want +got)\n%s", diff)
				}
				if diff := same(want, tops(p, net, layers, k)); diff != "" {
					t.Fatalf("a second time (-want +got)\n%s", diff)
				}
			})
		})
	}
}

// The same image again and again, and images of one colour, give equal values everywhere.
func TestTopTies(t *testing.T) {
	a := parse(t, 0)
	net := nn.NewNetwork(a, 5)
	size := a.Input.Size()
	one := randomBytes(size, 1)
	images := slices.Concat(slices.Repeat(one, 20), make([]byte, 20*size))
	layers := []int{0, 1, 2, 3, 5}
	want := []TopPatches{}
	for _, layer := range layers {
		want = append(want, naiveTop(net, images, layer, 9))
	}
	got := tops(newProbe(a, images, 2), net, layers, 9)
	if diff := same(want, got); diff != "" {
		t.Fatalf("(-want +got)\n%s", diff)
	}
	for u, patches := range got[0].Units {
		for i, p := range patches {
			if p.Image != i || p.Y != patches[0].Y || p.X != patches[0].X {
				t.Errorf("unit %d: of equal images, place %d is %+v", u, i, p)
			}
		}
	}
}

func TestTopDeadUnits(t *testing.T) {
	a := parse(t, 0)
	net := nn.NewNetwork(a, 5)
	bias := net.Tensor(a.Layers[0].Bias)
	bias[1], bias[3] = -1000, float32(math.NaN())
	top := tops(newProbe(a, randomBytes(20*a.Input.Size(), 1), 1), net, []int{0}, 9)[0]
	if diff := gocmp.Diff([]int{1, 3}, top.Dead); diff != "" {
		t.Errorf("dead (-want +got)\n%s", diff)
	}
	if len(top.Units[1]) != 0 || len(top.Units[3]) != 0 || len(top.Units[0]) != 9 {
		t.Errorf("patches %v", top.Units)
	}
	if !(top.Max[1] < -900) || top.Max[3] != 0 {
		t.Errorf("largest values %v", top.Max)
	}
}

// What Crop returns at a unit's place is what the unit's value was made of: a network that sees only this, with the
// same filter and no padding, answers the same.
func TestCropIsWhatTheUnitSaw(t *testing.T) {
	a := parse(t, 0)
	net := nn.NewNetwork(a, 5)
	images := randomBytes(20*a.Input.Size(), 1)
	p := newProbe(a, images, 1)
	top := tops(p, net, []int{0}, 9)[0]
	weights := net.Tensor(a.Layers[0].Weight)
	crop := make([]byte, 3*2*3)
	for u, patches := range top.Units {
		for _, patch := range patches {
			p.Crop(0, patch, crop)
			sum := 0.0
			for i, v := range crop {
				sum += float64(v) / 255 * float64(weights[i*4+u])
			}
			if math.Abs(sum-float64(patch.Value)) > 1e-5 {
				t.Errorf("unit %d, %+v: the crop gives %v", u, patch, sum)
			}
		}
	}
}

func TestCrop(t *testing.T) {
	for i, c := range architectures {
		a := parse(t, i)
		in := c.input
		images := randomBytes(3*in.Size(), 1)
		p := newProbe(a, images, 1)
		for layer, l := range a.Layers {
			f := WindowOf(a, layer)
			dst := slices.Repeat([]byte{77}, f.SizeH*f.SizeW*in.C+1)
			for y := range l.Out.H {
				for x := range l.Out.W {
					p.Crop(layer, Patch{Image: 2, Y: y, X: x}, dst)
					for j, got := range dst[:len(dst)-1] {
						py, px := f.StartY+y*f.JumpH+j/in.C/f.SizeW, f.StartX+x*f.JumpW+j/in.C%f.SizeW
						want := byte(0)
						if py >= 0 && py < in.H && px >= 0 && px < in.W {
							want = images[2*in.Size()+(py*in.W+px)*in.C+j%in.C]
						}
						if got != want {
							t.Fatalf("%s, %s at %d,%d: byte %d is %d, want %d", c.text, l.Name, y, x, j, got, want)
						}
					}
				}
			}
			if dst[len(dst)-1] != 77 {
				t.Fatalf("%s, %s: written past the end", c.text, l.Name)
			}
		}
	}
}

func TestNewProbePanicsOnPartsOfImages(t *testing.T) {
	defer func() {
		if got, want := fmt.Sprint(recover()), "feature: 785 bytes are not 1 images of 28x28x1"; got != want {
			t.Errorf("panic %q, want %q", got, want)
		}
	}()
	NewProbe(parse(t, tiny), nn.Examples{Images: make([]byte, 785), Labels: make([]byte, 1)}, 1)
}
