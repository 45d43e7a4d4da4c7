package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// geometries are all tails of the inner loops and all combinations of stride, pad and filter that differ in kind.
func geometries(yield func(naiveConv) bool) {
	r := rand.New(rand.NewPCG(1, 2))
	channels := []int{1, 2, 3, 4, 7, 8, 9, 16, 17}
	filters := [][2]int{{1, 1}, {1, 3}, {3, 1}, {2, 3}, {3, 3}, {5, 5}, {4, 2}}
	for i, inC := range channels {
		for j, outC := range channels {
			for pad := range 3 {
				f := filters[(i+j+pad)%len(filters)]
				c := naiveConv{
					h: 1 + r.IntN(9), w: 1 + r.IntN(9), inC: inC, outC: outC,
					filterH: f[0], filterW: f[1], stride: 1 + r.IntN(3), pad: pad,
				}
				c.h, c.w = max(c.h, c.filterH-2*pad), max(c.w, c.filterW-2*pad)
				c.outH, c.outW = (c.h+2*pad-c.filterH)/c.stride+1, (c.w+2*pad-c.filterW)/c.stride+1
				if !yield(c) {
					return
				}
			}
		}
	}
}

func TestConvIsTheNaiveOne(t *testing.T) {
	const tolerance = 2e-6
	for c := range geometries {
		t.Run(fmt.Sprintf("%+v", c), func(t *testing.T) {
			r := rand.New(rand.NewPCG(3, 4))
			k := c.conv()
			x := sparse(r, c.h*c.w*c.inC, 0.5)
			w := sparse(r, c.filterH*c.filterW*c.inC*c.outC, 0)
			b := sparse(r, c.outC, 0)
			dy := sparse(r, c.outH*c.outW*c.outC, 0.7)
			dx, dw, db := c.backward(x, w, dy)
			scratch := NewSparse([]Conv{k})
			in := newGuarded(k.In, x)

			packed := k.NewPacked()
			k.Pack(narrow(w), packed)
			y := newGuarded(Map{c.outH, c.outW, c.outC, 2}, nil)
			k.Out = y.m
			k.Forward(in.data, packed, narrow(b), y.data, scratch)
			compare(t, "y", y.values(t), c.forward(x, w, b), tolerance)

			flipped := k.NewFlipped()
			k.PackFlipped(narrow(w), flipped)
			outGradient := newGuarded(Map{c.outH, c.outW, c.outC, 1}, dy)
			inGradient := newGuarded(Map{c.h, c.w, c.inC, 1}, nil)
			k.InputGradient(outGradient.data, outGradient.m, flipped, inGradient.data, inGradient.m, scratch)
			compare(t, "dx", inGradient.values(t), dx, tolerance)

			sums := make([]float32, k.GradientLen())
			k.WeightGradient(in.data, outGradient.data, outGradient.m, sums, scratch)
			k.WeightGradient(in.data, outGradient.data, outGradient.m, sums, scratch) // it adds
			gotW, gotB := make([]float32, len(w)), make([]float32, len(b))
			k.UnpackGradient(sums, 0.5, gotW, gotB)
			compare(t, "dw", gotW, dw, tolerance)
			compare(t, "db", gotB, db, tolerance)
		})
	}
}

// One scratch memory serves maps of all sizes, one after the other.
func TestScratchIsShared(t *testing.T) {
	var convs []Conv
	for c := range geometries {
		convs = append(convs, c.conv())
	}
	shared := NewSparse(convs)
	for c := range geometries {
		r := rand.New(rand.NewPCG(5, 6))
		k := c.conv()
		x := newGuarded(k.In, sparse(r, c.h*c.w*c.inC, 0.1))
		packed := k.NewPacked()
		k.Pack(narrow(sparse(r, c.filterH*c.filterW*c.inC*c.outC, 0)), packed)
		b := make([]float32, c.outC)
		one, other := newGuarded(k.Out, nil), newGuarded(k.Out, nil)
		k.Forward(x.data, packed, b, one.data, shared)
		k.Forward(x.data, packed, b, other.data, NewSparse([]Conv{k}))
		for i, v := range one.values(t) {
			if v != other.values(t)[i] {
				t.Fatalf("%+v: y[%d] = %v with shared scratch, else %v", c, i, v, other.values(t)[i])
			}
		}
	}
}

func narrow(x []float64) []float32 {
	y := make([]float32, len(x))
	for i, v := range x {
		y[i] = float32(v)
	}
	return y
}
