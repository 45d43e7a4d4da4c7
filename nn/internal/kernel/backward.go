package kernel

import "unsafe"

// cover cuts a window of rows x all vectors into parts for which there are kernels, so that their loops take the least time per entry.
func (t *vectors) cover(rows, all, floats int) []part {
	var best []part
	least := 0.0
	for _, k := range t.windows {
		if k.rows > rows || k.vectors > all {
			continue
		}
		var parts []part
		cost := 0.0
		for v := 0; v < all; {
			vectors := t.largest(1, min(k.vectors, all-v)).vectors
			for r := 0; r < rows; {
				part := part{row: r, column: v * t.lanes, last: t.lanes}
				fit := t.largest(min(k.rows, rows-r), vectors)
				part.run = fit.run
				if v+vectors == all {
					part.last = floats - (all-1)*t.lanes
				}
				parts = append(parts, part)
				cost += 3 + max(4, float64(fit.rows*vectors+1)/2)
				r += fit.rows
			}
			v += vectors
		}
		if best == nil || cost < least {
			best, least = parts, cost
		}
	}
	return best
}

// largest is the kernel with the most vectors, then the most rows, that is not larger than asked for.
func (t *vectors) largest(rows, vectors int) windowKernel {
	var best windowKernel
	for _, k := range t.windows {
		if k.rows <= rows && k.vectors <= vectors && (k.vectors > best.vectors || k.vectors == best.vectors && k.rows > best.rows) {
			best = k
		}
	}
	return best
}

// PackBackward implements Convolution.
//
//go:norace
func (c *vectorConv) PackBackward(w []float32) {
	row := c.FilterW * c.In.C
	if c.turned == nil {
		c.turned = Aligned(c.Out.C * c.FilterH * c.width)
	}
	outC := c.Out.C
	for kh := range c.FilterH {
		for t := range row {
			from := w[(kh*row+t)*outC:][:outC]
			to := c.turned[kh*c.width+t:]
			for oc, v := range from {
				to[oc*c.FilterH*c.width] = v
			}
		}
	}
}

// GradientLen implements Convolution: [outC][filterH][width], then [outC] for the bias; or, where outer products make it,
// [filterH*filterW*inC][outC], then [outC].
func (c *vectorConv) GradientLen() int {
	if c.outer != nil {
		return (c.FilterH*c.FilterW*c.In.C + 1) * c.t.roundUp(c.Out.C)
	}
	return c.Out.C*c.FilterH*c.width + c.t.roundUp(c.Out.C)
}

// UnpackGradient implements Convolution.
//
//go:norace
func (c *vectorConv) UnpackGradient(acc []float32, scale float32, dw, db []float32) {
	row := c.FilterW * c.In.C
	outC := c.Out.C
	step := c.FilterH * c.width // from channel to channel
	if c.outer != nil {
		step = 1
	}
	for kh := range c.FilterH {
		for t := range row {
			to := dw[(kh*row+t)*outC:][:outC]
			from := acc[kh*c.width+t:]
			if c.outer != nil {
				from = acc[(kh*row+t)*c.t.roundUp(outC):]
			}
			for oc := range to {
				to[oc] = scale * from[oc*step]
			}
		}
	}
	for oc, v := range acc[len(acc)-c.t.roundUp(outC):][:outC] {
		db[oc] = scale * v
	}
}

// pixels are output pixels in rows, and where their windows are.
type pixels struct {
	h, w     int
	row      int // floats from row to row in the input
	step     int // floats from pixel to pixel in the input
	dyRow    int // and in the output
	dyStep   int
	dyOrigin int
}

// Backward implements Convolution.
func (c *vectorConv) Backward(x, dy, acc, dx []float32, n int) {
	if dx != nil {
		clear(dx[:n*c.In.Len()])
	}
	if c.single() {
		p := pixels{h: 1, w: n, step: c.In.Len(), dyStep: c.Out.Len(), dyOrigin: c.Out.Origin()}
		c.backward(x, dy, acc, dx, p)
		return
	}
	p := pixels{
		h: c.Out.H, w: c.Out.W, row: c.Stride * c.In.Row(), step: c.Stride * c.In.C,
		dyRow: c.Out.Row(), dyStep: c.Out.C, dyOrigin: c.Out.Origin(),
	}
	for i := range n {
		var to []float32
		if dx != nil {
			to = dx[i*c.In.Len():]
		}
		c.backward(x[i*c.In.Len():], dy[i*c.Out.Len():], acc, to, p)
	}
}

func (c *vectorConv) backward(x, dy, acc, dx []float32, p pixels) {
	switch {
	case acc == nil:
	case c.outer != nil:
		c.outerProducts(x, dy[p.dyOrigin:], acc, p)
		if dx == nil {
			return
		}
	default:
		c.biasGradient(dy[p.dyOrigin:], acc[c.Out.C*c.FilterH*c.width:], p)
	}
	for channel := 0; channel < c.Out.C; channel += c.part {
		channels := min(c.part, c.Out.C-channel)
		c.list(dy[p.dyOrigin+channel:], channels, p)
		if dx != nil {
			c.inputGradient(c.turned[channel*c.FilterH*c.width:], dx, p)
		}
		if acc != nil && c.outer == nil {
			c.listByChannel(channels, p)
			c.weightGradient(x, acc[channel*c.FilterH*c.width:], channels)
		}
	}
}

