package kernel

import "math"

// Pool is the geometry of a max-pool: windows of Size x Size pixels, Stride apart; windows that do not fit whole are left out.
// Size is at most 15, so that a place in a window fits a byte.
type Pool struct {
	In, Out      Map
	Size, Stride int
}

// Forward writes each window's maximum to y and its place in the window (ky*Size+kx) to chosen [outH][outW][C].
// The first maximum wins; the first NaN of a window wins over all numbers.
//
//go:norace
func (p *Pool) Forward(x, y []float32, chosen []uint8) {
	c, row := p.In.C, p.In.Row()
	for oy := range p.Out.H {
		for ox := range p.Out.W {
			from := x[p.In.Origin()+oy*p.Stride*row+ox*p.Stride*c:]
			to := y[p.Out.Origin()+oy*p.Out.Row()+ox*c:][:c]
			which := chosen[(oy*p.Out.W+ox)*c:][:c]
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

// Gradient writes to dx the sum of the gradients of all windows that chose a value.
//
//go:norace
func (p *Pool) Gradient(dy []float32, dyMap Map, chosen []uint8, dx []float32, dxMap Map) {
	c, row := p.In.C, dxMap.Row()
	for y := range p.In.H {
		clear(dx[dxMap.Origin()+y*row:][:p.In.W*c])
	}
	var place [256]int
	for k := range p.Size * p.Size {
		place[k] = k/p.Size*row + k%p.Size*c
	}
	for oy := range p.Out.H {
		for ox := range p.Out.W {
			from := dy[dyMap.Origin()+oy*dyMap.Row()+ox*c:][:c]
			which := chosen[(oy*p.Out.W+ox)*c:][:c]
			to := dx[dxMap.Origin()+oy*p.Stride*row+ox*p.Stride*c:]
			for i, v := range from {
				to[place[which[i]]+i] += v
			}
		}
	}
}
