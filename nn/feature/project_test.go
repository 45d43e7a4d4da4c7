package feature

import (
	"math"
	"reflect"
	"slices"
	"testing"

	"filterscope/nn"

	gocmp "github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/diff/fd"
)

// The plain gradient's projection is, pixel by pixel, what central differences of a float64 network find, and 0 outside the image.
func TestPlainProjectionIsTheSlope(t *testing.T) {
	for i, c := range architectures[:tiny] {
		a := parse(t, i)
		t.Run(c.text, func(t *testing.T) {
			net := nn.NewNetwork(a, 3)
			images := randomBytes(5*a.Input.Size(), 7)
			probe := newProbe(a, images, 2)
			for _, layer := range drawn(a) {
				top := probe.Survey(net, []int{layer})[0].Top(2)
				for u, projections := range probe.Project(net, layer, top.Units, nn.Plain) {
					for j, got := range projections {
						checkSlope(t, net, layer, u, top.Units[u][j], images, got)
					}
				}
			}
		})
	}
}

func checkSlope(t *testing.T, net *nn.Network, layer, unit int, at Patch, images []byte, got []float32) {
	t.Helper()
	a := net.Arch
	pixels := make([]float64, a.Input.Size())
	for i := range pixels {
		pixels[i] = float64(images[at.Image*len(pixels)+i]) / 255
	}
	answer := func(x []float64) float64 {
		y, out := naiveForward(net, layer, x), a.Layers[layer].Out
		v := y[(at.Y*out.W+at.X)*out.C+unit]
		if layer == len(a.Layers)-1 {
			sum := 0.0
			for _, z := range y {
				sum += z
			}
			v -= (sum - v) / float64(len(y)-1)
		}
		return v
	}
	slopes := fd.Gradient(nil, answer, pixels, &fd.Settings{Formula: fd.Central, Step: 1e-6})
	narrow := make([]float32, len(slopes))
	for i, v := range slopes {
		narrow[i] = float32(v)
	}
	want := make([]float32, len(got))
	crop(WindowOf(a, layer), a.Input, at, narrow, want)
	for i := range got {
		if math.Abs(float64(got[i]-want[i])) > 1e-4 {
			t.Fatalf("%s, unit %d at %+v: value %d is %v, want %v", a.Layers[layer].Name, unit, at, i, got[i], want[i])
		}
	}
}

// naiveForward is a layer's output in float64, as the definitions of the layers say.
func naiveForward(net *nn.Network, layer int, x []float64) []float64 {
	return naiveFrom(net, -1, layer, x)
}

// naiveFrom is naiveForward given the output of an earlier layer.
func naiveFrom(net *nn.Network, from, layer int, x []float64) []float64 {
	for _, l := range net.Arch.Layers[from+1 : layer+1] {
		var y []float64
		if l.Kind == nn.Dense {
			w, b := net.Tensor(l.Weight), net.Tensor(l.Bias)
			for u := range l.Out.C {
				sum := float64(b[u])
				for i, v := range x {
					sum += v * float64(w[i*l.Out.C+u])
				}
				y = append(y, sum)
			}
			x = y
			continue
		}
		for oy := range l.Out.H {
			for ox := range l.Out.W {
				for u := range l.Out.C {
					y = append(y, naiveValue(net, l, x, oy, ox, u))
				}
			}
		}
		x = y
	}
	return x
}

func naiveValue(net *nn.Network, l nn.Layer, x []float64, oy, ox, u int) float64 {
	at := func(y, c, channel int) (float64, bool) {
		if y < 0 || c < 0 || y >= l.In.H || c >= l.In.W {
			return 0, false
		}
		return x[(y*l.In.W+c)*l.In.C+channel], true
	}
	if l.Kind == nn.ReLU {
		v, _ := at(oy, ox, u)
		return max(0, v)
	}
	sum, largest := 0.0, math.Inf(-1)
	if l.Kind == nn.Conv {
		sum = float64(net.Tensor(l.Bias)[u])
	}
	for fy := range l.FilterH {
		for fx := range l.FilterW {
			y, c := oy*l.Stride-l.Pad+fy, ox*l.Stride-l.Pad+fx
			if l.Kind == nn.MaxPool {
				if v, ok := at(y, c, u); ok {
					largest = max(largest, v)
				}
				continue
			}
			for channel := range l.In.C {
				v, _ := at(y, c, channel)
				sum += v * float64(net.Tensor(l.Weight)[((fy*l.FilterW+fx)*l.In.C+channel)*l.Out.C+u])
			}
		}
	}
	if l.Kind == nn.MaxPool {
		return largest
	}
	return sum
}

// The rules differ, and guided lets through only what both others do at the last ReLU: it is zero where every path is blocked.
func TestRulesDiffer(t *testing.T) {
	net := trained()
	probe := mnistProbe(t, net.Arch, 32, 2)
	layer := net.Arch.Convolutions()[2]
	top := probe.Survey(net, []int{layer})[0].Top(3)
	plain := probe.Project(net, layer, top.Units, nn.Plain)
	for _, rule := range []nn.Rule{nn.Deconvnet, nn.Guided} {
		if reflect.DeepEqual(plain, probe.Project(net, layer, top.Units, rule)) {
			t.Errorf("rule %d projects as the plain gradient", rule)
		}
	}
	untrained := probe.Project(nn.NewNetwork(net.Arch, 1), layer, top.Units, nn.Plain)
	if reflect.DeepEqual(plain, untrained) {
		t.Error("an untrained network has the same projections")
	}
}

// A projection does not depend on how many goroutines work, or on which patches are asked for with it.
func TestProjectAloneOrTogether(t *testing.T) {
	net := trained()
	layer := net.Arch.Convolutions()[1]
	one, three := mnistProbe(t, net.Arch, 64, 1), mnistProbe(t, net.Arch, 64, 3)
	top := one.Survey(net, []int{layer})[0].Top(5)
	all := one.Project(net, layer, top.Units, nn.Guided)
	if diff := gocmp.Diff(all, three.Project(net, layer, top.Units, nn.Guided)); diff != "" {
		t.Errorf("with three goroutines (-one +three):\n%s", diff)
	}
	alone := make([][]Patch, len(top.Units))
	alone[7] = top.Units[7][2:3]
	if got := three.Project(net, layer, alone, nn.Guided)[7][0]; !slices.Equal(got, all[7][2]) {
		t.Error("alone it differs")
	}
}

func TestMapsAreTheOutput(t *testing.T) {
	a := parse(t, 0)
	net := nn.NewNetwork(a, 1)
	pixels := make([]float32, a.Input.Size())
	for i := range pixels {
		pixels[i] = float32(i%7) / 7
	}
	w := nn.NewWorkspace(a, 1)
	w.SetInput(0, pixels)
	net.Forward(w, 1)
	for _, layer := range a.Convolutions() {
		out := a.Layers[layer].Out
		maps := Maps(net, layer, pixels)
		if len(maps) != out.C || len(maps[0]) != out.H*out.W {
			t.Fatalf("%d maps of %d values for an output of %s", len(maps), len(maps[0]), out)
		}
		for u := range maps {
			for i, v := range maps[u] {
				if want := w.Output(layer).At(0, i/out.W, i%out.W, u); v != want {
					t.Fatalf("unit %d, value %d is %v, want %v", u, i, v, want)
				}
			}
		}
	}
}
