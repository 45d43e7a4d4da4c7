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
		s.grow(max(in, h*w), max(in*c.In.C, out), c.Out.C)
	}
	return s
}

// Forward computes y from x. packed comes from Pack, b is [outC].
func (c *Conv) Forward(x, packed, b, y []float32, s *Sparse) {
	s.rows(x, c.In)
	for oc := 0; oc < c.Out.C; oc += Lanes {
		block := packed[oc*c.FilterH*c.FilterW*c.In.C:][:Lanes*c.FilterH*c.FilterW*c.In.C]
		correlate(s, c.FilterH, c.FilterW, c.In.C, c.Stride, block, b, y, c.Out, oc)
	}
}

// InputGradient computes dx, laid out as m without what the border holds, from the output gradient dy. packed comes from PackFlipped.
func (c *Conv) InputGradient(dy []float32, dyMap Map, packed, dx []float32, dxMap Map, s *Sparse) {
	h, w := c.spreadSize()
	s.spread(dy, dyMap, c.Stride, c.FilterH-1-c.In.Border, c.FilterW-1-c.In.Border, h, w)
	for ic := 0; ic < c.In.C; ic += Lanes {
		block := packed[ic*c.FilterH*c.FilterW*c.Out.C:][:Lanes*c.FilterH*c.FilterW*c.Out.C]
		correlate(s, c.FilterH, c.FilterW, c.Out.C, 1, block, nil, dx, dxMap, ic)
	}
}

// spreadSize is the size of the map that InputGradient runs over.
func (c *Conv) spreadSize() (h, w int) { return c.In.H + c.FilterH - 1, c.In.W + c.FilterW - 1 }

// correlate computes channels oc, oc+1, … (up to Lanes) of all pixels of y from a sparse map and a packed block of weights.
//
//go:norace
func correlate(s *Sparse, filterH, filterW, inC, stride int, block, b, y []float32, m Map, oc int) {
	lanes := min(Lanes, m.C-oc)
	var start, sum [Lanes]float32
	if b != nil {
		copy(start[:lanes], b[oc:])
	}
	entries, first := s.entries, s.first
	filterRow := filterW * inC * Lanes
	for oy := range m.H {
		out := y[m.Origin()+oy*m.Row()+oc:]
		for ox := range m.W {
			a0, a1, a2, a3, a4, a5, a6, a7 := start[0], start[1], start[2], start[3], start[4], start[5], start[6], start[7]
			pixel := oy*stride*s.width + ox*stride
			base := -ox * stride * inC * Lanes
			for range filterH {
				for _, e := range entries[first[pixel]:first[pixel+filterW]] {
					w := (*[Lanes]float32)(block[base+int(e.at):])
					v := e.value
					a0 += float32(v * w[0])
					a1 += float32(v * w[1])
					a2 += float32(v * w[2])
					a3 += float32(v * w[3])
					a4 += float32(v * w[4])
					a5 += float32(v * w[5])
					a6 += float32(v * w[6])
					a7 += float32(v * w[7])
				}
				pixel += s.width
				base += filterRow
			}
			if lanes == Lanes {
				o := (*[Lanes]float32)(out[ox*m.C:])
				o[0], o[1], o[2], o[3], o[4], o[5], o[6], o[7] = a0, a1, a2, a3, a4, a5, a6, a7
			} else {
				sum = [Lanes]float32{a0, a1, a2, a3, a4, a5, a6, a7}
				copy(out[ox*m.C:], sum[:lanes])
			}
		}
	}
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

// gather adds value * x[at+j] of every entry to acc[j]. len(acc) is a multiple of Lanes.
//
//go:norace
func gather(list []entry, x, acc []float32) {
	for j := 0; j < len(acc); j += Lanes {
		a := (*[Lanes]float32)(acc[j:])
		xs := x[j:]
		a0, a1, a2, a3, a4, a5, a6, a7 := a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]
		for _, e := range list {
			w := (*[Lanes]float32)(xs[e.at:])
			v := e.value
			a0 += float32(v * w[0])
			a1 += float32(v * w[1])
			a2 += float32(v * w[2])
			a3 += float32(v * w[3])
			a4 += float32(v * w[4])
			a5 += float32(v * w[5])
			a6 += float32(v * w[6])
			a7 += float32(v * w[7])
		}
		a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7] = a0, a1, a2, a3, a4, a5, a6, a7
	}
}
