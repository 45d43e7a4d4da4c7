package kernel

// ReLU writes max(x, 0). NaN stays NaN, so that a network that has diverged shows it.
//
//go:norace
func ReLU(x []float32, xMap Map, y []float32, yMap Map) {
	n := xMap.W * xMap.C
	for r := range xMap.H {
		from := x[xMap.Origin()+r*xMap.Row():][:n]
		to := y[yMap.Origin()+r*yMap.Row():][:n]
		for i, v := range from {
			if v <= 0 {
				v = 0
			}
			to[i] = v
		}
	}
}

// ReLUGradient writes dy where y is not zero (positive or NaN), else 0.
//
//go:norace
func ReLUGradient(y []float32, yMap Map, dy []float32, dyMap Map, dx []float32, dxMap Map) {
	n := yMap.W * yMap.C
	for r := range yMap.H {
		out := y[yMap.Origin()+r*yMap.Row():][:n]
		from := dy[dyMap.Origin()+r*dyMap.Row():][:n]
		to := dx[dxMap.Origin()+r*dxMap.Row():][:n]
		for i, v := range from {
			if out[i] == 0 {
				v = 0
			}
			to[i] = v
		}
	}
}
