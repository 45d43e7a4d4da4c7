package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
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
		eachTable(t, test.name, func(t *testing.T, k *Maps) {
			x := newGuarded(Map{test.h, test.w, test.c, test.borderX}, test.x)
			y := newGuarded(Map{test.outH, test.outW, test.c, 1}, nil)
			p := Pool{In: x.m, Out: y.m, Size: test.size, Stride: test.stride}
			chosen := make([]uint8, p.ChosenLen())
			k.MaxPool(&p, x.data, y.data, chosen)
			equal(t, "y", y.values(t), test.y)
			dy := newGuarded(p.Out, test.dy)
			dx := newGuarded(p.In, nil)
			k.MaxPoolGradient(&p, dy.data, nil, chosen, dx.data)
			equal(t, "dx", dx.values(t), test.dx)
		})
	}
}

// eachTable runs a test with the small kernels of every table.
func eachTable(t *testing.T, name string, test func(t *testing.T, k *Maps)) {
	for _, table := range Tables() {
		t.Run(table.Name+"/"+name, func(t *testing.T) { test(t, table.Maps()) })
	}
}

// All tables give the bits of the generic one, and its maxima are right.
func TestPoolIsTheNaiveOne(t *testing.T) {
	specification := generic.Maps()
	eachTable(t, "", func(t *testing.T, k *Maps) {
		r := rand.New(rand.NewPCG(7, 8))
		for range 300 {
			size, stride, c := 1+r.IntN(4), 1+r.IntN(4), 1+r.IntN(40)
			h, w := size+r.IntN(6), size+r.IntN(6)
			outH, outW := (h-size)/stride+1, (w-size)/stride+1
			values := sparse(r, h*w*c, 0.3)
			if r.IntN(4) == 0 {
				values[r.IntN(len(values))] = nan
			}
			x := newGuarded(Map{h, w, c, r.IntN(2)}, values)
			y, otherY := newGuarded(Map{outH, outW, c, r.IntN(2)}, nil), newGuarded(Map{outH, outW, c, 0}, nil)
			p, other := Pool{In: x.m, Out: y.m, Size: size, Stride: stride}, Pool{In: x.m, Out: otherY.m, Size: size, Stride: stride}
			chosen, otherChosen := make([]uint8, p.ChosenLen()), make([]uint8, p.ChosenLen())
			k.MaxPool(&p, x.data, y.data, chosen)
			specification.MaxPool(&other, x.data, otherY.data, otherChosen)
			want := make([]float64, outH*outW*c)
			for i := range want {
				oy, ox, ch := i/c/outW, i/c%outW, i%c
				want[i] = math.Inf(-1)
				for k := range size * size {
					want[i] = max(want[i], values[((oy*stride+k/size)*w+ox*stride+k%size)*c+ch])
				}
			}
			equal(t, "y", y.values(t), want)
			for i, v := range chosen {
				if i%p.chosenStep() < c && v != otherChosen[i] {
					t.Fatalf("%+v: chose %d, want %d", p, v, otherChosen[i])
				}
			}
			gradients := sparse(r, len(want), 0.3)
			dy, otherDY := newGuarded(p.Out, gradients), newGuarded(other.Out, gradients)
			ys, otherYs := newGuarded(p.Out, want), newGuarded(other.Out, want)
			if r.IntN(2) == 0 {
				ys.data, otherYs.data = nil, nil
			}
			dx, otherDX := newGuarded(p.In, nil), newGuarded(p.In, nil)
			k.MaxPoolGradient(&p, dy.data, ys.data, chosen, dx.data)
			specification.MaxPoolGradient(&other, otherDY.data, otherYs.data, otherChosen, otherDX.data)
			equal(t, "dx", dx.values(t), widen(otherDX.values(t)))
		}
	})
}

