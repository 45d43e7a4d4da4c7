package feature

import (
	"slices"
	"testing"

	"filterscope/nn"

	"github.com/google/go-cmp/cmp"
)

// With positive weights and inputs, brightening a pixel changes exactly the units that see it: no ReLU blocks it, and
// a large change wins every max-pool. (But for filters that lie in the padding, none of those that see it.)
func TestFieldIsWhatChangesAUnit(t *testing.T) {
	for i, c := range architectures {
		a := parse(t, i)
		t.Run(c.text, func(t *testing.T) {
			net := nn.NewNetwork(a, 1)
			for j := range net.Weights {
				net.Weights[j] = 0.01 + float32(j%7)/100
			}
			w := nn.NewWorkspace(a, 2)
			pixels := slices.Repeat([]float32{0.5}, c.input.Size())
			w.SetInput(0, pixels)
			for at := range c.input.Size() {
				pixels[at] = 100
				w.SetInput(1, pixels)
				pixels[at] = 0.5
				net.Forward(w, 2)
				y, x := at/c.input.C/c.input.W, at/c.input.C%c.input.W
				for layer := range a.Layers {
					checkChanges(t, a, layer, w.Output(layer), y, x, i != widePadding)
				}
			}
		})
	}
}

// checkChanges checks that a layer's outputs for images 0 and 1, which differ in pixel y, x, differ only, and if exactly
// everywhere, where units see it.
func checkChanges(t *testing.T, a *nn.Architecture, layer int, output nn.View, y, x int, exactly bool) {
	t.Helper()
	f := Field(a, layer)
	for uy := range output.H {
		for ux := range output.W {
			top, left := f.StartY+uy*f.JumpH, f.StartX+ux*f.JumpW
			sees := y >= top && y < top+f.SizeH && x >= left && x < left+f.SizeW
			changed := false
			for c := range output.C {
				changed = changed || output.At(0, uy, ux, c) != output.At(1, uy, ux, c)
			}
			if changed && !sees || exactly && changed != sees {
				t.Fatalf("%s: pixel %d,%d changes unit %d,%d: %t; its field is %+v", a.Layers[layer].Name, y, x, uy, ux, changed, f)
			}
		}
	}
}

// The default network's levels see 5, 10 and 20 pixels.
func TestFieldOfN1(t *testing.T) {
	a, err := nn.ParseArchitecture("n1", nn.Shape{H: 28, W: 28, C: 1}, 10)
	if err != nil {
		t.Fatal(err)
	}
	var got []ReceptiveField
	for _, layer := range append([]int{-1}, a.Convolutions()...) {
		got = append(got, Field(a, layer))
	}
	got = append(got, Field(a, len(a.Layers)-1))
	want := []ReceptiveField{
		{SizeH: 1, SizeW: 1, JumpH: 1, JumpW: 1},
		{SizeH: 5, SizeW: 5, JumpH: 1, JumpW: 1, StartY: -2, StartX: -2},
		{SizeH: 10, SizeW: 10, JumpH: 2, JumpW: 2, StartY: -4, StartX: -4},
		{SizeH: 20, SizeW: 20, JumpH: 4, JumpW: 4, StartY: -8, StartX: -8},
		{SizeH: 44, SizeW: 44, JumpH: 4, JumpW: 4, StartY: -8, StartX: -8},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
