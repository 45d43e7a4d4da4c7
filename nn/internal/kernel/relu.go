package kernel

import "math"

//go:norace
func relu(x []float32, xMap Map, y []float32, yMap Map) {
	n := xMap.W * xMap.C
	for r := range xMap.H {
		from := x[xMap.Origin()+r*xMap.Row():][:n]
		to := y[yMap.Origin()+r*yMap.Row():][:n]
		for i, v := range from {
			to[i] = max(v, 0)
		}
	}
}

// raise makes floor of all values below it. NaN stays NaN.
//
//go:norace
func raise(y []float32, m Map, floor float32) {
	if math.IsInf(float64(floor), -1) {
		return
	}
	for r := range m.H {
		row := y[m.Origin()+r*m.Row():][:m.W*m.C]
		for i, v := range row {
			row[i] = max(v, floor)
		}
	}
}

//go:norace
func reluGradient(y []float32, yMap Map, dy []float32, dyMap Map, dx []float32, dxMap Map) {
	n := yMap.W * yMap.C
	for r := range yMap.H {
		out := y[yMap.Origin()+r*yMap.Row():][:n]
		from := dy[dyMap.Origin()+r*dyMap.Row():][:n]
		to := dx[dxMap.Origin()+r*dxMap.Row():][:n]
		for i, v := range from {
			to[i] = math.Float32frombits(math.Float32bits(v) & nonZero(out[i]))
		}
	}
}

// nonZero is all ones, or 0 for +0. Signs of activations are as good as random, so a branch would cost more than all else.
func nonZero(v float32) uint32 {
	b := int32(math.Float32bits(v))
	return uint32((b | -b) >> 31)
}
