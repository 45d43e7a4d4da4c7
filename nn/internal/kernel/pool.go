package kernel

import (
	"math"
	"unsafe"
)

// Pool is the geometry of a max-pool: windows of Size x Size pixels, Stride apart; windows that do not fit whole are left out.
// Size is at most maxWindow, so that a place in a window fits a byte.
type Pool struct {
	In, Out      Map
	Size, Stride int
}

const maxWindow = 15

// ChosenLen is how many places Forward writes: [outH][outW][C, rounded up to whole vectors].
func (p *Pool) ChosenLen() int { return p.Out.H * p.Out.W * p.chosenStep() }

func (p *Pool) chosenStep() int { return (p.In.C + widest - 1) / widest * widest }

// MaxPool writes each window's maximum to y and its place in the window (ky*Size+kx) to chosen.
// The first maximum wins; the first NaN of a window wins over all numbers.
func (k *Maps) MaxPool(p *Pool, x, y []float32, chosen []uint8) {
	if k.t == nil {
		p.forward(x, y, chosen)
		return
	}
	a, kernel := k.windows(p), k.t.pool
	if p.Size == 2 {
		kernel = k.t.pool2x2
	}
	for oy := range p.Out.H {
		a.x = at(x, p.In.Origin()+oy*p.Stride*p.In.Row())
		a.y = at(y, p.Out.Origin()+oy*p.Out.Row())
		a.dy = nil
		a.chosen = at(chosen, oy*p.Out.W*p.chosenStep())
		a.pixels = uintptr(p.Out.W)
		kernel(a)
	}
}

// windows sets what the kernels want to know of a pool.
func (k *Maps) windows(p *Pool) *poolArgs {
	m := p.In
	for i := range p.Size * p.Size {
		k.places[i] = int64(4 * (i/p.Size*m.Row() + i%p.Size*m.C))
	}
	a := &k.pool
	a.places, a.count = unsafe.Pointer(&k.places), uintptr(p.Size*p.Size)
	full := (m.C - 1) / k.t.lanes
	a.full, a.mask = uintptr(full), mask(m.C-full*k.t.lanes)
	done := full * k.t.lanes
	a.xStep, a.cStep = uintptr(4*(p.Stride*m.C-done)), uintptr(p.chosenStep()-done)
	a.yStep, a.dyStep = uintptr(4*(m.C-done)), uintptr(4*(m.C-done))
	return a
}

//go:norace
func (p *Pool) forward(x, y []float32, chosen []uint8) {
	c, row := p.In.C, p.In.Row()
	for oy := range p.Out.H {
		for ox := range p.Out.W {
			from := x[p.In.Origin()+oy*p.Stride*row+ox*p.Stride*c:]
			to := y[p.Out.Origin()+oy*p.Out.Row()+ox*c:][:c]
			which := chosen[(oy*p.Out.W+ox)*p.chosenStep():][:c]
			copy(to, from)
			clear(which)
			for k := 1; k < p.Size*p.Size; k++ {
				at := from[k/p.Size*row+k%p.Size*c:][:c]
				larger(at, to, which, uint8(k))
			}
		}
	}
}

// larger replaces y and which where x is larger, or the first NaN, without a branch.
//
//go:norace
func larger(x, y []float32, which []uint8, k uint8) {
	y, which = y[:len(x)], which[:len(x)]
	for i, v := range x {
		m := y[i]
		wins := -(bit(!(v <= m)) & bit(m == m))
		y[i] = math.Float32frombits(math.Float32bits(m)&^wins | math.Float32bits(v)&wins)
		which[i] = which[i]&^uint8(wins) | k&uint8(wins)
	}
}

func bit(b bool) uint32 {
	if b {
		return 1
	}
	return 0
}

// MaxPoolGradient writes to dx, laid out like the input, the sum of the gradients of all windows that chose a value. dy and y are laid out like
// the output; where y is 0 the gradient is left out, as a ReLU in front of the pool does. y may be nil, to leave none out.
func (k *Maps) MaxPoolGradient(p *Pool, dy, y []float32, chosen []uint8, dx []float32) {
	vector := k.t != nil && p.Stride >= p.Size
	if !vector || !p.covers() {
		for row := range p.In.H {
			clear(dx[p.In.Origin()+row*p.In.Row():][:p.In.W*p.In.C])
		}
	}
	if !vector {
		p.gradient(dy, y, chosen, dx)
		return
	}
	if y == nil {
		y = dy // which leaves out zeros
	}
	a, kernel := k.windows(p), k.t.poolGradient
	if p.Size == 2 {
		kernel = k.t.poolGradient2x2
	}
	for oy := range p.Out.H {
		a.x = at(dx, p.In.Origin()+oy*p.Stride*p.In.Row())
		a.y = at(y, p.Out.Origin()+oy*p.Out.Row())
		a.dy = at(dy, p.Out.Origin()+oy*p.Out.Row())
		a.chosen = at(chosen, oy*p.Out.W*p.chosenStep())
		a.pixels = uintptr(p.Out.W)
		kernel(a)
	}
}

// covers reports whether every input is in exactly one window, and the kernel writes all of them.
func (p *Pool) covers() bool {
	return p.Stride == p.Size && p.Out.H*p.Size == p.In.H && p.Out.W*p.Size == p.In.W
}

//go:norace
func (p *Pool) gradient(dy, y []float32, chosen []uint8, dx []float32) {
	c, row := p.In.C, p.In.Row()
	var place [256]int
	for k := range p.Size * p.Size {
		place[k] = k/p.Size*row + k%p.Size*c
	}
	for oy := range p.Out.H {
		for ox := range p.Out.W {
			at := p.Out.Origin() + oy*p.Out.Row() + ox*c
			from := dy[at:][:c]
			which := chosen[(oy*p.Out.W+ox)*p.chosenStep():][:c]
			to := dx[p.In.Origin()+oy*p.Stride*row+ox*p.Stride*c:]
			for i, v := range from {
				if y == nil || y[at+i] != 0 {
					to[place[which[i]]+i] += v
				}
			}
		}
	}
}