func widen(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

func TestReLU(t *testing.T) {
	eachTable(t, "", testReLU)
}

func testReLU(t *testing.T, k *Maps) {
	x := newGuarded(Map{1, 3, 2, 1}, []float64{-1, 2, 0, nan, math.Inf(-1), math.Inf(1)})
	y := newGuarded(Map{1, 3, 2, 2}, nil)
	k.ReLU(x.data, x.m, y.data, y.m)
	equal(t, "y", y.values(t), []float64{0, 2, 0, nan, 0, math.Inf(1)})
	dy := newGuarded(Map{1, 3, 2, 0}, []float64{1, 2, 3, 4, 5, 6})
	dx := newGuarded(Map{1, 3, 2, 1}, nil)
	k.ReLUGradient(y.data, y.m, dy.data, dy.m, dx.data, dx.m)
	equal(t, "dx", dx.values(t), []float64{0, 2, 0, 4, 0, 6})
}

// Rows of any length, whose neighbours stay as they are. A ReLU's gradient may overwrite its output's.
func TestReLUTails(t *testing.T) {
	eachTable(t, "", func(t *testing.T, k *Maps) {
		r := rand.New(rand.NewPCG(9, 1))
		for n := 1; n <= 70; n++ {
			m := Map{1 + r.IntN(3), n, 1, 1}
			values, gradients := sparse(r, m.H*n, 0.3), sparse(r, m.H*n, 0.3)
			x, y, dy := newFilled(m, values), newGuarded(m, nil), newFilled(m, gradients)
			k.ReLU(x.data, m, y.data, m)
			k.ReLUGradient(y.data, m, dy.data, m, dy.data, m)
			for i, v := range values {
				if v <= 0 {
					values[i], gradients[i] = 0, 0
				}
			}
			equal(t, "y", y.values(t), values)
			equal(t, "dx", dy.values(t), gradients)
		}
	})
}

// The other small kernels have the generic one's bits for all lengths.
func TestElementwise(t *testing.T) {
	specification := generic.Maps()
	eachTable(t, "", func(t *testing.T, k *Maps) {
		r := rand.New(rand.NewPCG(9, 2))
		for n := 1; n <= 70; n++ {
			m := Map{H: 1, W: n, C: 1}
			var got, want [4]guarded
			for i := range got {
				values := sparse(r, n, 0.3)
				if i == 3 {
					for j, v := range values {
						values[j] = v * v
					}
				}
				got[i], want[i] = newFilled(m, values), newFilled(m, values)
			}
			c := Adam{0.9, 0.99, 0.1, 0.01, 0.001, 1.5, 1e-8}
			k.Adam(c, got[0].data[:n], got[1].data, got[2].data, got[3].data)
			specification.Adam(c, want[0].data[:n], want[1].data, want[2].data, want[3].data)
			for i := range got {
				equal(t, "adam", got[i].values(t), widen(want[i].values(t)))
			}
			k.Add(got[0].data[:n], got[1].data)
			specification.Add(want[0].data[:n], want[1].data)
			equal(t, "sum", got[0].values(t), widen(want[0].values(t)))
			pixels := make([]byte, n)
			for i := range pixels {
				pixels[i] = byte(r.IntN(256))
			}
			a, b := newGuarded(m, nil), newGuarded(m, nil)
			k.Brightness(pixels, a.data)
			specification.Brightness(pixels, b.data)
			equal(t, "brightness", a.values(t), widen(b.values(t)))
		}
	})
}

// NaN and infinity in the input reach the output, in all tables. Only generic leaves out what zero and infinity make.
func TestConvKeepsNaN(t *testing.T) {
	inf := math.Inf(1)
	k := Conv{In: Map{H: 1, W: 4, C: 1}, Out: Map{H: 1, W: 4, C: 1}, FilterH: 1, FilterW: 1, Stride: 1}
	for _, table := range Tables() {
		c := table.Convolutions([]Conv{k})[0]
		for _, test := range []struct{ w, zero float64 }{{2, 1}, {inf, map[bool]float64{true: 1, false: nan}[table == generic]}} {
			y, dx := newGuarded(k.Out, nil), newGuarded(k.In, nil)
			x := []float64{nan, 0, 2, inf}
			c.Pack([]float32{float32(test.w)})
			c.PackBackward([]float32{float32(test.w)})
			for _, floor := range []float32{0, float32(math.Inf(-1))} {
				c.Forward(newGuarded(k.In, x).data, []float32{1}, y.data, floor, 1)
				equal(t, table.Name+" y", y.values(t), []float64{nan, test.zero, 1 + 2*test.w, inf})
			}
			acc, dw, db := make([]float32, c.GradientLen()), make([]float32, 1), make([]float32, 1)
			c.Backward(newGuarded(k.In, []float64{0, 3, 1, 1}).data, newGuarded(k.Out, x).data, acc, dx.data, 1)
			c.UnpackGradient(acc, 1, dw, db)
			equal(t, table.Name+" dx", dx.values(t), []float64{nan, 0, 2 * test.w, inf})
			equal(t, table.Name+" dw", slices.Concat(dw, db), []float64{nan, nan})
		}
	}
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
