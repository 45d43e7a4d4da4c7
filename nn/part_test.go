package nn_test

import (
	"math/rand/v2"
	"testing"

	"filterscope/nn"
)

// A patch's network answers what the whole one answers where its field lies inside the image, and so does its gradient.
func TestPatchIsAPartOfTheNetwork(t *testing.T) { nn.EachKernel(t, checkPatch) }

func checkPatch(t *testing.T) {
	a := parse(t, "conv 3x2x5 pad 2 | relu | maxpool 2 | conv 2x3x17 stride 2 pad 1 | relu | dense classes", nn.Shape{H: 17, W: 15, C: 2}, 3)
	net := nn.NewNetwork(a, 1)
	r := rand.New(rand.NewPCG(1, 2))
	image := make([]float32, a.Input.Size())
	for i := range image {
		image[i] = r.Float32()
	}
	whole := nn.NewWorkspace(a, 1)
	whole.SetInput(0, image)
	net.Forward(whole, 1)
	for layer := range a.Layers[:4] {
		part := a.Patch(layer)
		patch := &nn.Network{Arch: part, Weights: net.Weights}
		last := part.Layers[layer].Out
		if last.H != 1 || last.W != 1 {
			t.Fatalf("layer %d: the last output is %s, want a single pixel", layer, last)
		}
		inside := 0
		for y := range a.Layers[layer].Out.H {
			for x := range a.Layers[layer].Out.W {
				top, left, ok := fieldInside(a, layer, y, x, part.Input)
				if !ok {
					continue
				}
				inside++
				comparePatch(t, net, patch, whole, layer, y, x, top, left, cut(image, a.Input, top, left, part.Input))
			}
		}
		if inside == 0 {
			t.Errorf("layer %d: no field lies inside the image", layer)
		}
	}
}

// fieldInside finds the first pixel of a place's field.
func fieldInside(a *nn.Architecture, layer, y, x int, field nn.Shape) (top, left int, ok bool) {
	for i := layer; i >= 0; i-- {
		if l := a.Layers[i]; l.Kind == nn.Conv || l.Kind == nn.MaxPool {
			y, x = y*l.Stride-l.Pad, x*l.Stride-l.Pad
		}
	}
	return y, x, y >= 0 && x >= 0 && y+field.H <= a.Input.H && x+field.W <= a.Input.W
}

func cut(image []float32, in nn.Shape, top, left int, size nn.Shape) []float32 {
	var part []float32
	for y := top; y < top+size.H; y++ {
		part = append(part, image[(y*in.W+left)*in.C:][:size.W*in.C]...)
	}
	return part
}

func comparePatch(t *testing.T, net, patch *nn.Network, whole *nn.Workspace, layer, y, x, top, left int, pixels []float32) {
	t.Helper()
	w := nn.NewWorkspace(patch.Arch, 1)
	w.SetInput(0, pixels)
	patch.Forward(w, 1)
	in := net.Arch.Input
	for c := range net.Arch.Layers[layer].Out.C {
		got, want := w.Output(layer).At(0, 0, 0, c), whole.Output(layer).At(0, y, x, c)
		if d := got - want; d > 1e-5 || d < -1e-5 {
			t.Fatalf("layer %d, unit %d at %d,%d: the patch answers %v, the image %v", layer, c, y, x, got, want)
		}
		dx, all := make([]float32, len(pixels)), make([]float32, in.Size())
		patch.InputGradient(w, layer, []nn.Seed{{C: c, Value: 1}}, nn.Plain, dx)
		net.InputGradient(whole, layer, []nn.Seed{{Y: y, X: x, C: c, Value: 1}}, nn.Plain, all)
		for i, want := range cut(all, in, top, left, patch.Arch.Input) {
			if d := dx[i] - want; d > 1e-5 || d < -1e-5 {
				t.Fatalf("layer %d, unit %d at %d,%d: slope %d is %v, want %v", layer, c, y, x, i, dx[i], want)
			}
		}
	}
}

// The first layers of a network compute what it computes there.
func TestUntilIsTheBeginning(t *testing.T) {
	a := parse(t, "tiny", nn.Shape{H: 28, W: 28, C: 1}, 10)
	net := nn.NewNetwork(a, 1)
	whole := nn.NewWorkspace(a, 1)
	image := make([]float32, a.Input.Size())
	for i := range image {
		image[i] = float32(i%13) / 13
	}
	whole.SetInput(0, image)
	net.Forward(whole, 1)
	for layer, l := range a.Layers {
		part := &nn.Network{Arch: a.Until(layer), Weights: net.Weights}
		w := nn.NewWorkspace(part.Arch, 1)
		w.SetInput(0, image)
		part.Forward(w, 1)
		for c := range l.Out.C {
			if got, want := w.Output(layer).At(0, l.Out.H-1, 0, c), whole.Output(layer).At(0, l.Out.H-1, 0, c); got != want {
				t.Errorf("%s, unit %d: %v, want %v", l.Name, c, got, want)
			}
		}
	}
}

func TestPatchOfDensePanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a dense layer has a patch")
		}
	}()
	a := parse(t, "tiny", nn.Shape{H: 28, W: 28, C: 1}, 10)
	a.Patch(len(a.Layers) - 1)
}
