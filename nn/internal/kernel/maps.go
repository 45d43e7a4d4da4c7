package kernel

import (
	"math"
	"unsafe"
)

// Maps are a table's small kernels, between convolutions and behind them. They hold scratch memory, so they are for one goroutine at a time.
type Maps struct {
	t    *vectors // nil: generic
	rows rowsArgs
	pool poolArgs

	places [maxWindow * maxWindow]int64
}

// Maps makes small kernels.
func (t *Table) Maps() *Maps { return &Maps{t: t.vectors} }

// of sets the next kernel's i-th slice.
func (k *Maps) of(i int, x []float32, m Map) {
	k.rows.p[i], k.rows.step[i] = at(x, m.Origin()), uintptr(4*m.Row())
}

// run runs a kernel on rows of n values each, some at a time: a call must be short, because assembly cannot be interrupted.
func (k *Maps) run(kernel func(*rowsArgs), rows, n int) {
	a := &k.rows
	full := (n - 1) / k.t.lanes
	a.full, a.mask = uintptr(full), mask(n-full*k.t.lanes)
	most := max(1, longest/n)
	for rows > most {
		a.rows = uintptr(most)
		kernel(a)
		for i, p := range a.p {
			if p != nil {
				a.p[i] = unsafe.Add(p, uintptr(most)*a.step[i])
			}
		}
		rows -= most
	}
	a.rows = uintptr(rows)
	kernel(a)
	a.p = [4]unsafe.Pointer{}
}

// ReLU writes max(x, 0). NaN stays NaN, so that a network that has diverged shows it.
func (k *Maps) ReLU(x []float32, xMap Map, y []float32, yMap Map) {
	if k.t == nil {
		relu(x, xMap, y, yMap)
		return
	}
	k.of(0, x, xMap)
	k.of(1, y, yMap)
	k.run(k.t.relu, xMap.H, xMap.W*xMap.C)
}

// ReLUGradient writes dy where y is not zero (positive or NaN), else 0. dx may be dy.
func (k *Maps) ReLUGradient(y []float32, yMap Map, dy []float32, dyMap Map, dx []float32, dxMap Map) {
	if k.t == nil {
		reluGradient(y, yMap, dy, dyMap, dx, dxMap)
		return
	}
	k.of(0, y, yMap)
	k.of(1, dy, dyMap)
	k.of(2, dx, dxMap)
	k.run(k.t.reluGradient, yMap.H, yMap.W*yMap.C)
}

// Add adds x to sum.
func (k *Maps) Add(sum, x []float32) {
	if k.t == nil {
		add(sum, x)
		return
	}
	m := Map{H: 1, W: len(sum), C: 1}
	k.of(0, sum, m)
	k.of(1, x[:len(sum)], m)
	k.run(k.t.add, 1, len(sum))
}

//go:norace
func add(sum, x []float32) {
	x = x[:len(sum)]
	for i, v := range x {
		sum[i] += v
	}
}

// Adam is what a step of Adam does to every weight.
type Adam struct {
	Beta1, Beta2, Rest1, Rest2 float32 // the means' memory, and 1 less that
	Step, Root, Epsilon        float32 // of weight -= Step * mean / (sqrt(square)*Root + Epsilon)
}

// Adam takes a step. All slices have the same length. It has the same bits in all tables.
func (k *Maps) Adam(c Adam, weights, grad, mean, square []float32) {
	n := len(weights)
	grad, mean, square = grad[:n], mean[:n], square[:n]
	if k.t == nil || n == 0 {
		c.update(weights, grad, mean, square)
		return
	}
	m := Map{H: 1, W: n, C: 1}
	k.rows.constants = [8]float32{c.Beta1, c.Beta2, c.Rest1, c.Rest2, c.Step, c.Root, c.Epsilon}
	for from := 0; from < n; from += longest {
		for i, s := range [][]float32{weights, grad, mean, square} {
			k.of(i, s[from:], m)
		}
		k.run(k.t.adam, 1, min(longest, n-from))
	}
}

//go:norace
func (c *Adam) update(weights, grad, mean, square []float32) {
	for i, g := range grad {
		m := float32(c.Beta1*mean[i]) + float32(c.Rest1*g)
		s := float32(c.Beta2*square[i]) + float32(float32(c.Rest2*g)*g)
		mean[i], square[i] = m, s
		divisor := float32(float32(math.Sqrt(float64(s)))*c.Root) + c.Epsilon
		weights[i] -= float32(float32(c.Step*m) / divisor)
	}
}

// Brightness writes pixels / 255.
func (k *Maps) Brightness(pixels []byte, y []float32) {
	y = y[:len(pixels)]
	if k.t == nil || len(y) < k.t.lanes {
		for i, v := range pixels {
			y[i] = brightness[v]
		}
		return
	}
	k.t.brightness(&pixels[0], &y[0], uintptr(len(y)), 255)
}

// brightness is b/255 for every byte b.
var brightness = func() (table [256]float32) {
	for b := range table {
		table[b] = float32(b) / 255
	}
	return table
}()
