package kernel

// Conv is the geometry of a convolution: y[oy][ox][oc] = b[oc] + sum x[oy*Stride+kh][ox*Stride+kw][ic] * w[kh][kw][ic][oc],
// x counted from its border's corner. In.Border is the padding.
type Conv struct {
	In, Out          Map
	FilterH, FilterW int
	Stride           int
}

// NewSparse returns scratch memory for these convolutions' kernels.
func NewSparse(convs []Conv) *Sparse {
	s := &Sparse{}
	for _, c := range convs {
		in := (c.In.H + 2*c.In.Border) * (c.In.W + 2*c.In.Border)
		h, w := c.spreadSize()
		out := c.Out.H * c.Out.W * c.Out.C
		taps := c.FilterH * c.FilterW
		seen := max(min(tile, c.Out.W)*min(taps, in)*c.In.C, min(tile, c.In.W)*min(taps, c.Out.H*c.Out.W)*c.Out.C)
		s.grow(max(in, h*w), max(in*c.In.C, out), c.Out.C, seen)
	}
	return s
}

// Forward computes y from x. packed comes from Pack, b is [outC].
func (c *Conv) Forward(x []float32, packed Packed, b, y []float32, s *Sparse) {
	s.rows(x, c.In)
	correlate(s, window{c.FilterH, c.FilterW, c.In.C, c.Stride}, packed, b, y, c.Out)
}

// InputGradient computes dx from the output gradient dy. packed comes from PackFlipped.
func (c *Conv) InputGradient(dy []float32, dyMap Map, packed Packed, dx []float32, dxMap Map, s *Sparse) {
	h, w := c.spreadSize()
	s.spread(dy, dyMap, c.Stride, c.FilterH-1-c.In.Border, c.FilterW-1-c.In.Border, h, w)
	correlate(s, window{c.FilterH, c.FilterW, c.Out.C, 1}, packed, nil, dx, dxMap)
}

// spreadSize is the size of the map that InputGradient runs over.
func (c *Conv) spreadSize() (h, w int) { return c.In.H + c.FilterH - 1, c.In.W + c.FilterW - 1 }

// window is what one output pixel sees: h x w pixels of c channels, `stride` pixels from its neighbour's.
type window struct{ h, w, c, stride int }

// correlate computes y, which has m.C channels, from a sparse map and packed weights; b may be nil. It handles a tile of pixels
// at a time, so that their windows stay in the fastest cache for all blocks of channels, and each block of weights for all pixels.
func correlate(s *Sparse, win window, packed Packed, b, y []float32, m Map) {
	rows := win.h * win.w * win.c * quads
	for oy := range m.H {
		for ox := 0; ox < m.W; ox += tile {
			pixels := min(tile, m.W-ox)
			s.see(win, oy*win.stride*s.width+ox*win.stride, pixels)
			for oc := 0; oc < m.C; oc += Lanes {
				out := y[m.Origin()+oy*m.Row()+ox*m.C+oc:]
				s.multiply(packed[oc/Lanes*rows:][:rows], b, out, pixels, oc, m.C)
			}
		}
	}
}

// multiply computes channels oc to oc+Lanes of a tile's pixels, which lie c floats apart in out.
func (s *Sparse) multiply(block []quad, b, out []float32, pixels, oc, c int) {
	var start [Lanes]float32
	lanes := min(Lanes, c-oc)
	if b != nil {
		copy(start[:lanes], b[oc:])
	}
	for p := range pixels {
		list := s.windows[s.starts[p]:s.starts[p+1]]
		if lanes == Lanes {
			multiply(list, block, &start, (*[Lanes]float32)(out[p*c:]))
			continue
		}
		var sum [Lanes]float32
		multiply(list, block, &start, &sum)
		copy(out[p*c:][:lanes], sum[:])
	}
}

// multiply sets sum to start plus value * the Lanes weights at block[at] of every entry. Looking up both halves of them apart is what
// keeps all sums in registers: the compiler moves no multiplication across the second bounds check.
//
//go:norace
func multiply(list []entry, block []quad, start, sum *[Lanes]float32) {
	a0, a1, a2, a3, a4, a5, a6, a7 := start[0], start[1], start[2], start[3], start[4], start[5], start[6], start[7]
	for i := range list {
		at, v := uint32(list[i].at), list[i].value
		w := &block[at]
		a0 += float32(v * w[0])
		a1 += float32(v * w[1])
		a2 += float32(v * w[2])
		a3 += float32(v * w[3])
		w = &block[at+1]
		a4 += float32(v * w[0])
		a5 += float32(v * w[1])
		a6 += float32(v * w[2])
		a7 += float32(v * w[3])
	}
	sum[0], sum[1], sum[2], sum[3], sum[4], sum[5], sum[6], sum[7] = a0, a1, a2, a3, a4, a5, a6, a7
}

// GradientLen is the number of floats that WeightGradient adds to: [outC][filterH][filterW*inC, rounded up to Lanes], then [outC] for the bias.
func (c *Conv) GradientLen() int { return c.Out.C * (c.FilterH*roundUp(c.FilterW*c.In.C) + 1) }

// WeightGradient adds one image's weight and bias gradients to acc. x is the input (readable Slack floats past its end), dy the output gradient.
func (c *Conv) WeightGradient(x, dy []float32, dyMap Map, acc []float32, s *Sparse) {
	room := s.channels(dy, dyMap, c.Stride*c.In.Row(), c.Stride*c.In.C)
	width := roundUp(c.FilterW * c.In.C)
	bias := acc[c.Out.C*c.FilterH*width:]
	for oc := range c.Out.C {
		list := s.lists[oc*room:][:s.count[oc]]
		if len(list) == 0 {
			continue
		}
		bias[oc] += total(list)
		for kh := range c.FilterH {
			gather(list, x[kh*c.In.Row():], acc[(oc*c.FilterH+kh)*width:][:width])
		}
	}
}

//go:norace
func total(list []entry) float32 {
	sum := float32(0)
	for _, e := range list {
		sum += e.value
	}
	return sum
}

// gather adds value * x[at+j] of every entry to acc[j]. len(acc) is a multiple of Lanes. Two bounds checks: see multiply.
//
//go:norace
func gather(list []entry, x, acc []float32) {
	for ; len(acc) >= Lanes; acc, x = acc[Lanes:], x[Lanes:] {
		sum := (*[Lanes]float32)(acc)
		a0, a1, a2, a3, a4, a5, a6, a7 := sum[0], sum[1], sum[2], sum[3], sum[4], sum[5], sum[6], sum[7]
		for _, e := range list {
			i := uint(uint32(e.at))
			v := e.value
			_ = x[i+3]
			a0 += float32(v * x[i])
			a1 += float32(v * x[i+1])
			a2 += float32(v * x[i+2])
			a3 += float32(v * x[i+3])
			_ = x[i+7]
			a4 += float32(v * x[i+4])
			a5 += float32(v * x[i+5])
			a6 += float32(v * x[i+6])
			a7 += float32(v * x[i+7])
		}
		sum[0], sum[1], sum[2], sum[3], sum[4], sum[5], sum[6], sum[7] = a0, a1, a2, a3, a4, a5, a6, a7
	}
}
