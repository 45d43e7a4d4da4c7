package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// geometries are all tails of the inner loops and all combinations of stride, pad and filter that differ in kind.
func geometries(yield func(naiveConv) bool) {
	r := rand.New(rand.NewPCG(1, 2))
	channels := []int{1, 2, 3, 4, 7, 8, 9, 16, 17}
	filters := [][2]int{{1, 1}, {1, 3}, {3, 1}, {2, 3}, {3, 3}, {5, 5}, {4, 2}, {11, 1}, {2, 11}}
	for i, inC := range channels {
		for j, outC := range channels {
			for pad := range 3 {
				if !yield(geometry(r, inC, outC, filters[(i+j+pad)%len(filters)], pad, 1+r.IntN(9))) {
					return
				}
			}
		}
	}
	for i := range 12 { // the first filters of gray and colour images
		filter := [][2]int{{5, 5}, {3, 3}}[i%2]
		if !yield(geometry(r, []int{1, 1, 1, 3}[i%4], 1+r.IntN(40), filter, r.IntN(3), 1+r.IntN(30))) {
			return
		}
	}
	for outC := 1; outC < 70; outC += 4 { // dense layers
		if !yield(naiveConv{h: 1, w: 1, inC: 1 + r.IntN(40), outC: outC, filterH: 1, filterW: 1, stride: 1, outH: 1, outW: 1}) {
			return
		}
	}
	for w := range 31 { // tails of rows and of blocks of vectors
		for _, outC := range []int{10, 16, 31, 33, 48, 64, 65, 80} {
			if !yield(geometry(r, 1+r.IntN(40), outC, filters[r.IntN(6)], r.IntN(3), 1+w)) {
				return
			}
		}
	}
}

func geometry(r *rand.Rand, inC, outC int, filter [2]int, pad, w int) naiveConv {
	c := naiveConv{h: 1 + r.IntN(9), w: w, inC: inC, outC: outC, filterH: filter[0], filterW: filter[1], stride: 1 + r.IntN(3), pad: pad}
	c.h, c.w = max(c.h, c.filterH-2*pad), max(c.w, c.filterW-2*pad)
	c.outH, c.outW = (c.h+2*pad-c.filterH)/c.stride+1, (c.w+2*pad-c.filterW)/c.stride+1
	return c
}

func TestConvIsTheNaiveOne(t *testing.T) {
	for _, table := range Tables() {
		t.Run(table.Name, func(t *testing.T) {
			t.Parallel()
			i := 0
			for c := range geometries {
				checkConv(t, table, c, []float64{0.7, 0, 0.7, 1}[i%4])
				i++
			}
		})
	}
}

const tolerance = 2e-6

// checkConv compares a table's convolution of a few images, a share of whose output gradients is zero, with the naive one.
func checkConv(t testing.TB, table *Table, c naiveConv, zeros float64) {
	t.Helper()
	r := rand.New(rand.NewPCG(3, 4))
	k := c.conv()
	k.Out.Border = r.IntN(3)
	n := 1 + r.IntN(3)
	if k.single() {
		n = Together // side by side
	}
	w := sparse(r, c.filterH*c.filterW*c.inC*c.outC, 0)
	b := sparse(r, c.outC, 0)
	conv := table.Convolutions([]Conv{k})[0]
	conv.Pack(narrow(w))
	conv.PackBackward(narrow(w))
	x := sparse(r, n*c.h*c.w*c.inC, 0.5)
	dy := sparse(r, n*c.outH*c.outW*c.outC, zeros)
	in, out, outGradient := newImages(k.In, n, x), newImages(k.Out, n, nil), newImages(k.Out, n, dy)
	sums := make([]float32, conv.GradientLen())
	dx := make([]float32, n*k.In.Len()+Slack)
	fillGuard(dx[n*k.In.Len():])
	floor := []float32{0, float32(math.Inf(-1))}[r.IntN(2)]
	conv.Forward(in.data, narrow(b), out.data, floor, n)
	conv.Backward(in.data, outGradient.data, sums, dx, n)
	conv.Backward(in.data, outGradient.data, sums, nil, n) // it adds
	name := fmt.Sprintf("%+v, %d images, floor %v: ", c, n, floor)
	wantW, wantB := make([]float64, len(w)), make([]float64, len(b))
	var wantY, wantX, gotX []float64
	for i := range n {
		xi, dyi := x[i*len(x)/n:][:len(x)/n], dy[i*len(dy)/n:][:len(dy)/n]
		y := c.forward(xi, w, b)
		dxi, dw, db := c.backward(xi, w, dyi)
		for _, v := range y {
			wantY = append(wantY, max(v, float64(floor)))
		}
		wantX = append(wantX, dxi...)
		addTo(wantW, dw)
		addTo(wantB, db)
		for row := range k.In.H {
			for _, v := range dx[i*k.In.Len()+k.In.Origin()+row*k.In.Row():][:k.In.W*k.In.C] {
				gotX = append(gotX, float64(v))
			}
		}
	}
	compare(t, name+"y", out.values(t), wantY, tolerance)
	compare(t, name+"dx", narrow(gotX), wantX, tolerance)
	gotW, gotB := make([]float32, len(w)), make([]float32, len(b))
	conv.UnpackGradient(sums, 0.5, gotW, gotB)
	compare(t, name+"dw", gotW, wantW, 2*tolerance)
	compare(t, name+"db", gotB, wantB, 10*tolerance) // a sum of random signs may cancel
	for _, v := range dx[n*k.In.Len():] {
		if v != guard {
			t.Fatalf("%sdx: wrote %v behind the last image", name, v)
		}
	}
}

func addTo(sum, x []float64) {
	for i, v := range x {
		sum[i] += v
	}
}

// One scratch memory serves maps of all sizes, one after the other.
func TestScratchIsShared(t *testing.T) {
	for _, table := range Tables() {
		var convs []Conv
		for c := range geometries {
			convs = append(convs, c.conv())
		}
		shared := table.Convolutions(convs)
		i := 0
		for c := range geometries {
			alone := table.Convolutions(convs[i : i+1])[0]
			if got, want := trace(c, shared[i]), trace(c, alone); !slices.Equal(got, want) {
				t.Fatalf("%s: %+v: other results with shared scratch", table.Name, c)
			}
			i++
		}
	}
}

// trace is all that a convolution computes from some data.
func trace(c naiveConv, conv Convolution) []float32 {
	r := rand.New(rand.NewPCG(5, 6))
	k := c.conv()
	w := narrow(sparse(r, c.filterH*c.filterW*c.inC*c.outC, 0))
	x := newImages(k.In, 1, sparse(r, c.h*c.w*c.inC, 0.1))
	dy := newImages(k.Out, 1, sparse(r, c.outH*c.outW*c.outC, 0.5))
	y, dx, acc := make([]float32, k.Out.Len()), make([]float32, k.In.Len()), make([]float32, conv.GradientLen())
	dw, db := make([]float32, len(w)), make([]float32, c.outC)
	conv.Pack(w)
	conv.PackBackward(w)
	conv.Forward(x.data, db, y, 0, 1)
	conv.Backward(x.data, dy.data, acc, dx, 1)
	conv.UnpackGradient(acc, 1, dw, db)
	all := slices.Concat(y, dw, db)
	for row := range k.In.H {
		all = append(all, dx[k.In.Origin()+row*k.In.Row():][:k.In.W*k.In.C]...)
	}
	return all
}

func narrow(x []float64) []float32 {
	y := make([]float32, len(x))
	for i, v := range x {
		y[i] = float32(v)
	}
	return y
}
