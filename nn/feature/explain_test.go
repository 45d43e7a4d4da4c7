package feature

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/diff/fd"

	"filterscope/nn"
	"filterscope/nn/digits"
)

// naiveMargin is a class's margin in float64, from the output of the layer `from` on; -1 is the input.
func naiveMargin(net *nn.Network, from int, x []float64, class int) float64 {
	y, sum := naiveFrom(net, from, len(net.Arch.Layers)-1, x), 0.0
	for _, z := range y {
		sum += z
	}
	return y[class] - (sum-y[class])/float64(len(y)-1)
}

func wide(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

func slopesOf(f func([]float64) float64, x []float64) []float64 {
	return fd.Gradient(nil, f, x, &fd.Settings{Formula: fd.Central, Step: 1e-6})
}

// eachExplained runs a test for all classes of networks of odd shapes.
func eachExplained(t *testing.T, test func(t *testing.T, net *nn.Network, pixels []float32, class int)) {
	for i, c := range architectures[:tiny] {
		net := nn.NewNetwork(parse(t, i), 3)
		for class := range c.classes {
			t.Run(fmt.Sprintf("%s/%d", c.text, class), func(t *testing.T) { test(t, net, bright(randomBytes(net.Arch.Input.Size(), 9)), class) })
		}
	}
}

func wantValues(t *testing.T, got []float32, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d values, want %d", len(got), len(want))
	}
	for i := range want {
		if math.Abs(float64(got[i])-want[i]) > 1e-4 {
			t.Fatalf("value %d is %v, want %v", i, got[i], want[i])
		}
	}
}

func TestInputGradientIsTheMarginsSlope(t *testing.T) {
	eachExplained(t, func(t *testing.T, net *nn.Network, pixels []float32, class int) {
		in := net.Arch.Input
		want := make([]float64, in.H*in.W)
		for i, v := range slopesOf(func(x []float64) float64 { return naiveMargin(net, -1, x, class) }, wide(pixels)) {
			want[i/in.C] += v
		}
		wantValues(t, InputGradient(net, pixels, class), want)
	})
}

// Grad-CAM is what its definition says, with the gradient of the maps by central differences in float64, enlarged place by place.
func TestGradCAMIsItsDefinition(t *testing.T) {
	eachExplained(t, func(t *testing.T, net *nn.Network, pixels []float32, class int) {
		convs := net.Arch.Convolutions()
		at := convs[len(convs)-1]
		if net.Arch.Layers[at+1].Kind == nn.ReLU {
			at++
		}
		out := net.Arch.Layers[at].Out
		maps := naiveForward(net, at, wide(pixels))
		slopes := slopesOf(func(x []float64) float64 { return naiveMargin(net, at, x, class) }, maps)
		small := make([]float64, out.H*out.W)
		for c := range out.C {
			weight := 0.0
			for i := range small {
				weight += slopes[i*out.C+c] / float64(len(small))
			}
			for i := range small {
				small[i] += weight * maps[i*out.C+c]
			}
		}
		for i := range small {
			small[i] = max(0, small[i])
		}
		got, err := GradCAM(net, pixels, class)
		if err != nil {
			t.Fatal(err)
		}
		wantValues(t, got, naiveEnlarge(small, out.H, out.W, Field(net.Arch, at), net.Arch.Input))
	})
}

// naiveEnlarge adds up tents around the middles of the places' fields.
func naiveEnlarge(values []float64, h, w int, f ReceptiveField, in nn.Shape) []float64 {
	tents := func(pixel, start, jump, size, places int) []float64 {
		tall := make([]float64, places)
		first := float64(start) + float64(size-1)/2
		at := min(max(float64(pixel), first), first+float64((places-1)*jump))
		for i := range tall {
			tall[i] = max(0, 1-math.Abs(at-first-float64(i*jump))/float64(jump))
		}
		return tall
	}
	var large []float64
	for y := range in.H {
		rows := tents(y, f.StartY, f.JumpH, f.SizeH, h)
		for x := range in.W {
			sum := 0.0
			for j, c := range tents(x, f.StartX, f.JumpW, f.SizeW, w) {
				for i, r := range rows {
					sum += r * c * values[i*w+j]
				}
			}
			large = append(large, sum)
		}
	}
	return large
}

