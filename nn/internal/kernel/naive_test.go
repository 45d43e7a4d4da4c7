package kernel

import "math/rand/v2"

// The simple versions: float64, dense arrays without borders, one loop per letter. They are the specification.

type naiveConv struct{ h, w, inC, outC, filterH, filterW, stride, pad, outH, outW int }

// products adds every product of a convolution to y, or if that is nil those of its backward pass to dx and dw.
//
//go:norace
func (c naiveConv) products(x, w, y, dy, dx, dw []float64) {
	for oy := range c.outH {
		for ox := range c.outW {
			for kh := range c.filterH {
				for kw := range c.filterW {
					iy, ix := oy*c.stride+kh-c.pad, ox*c.stride+kw-c.pad
					if iy < 0 || iy >= c.h || ix < 0 || ix >= c.w {
						continue
					}
					for ic := range c.inC {
						for oc := range c.outC {
							i, j, k := (oy*c.outW+ox)*c.outC+oc, (iy*c.w+ix)*c.inC+ic, ((kh*c.filterW+kw)*c.inC+ic)*c.outC+oc
							if y != nil {
								y[i] += x[j] * w[k]
								continue
							}
							dx[j] += dy[i] * w[k]
							dw[k] += dy[i] * x[j]
						}
					}
				}
			}
		}
	}
}

func (c naiveConv) forward(x, w, b []float64) []float64 {
	y := make([]float64, c.outH*c.outW*c.outC)
	for i := range y {
		y[i] = b[i%c.outC]
	}
	c.products(x, w, y, nil, nil, nil)
	return y
}

func (c naiveConv) backward(x, w, dy []float64) (dx, dw, db []float64) {
	dx, dw, db = make([]float64, len(x)), make([]float64, len(w)), make([]float64, c.outC)
	c.products(x, w, nil, dy, dx, dw)
	for i, v := range dy {
		db[i%c.outC] += v
	}
	return dx, dw, db
}

func (c naiveConv) conv() Conv {
	return Conv{
		In: Map{c.h, c.w, c.inC, c.pad}, Out: Map{H: c.outH, W: c.outW, C: c.outC},
		FilterH: c.filterH, FilterW: c.filterW, Stride: c.stride,
	}
}

// sparse draws n float32 values, of which about a share is zero.
func sparse(r *rand.Rand, n int, zeros float64) []float64 {
	x := make([]float64, n)
	for i := range x {
		if r.Float64() >= zeros {
			x[i] = float64(float32(r.NormFloat64()))
		}
	}
	return x
}