// outerProducts adds the weight and bias gradients to acc without lists: a small window is done before its lists were.
func (c *vectorConv) outerProducts(x, dy, acc []float32, p pixels) {
	const most = 1 << 12 // pixels for one call, which then takes some microseconds
	a := &c.s.outer
	a.xStep, a.dyStep, a.pixels = uintptr(4*p.step), uintptr(4*p.dyStep), uintptr(p.w)
	a.xLine, a.dyLine = uintptr(4*(p.row-p.w*p.step)), uintptr(4*(p.dyRow-p.w*p.dyStep))
	a.srcRow, a.dstStep = uintptr(4*c.In.Row()), uintptr(4*c.t.roundUp(c.Out.C))
	lines := max(1, most/p.w)
	for channel := 0; channel < c.Out.C; channel += c.t.lanes {
		a.mask, a.dst = mask(min(c.t.lanes, c.Out.C-channel)), at(acc, channel)
		for y := 0; y < p.h; y += lines {
			a.x, a.dy = at(x, y*p.row), at(dy, y*p.dyRow+channel)
			a.lines = uintptr(min(lines, p.h-y))
			c.outer.run(a)
		}
	}
}

func (c *vectorConv) biasGradient(dy, sum []float32, p pixels) {
	a := &c.s.columns
	a.step, a.n = uintptr(4*p.dyStep), uintptr(p.w)
	for channel := 0; channel < c.Out.C; channel += c.t.lanes {
		a.sum, a.mask = at(sum, channel), mask(min(c.t.lanes, c.Out.C-channel))
		for y := range p.h {
			a.x = at(dy, y*p.dyRow+channel)
			c.t.columns(a)
		}
	}
}

// list lists the gradients that are not zero by pixel.
func (c *vectorConv) list(dy []float32, channels int, p pixels) {
	a := &c.s.compress
	a.step, a.pixels = uintptr(4*p.dyStep), uintptr(p.w)
	full := (channels - 1) / c.t.lanes
	a.full, a.mask = uintptr(full), mask(channels-full*c.t.lanes)
	a.values, a.places = at(c.s.values, 0), at(c.s.places, 0)
	a.order, a.front = unsafe.Pointer(&counting), unsafe.Pointer(&toFront)
	a.n, a.pixelPlaces = 0, at(c.s.pixelPlaces, 0)
	a.advance = uintptr(p.step)
	for y := range p.h {
		a.x, a.first, a.place = at(dy, y*p.dyRow), at(c.s.first, y*p.w), uintptr(y*p.row)
		c.t.compress(a)
	}
}

// inputGradient adds every listed gradient times its channel's weights to its window of dx.
func (c *vectorConv) inputGradient(turned, dx []float32, p pixels) {
	a := &c.s.window
	a.values, a.places = at(c.s.values, 0), at(c.s.places, 0)
	a.srcStep, a.srcRow = uintptr(4*c.FilterH*c.width), uintptr(4*c.width)
	a.dstStep, a.dstRow = uintptr(4*p.step), uintptr(4*c.In.Row())
	for i := range c.windows {
		part := &c.windows[i]
		a.mask = mask(part.last)
		a.src = at(turned, part.row*c.width+part.column)
		for y := range p.h {
			a.from, a.to = at(c.s.first, y*p.w), at(c.s.first, y*p.w+1)
			a.dst = at(dx, y*p.row+part.row*c.In.Row()+part.column)
			a.n = uintptr(p.w)
			part.run(a)
		}
	}
}

// listByChannel lists the same gradients by channel, with places in the input.
func (c *vectorConv) listByChannel(channels int, p pixels) {
	for i := range channels {
		c.s.from[i] = int32(i * p.h * p.w)
		c.s.to[i] = c.s.from[i]
	}
	a := &c.s.sort
	a.toValues, a.toPlaces = at(c.s.channelValues, 0), at(c.s.channelPlaces, 0)
	a.next = at(c.s.to, 0)
	all := int(c.s.compress.n)
	for i := 0; i < all; i += longest {
		a.values, a.places, a.pixelPlaces = at(c.s.values, i), at(c.s.places, i), at(c.s.pixelPlaces, i)
		a.n = uintptr(min(longest, all-i))
		c.t.sort(a)
	}
}

// longest is about how many entries a call may handle, so that it takes less than 100 µs: assembly cannot be interrupted.
const longest = 1 << 14

// weightGradient adds every listed gradient times its window of x to its channel's weight gradient.
func (c *vectorConv) weightGradient(x, acc []float32, channels int) {
	a := &c.s.window
	a.values, a.places = at(c.s.channelValues, 0), at(c.s.channelPlaces, 0)
	a.srcStep, a.srcRow = 4, uintptr(4*c.In.Row())
	a.dstStep, a.dstRow = uintptr(4*c.FilterH*c.width), uintptr(4*c.width)
	a.mask = mask(c.t.lanes)
	for from := 0; from < channels; {
		to, entries := from, 0
		for to < channels && (to == from || entries < longest) {
			entries += int(c.s.to[to] - c.s.from[to])
			to++
		}
		a.from, a.to = at(c.s.from, from), at(c.s.to, from)
		for i := range c.windows {
			part := &c.windows[i]
			a.src = at(x, part.row*c.In.Row()+part.column)
			a.dst = at(acc, (from*c.FilterH+part.row)*c.width+part.column)
			a.n = uintptr(to - from)
			part.run(a)
		}
		from = to
	}
}
