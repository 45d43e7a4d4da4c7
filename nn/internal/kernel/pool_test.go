package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

var nan = math.NaN()

func TestPool(t *testing.T) {
	for _, test := range []struct {
		name                string
		h, w, c             int
		size, stride        int
		x, y, dy, dx        []float64
		outH, outW, borderX int
	}{
		{
			name: "negative values only", h: 2, w: 2, c: 2, size: 2, stride: 2, outH: 1, outW: 1,
			x: []float64{-4, -1, -3, -2, -2, -3, -1, -4}, y: []float64{-1, -1},
			dy: []float64{5, 7}, dx: []float64{0, 7, 0, 0, 0, 0, 5, 0},
		},
		{
			name: "the first maximum wins", h: 2, w: 2, c: 1, size: 2, stride: 2, outH: 1, outW: 1,
			x: []float64{1, 3, 3, 3}, y: []float64{3}, dy: []float64{5}, dx: []float64{0, 5, 0, 0},
		},
		{
			name: "odd sizes lose their last row and column", h: 3, w: 5, c: 1, size: 2, stride: 2, outH: 1, outW: 2,
			x: []float64{1, 2, 3, 4, 9, 5, 0, 0, 6, 9, 9, 9, 9, 9, 9}, y: []float64{5, 6},
			dy: []float64{1, 2}, dx: []float64{0, 0, 0, 0, 0, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0}, borderX: 1,
		},
		{
			name: "windows that overlap add their gradients", h: 1, w: 3, c: 1, size: 1, stride: 1, outH: 1, outW: 3,
			x: []float64{1, 2, 3}, y: []float64{1, 2, 3}, dy: []float64{1, 2, 3}, dx: []float64{1, 2, 3},
		},
		{
			name: "a value chosen by four windows", h: 3, w: 3, c: 1, size: 2, stride: 1, outH: 2, outW: 2,
			x: []float64{0, 0, 0, 0, 9, 0, 0, 0, 0}, y: []float64{9, 9, 9, 9},
			dy: []float64{1, 2, 3, 4}, dx: []float64{0, 0, 0, 0, 10, 0, 0, 0, 0}, borderX: 2,
		},
		{
			name: "the first NaN wins over numbers", h: 2, w: 2, c: 1, size: 2, stride: 2, outH: 1, outW: 1,
			x: []float64{9, nan, nan, math.Inf(1)}, y: []float64{nan}, dy: []float64{5}, dx: []float64{0, 5, 0, 0},
		},
		{
			name: "minus infinity is a number", h: 1, w: 2, c: 1, size: 1, stride: 1, outH: 1, outW: 2,
			x: []float64{math.Inf(-1), -1}, y: []float64{math.Inf(-1), -1}, dy: []float64{1, 1}, dx: []float64{1, 1},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			x := newGuarded(Map{test.h, test.w, test.c, test.borderX}, test.x)
			y := newGuarded(Map{test.outH, test.outW, test.c, 1}, nil)
			p := Pool{In: x.m, Out: y.m, Size: test.size, Stride: test.stride}
			chosen := make([]uint8, len(test.y))
			p.Forward(x.data, y.data, chosen)
			equal(t, "y", y.values(t), test.y)
			dy := newGuarded(Map{H: test.outH, W: test.outW, C: test.c}, test.dy)
			dx := newGuarded(Map{test.h, test.w, test.c, 1}, nil)
			p.Gradient(dy.data, dy.m, chosen, dx.data, dx.m)
			equal(t, "dx", dx.values(t), test.dx)
		})
	}
}

func TestPoolIsTheNaiveOne(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 200 {
		size, stride, c := 1+r.IntN(4), 1+r.IntN(4), 1+r.IntN(9)
		h, w := size+r.IntN(6), size+r.IntN(6)
		outH, outW := (h-size)/stride+1, (w-size)/stride+1
		values := sparse(r, h*w*c, 0.3)
		x := newGuarded(Map{h, w, c, r.IntN(2)}, values)
		y := newGuarded(Map{outH, outW, c, r.IntN(2)}, nil)
		p := Pool{In: x.m, Out: y.m, Size: size, Stride: stride}
		p.Forward(x.data, y.data, make([]uint8, outH*outW*c))
		want := make([]float64, outH*outW*c)
		for i := range want {
			oy, ox, ch := i/c/outW, i/c%outW, i%c
			want[i] = math.Inf(-1)
			for k := range size * size {
				want[i] = max(want[i], values[((oy*stride+k/size)*w+ox*stride+k%size)*c+ch])
			}
		}
		equal(t, "y", y.values(t), want)
	}
}

func TestReLU(t *testing.T) {
	x := newGuarded(Map{1, 3, 2, 1}, []float64{-1, 2, 0, nan, math.Inf(-1), math.Inf(1)})
	y := newGuarded(Map{1, 3, 2, 2}, nil)
	ReLU(x.data, x.m, y.data, y.m)
	equal(t, "y", y.values(t), []float64{0, 2, 0, nan, 0, math.Inf(1)})
	dy := newGuarded(Map{1, 3, 2, 0}, []float64{1, 2, 3, 4, 5, 6})
	dx := newGuarded(Map{1, 3, 2, 1}, nil)
	ReLUGradient(y.data, y.m, dy.data, dy.m, dx.data, dx.m)
	equal(t, "dx", dx.values(t), []float64{0, 2, 0, 4, 0, 6})
}

// NaN and infinity in the input reach the output, zeros do not even meet infinite weights.
func TestConvKeepsNaN(t *testing.T) {
	k := Conv{In: Map{H: 1, W: 3, C: 1}, Out: Map{H: 1, W: 3, C: 1}, FilterH: 1, FilterW: 1, Stride: 1}
	packed := k.NewPacked()
	k.Pack([]float32{float32(math.Inf(1))}, packed)
	y := newGuarded(k.Out, nil)
	k.Forward(newGuarded(k.In, []float64{nan, 0, 2}).data, packed, []float32{1}, y.data, NewSparse([]Conv{k}))
	equal(t, "y", y.values(t), []float64{nan, 1, math.Inf(1)})
}

func equal(t *testing.T, what string, got []float32, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s = %v, want %v", what, got, want)
	}
	for i, v := range want {
		if g := float64(got[i]); g != v && !(math.IsNaN(g) && math.IsNaN(v)) {
			t.Fatalf("%s = %v, want %v", what, got, want)
		}
	}
}