func TestGradCAMWithoutConvolutions(t *testing.T) {
	a, err := nn.ParseArchitecture("dense 5 | relu | dense classes", nn.Shape{H: 3, W: 3, C: 1}, 2)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := GradCAM(nn.NewNetwork(a, 1), make([]float32, 9), 0); err == nil {
		t.Error("it has been explained")
	}
}

func TestOcclusionIsTheFall(t *testing.T) {
	eachExplained(t, func(t *testing.T, net *nn.Network, pixels []float32, class int) {
		for _, o := range []Occlusion{{Size: 1}, {Size: 5, Workers: 3}, {Size: 4, Stride: 2}, {Size: 2, Stride: 3}} {
			wantValues(t, o.Occlude(net, pixels, class), naiveOcclude(o, net, wide(pixels), class))
		}
	})
}

// naiveOcclude hides pixel by pixel what is near to the middle of a pixel's stride.
func naiveOcclude(o Occlusion, net *nn.Network, pixels []float64, class int) []float64 {
	in, stride := net.Arch.Input, max(1, o.Stride)
	before := (o.Size - stride) / 2
	isHidden := func(at, pixel int) bool {
		from := pixel/stride*stride - before
		return from <= at && at < from+o.Size
	}
	var falls []float64
	whole := naiveMargin(net, -1, pixels, class)
	for y := range in.H {
		for x := range in.W {
			hidden := slices.Clone(pixels)
			for i := range hidden {
				if isHidden(i/in.C/in.W, y) && isHidden(i/in.C%in.W, x) {
					hidden[i] = 0
				}
			}
			falls = append(falls, whole-naiveMargin(net, -1, hidden, class))
		}
	}
	return falls
}

// With the default size a stroke that makes the digit counts for it, blank corners do not, and goroutines change no bit.
func TestOcclusionOfDigits(t *testing.T) {
	net, data := trained(), mnist(t)
	for i := range 20 {
		pixels, label := bright(data.Test.Image(i)), data.Test.Label(i)
		falls := Occlusion{}.Occlude(net, pixels, label)
		if !slices.Equal(falls, Occlusion{Workers: 4}.Occlude(net, pixels, label)) {
			t.Errorf("test image %d: goroutines change the result", i)
		}
		if !(slices.Max(falls) > 1) || falls[0] != 0 {
			t.Errorf("test image %d, a %d: the largest fall is %v, in the blank corner it is %v", i, label, slices.Max(falls), falls[0])
		}
		if empty := (Occlusion{}).Occlude(net, make([]float32, len(pixels)), label); slices.Max(empty) != 0 {
			t.Error("hiding nothing changes the margin")
		}
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

func bright(image []byte) []float32 {
	pixels := make([]float32, len(image))
	for i, v := range image {
		pixels[i] = float32(v) / 255
	}
	return pixels
}

// BenchmarkExplain explains what the default network, trained, makes of MNIST's test images.
func BenchmarkExplain(b *testing.B) {
	net, data := trained(), mnist(b)
	for _, c := range []struct {
		name string
		work func(pixels []float32, class int)
	}{
		{"gradient", func(pixels []float32, class int) { InputGradient(net, pixels, class) }},
		{"gradcam", func(pixels []float32, class int) { _, _ = GradCAM(net, pixels, class) }},
		{"occlusion", func(pixels []float32, class int) { Occlusion{}.Occlude(net, pixels, class) }},
		{"occlusion-2", func(pixels []float32, class int) { Occlusion{Workers: 2}.Occlude(net, pixels, class) }},
		{"occlusion-stride2", func(pixels []float32, class int) { Occlusion{Stride: 2}.Occlude(net, pixels, class) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			i := 0
			for b.Loop() {
				c.work(bright(data.Test.Image(i%1000)), data.Test.Label(i%1000))
				i++
			}
		})
	}
}
