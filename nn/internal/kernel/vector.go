package kernel

import "unsafe"

// vectorConv is a Convolution on a table's assembly.
type vectorConv struct {
	Conv
	t *vectors
	s *scratch

	blocks []block   // of output channels
	group  int       // pixels that a tile handles side by side
	packed []float32 // [block][filterH][filterW*inC][the block's channels]

	width   int       // floats of a window's row, rounded up to whole vectors
	turned  []float32 // [outC][filterH][width]
	windows []part
	outer   *outerKernel // if there is one for a window as small as this
	part    int          // output channels whose weights fit the fastest cache
}

// block is a part of the output channels, whose sums tiles keep in registers.
type block struct {
	channel, vectors int
	weights          int // where its weights start in packed
	last             int // channels in its last vector
}

// part is a part of the window that is summed in registers.
type part struct {
	run         func(*windowArgs)
	row, column int // where it starts
	last        int // channels in its last vector
}

// scratch is memory that convolutions use one after the other.
type scratch struct {
	tile     tileArgs
	window   windowArgs
	compress compressArgs
	sort     sortArgs
	columns  columnsArgs
	outer    outerArgs

	values, channelValues []float32
	places, channelPlaces []int32
	pixelPlaces           []int32
	first                 []int32 // per pixel
	from, to              []int32 // per channel
}

func newScratch(t *vectors, convs []Conv) *scratch {
	s := &scratch{}
	pixels, channels, values := 0, 0, 0
	for _, c := range convs {
		n := c.pixels()
		pixels, channels, values = max(pixels, n), max(channels, c.Out.C), max(values, n*c.Out.C)
	}
	s.values, s.channelValues = make([]float32, values+widest), make([]float32, values)
	s.places, s.channelPlaces = make([]int32, values+widest), make([]int32, values)
	s.pixelPlaces = make([]int32, values+widest)
	s.first = make([]int32, pixels+1)
	s.from, s.to = make([]int32, channels), make([]int32, channels)
	return s
}

// single reports whether there is only one output pixel. Then the pixels that the kernels work on side by side are those of several images.
func (c *Conv) single() bool { return c.Out.H*c.Out.W == 1 }

// pixels is how many output pixels Backward lists together.
func (c *Conv) pixels() int {
	if c.single() {
		return Together
	}
	return c.Out.H * c.Out.W
}

func newVectorConv(t *vectors, c Conv, s *scratch) *vectorConv {
	v := &vectorConv{Conv: c, t: t, s: s}
	v.plan()
	v.width = t.roundUp(c.FilterW * c.In.C)
	v.windows = t.cover(c.FilterH, v.width/t.lanes, c.FilterW*c.In.C)
	for i := range t.outers {
		if o := &t.outers[i]; !c.single() && o.rows == c.FilterH && o.taps == c.FilterW*c.In.C {
			v.outer = o
		}
	}
	const cache = 40 << 10 / 4
	v.part = max(t.lanes, cache/(c.FilterH*v.width)/t.lanes*t.lanes)
	return v
}

func (t *vectors) roundUp(n int) int { return (n + t.lanes - 1) / t.lanes * t.lanes }

// plan cuts the output channels into blocks and rows into groups.
func (c *vectorConv) plan() {
	taps := c.FilterH * c.FilterW * c.In.C
	most := 0
	for most < len(c.t.tiles) && c.t.tiles[most][0].groups > 0 {
		most++
	}
	all := c.t.roundUp(c.Out.C) / c.t.lanes
	for v := 0; v < all; {
		n := min(most, all-v)
		if all-v == most+1 && most > 2 {
			n-- // not a single one at the end
		}
		b := block{channel: v * c.t.lanes, vectors: n, weights: v * c.t.lanes * taps}
		b.last = min(c.t.lanes, c.Out.C-b.channel-(n-1)*c.t.lanes)
		c.blocks = append(c.blocks, b)
		v += n
	}
	c.packed = Aligned(all * c.t.lanes * taps)
	c.group = 1
	widestBlock := c.blocks[0].vectors
	best := c.Out.W * 100
	for n := 1; n <= min(7, c.Out.W); n++ {
		if k := c.t.tiles[widestBlock-1][n-1]; k.groups > 0 {
			groups := (c.Out.W + n - 1) / n
			if cost := groups * (n + 1); cost <= best {
				best, c.group = cost, n
			}
		}
	}
}

// Pack implements Convolution.
//
//go:norace
func (c *vectorConv) Pack(w []float32) {
	outC := c.Out.C
	for _, b := range c.blocks {
		wide := b.vectors * c.t.lanes
		lanes := min(wide, outC-b.channel)
		to := c.packed[b.weights:]
		for from := b.channel; from < len(w); from += outC {
			copy(to[:lanes], w[from:])
			to = to[wide:]
		}
	}
}

// Forward implements Convolution.
func (c *vectorConv) Forward(x, b, y []float32, floor float32, n int) {
	a := &c.s.tile
	a.row = uintptr(4 * (c.In.Row() - c.FilterW*c.In.C))
	a.rows, a.taps = uintptr(c.FilterH), uintptr(c.FilterW*c.In.C)
	a.floor = floor
	if c.single() {
		a.step, a.yStep = uintptr(4*c.In.Len()), uintptr(4*c.Out.Len())
		for i := 0; i < n; {
			images := min(8, n-i)
			for images > 1 && c.t.tiles[c.blocks[0].vectors-1][images-1].groups == 0 {
				images--
			}
			c.tiles(x[i*c.In.Len():], b, y[i*c.Out.Len():], images, 1, images)
			i += images
		}
		return
	}
	a.step, a.yStep = uintptr(4*c.Stride*c.In.C), uintptr(4*c.Out.C)
	for i := range n {
		c.tiles(x[i*c.In.Len():], b, y[i*c.Out.Len():], c.group, c.Out.H, c.Out.W)
	}
}

// tiles computes rows of w pixels, in groups that side by side fill a row. The last group overlaps the one before if it has to.
func (c *vectorConv) tiles(x, b, y []float32, group, h, w int) {
	a := &c.s.tile
	for _, block := range c.blocks {
		a.w, a.start, a.mask = at(c.packed, block.weights), at(b, block.channel), mask(block.last)
		k := c.t.tiles[block.vectors-1][group-1]
		from, to := at(x, 0), at(y, c.Out.Origin()+block.channel)
		fromRow, toRow := uintptr(4*c.Stride*c.In.Row()), uintptr(4*c.Out.Row())
		n, oy, p := 0, uintptr(0), uintptr(0)
		step, last := uintptr(group), uintptr(w-group)
		for groups := h * ((w + group - 1) / group); groups > 0; groups-- {
			a.x[n&3], a.y[n&3] = unsafe.Add(from, oy*fromRow+p*a.step), unsafe.Add(to, oy*toRow+p*a.yStep)
			if n++; n == k.groups {
				k.run(a)
				n = 0
			}
			if p == last {
				oy, p = oy+1, 0
			} else {
				p = min(p+step, last)
			}
		}
		if n > 0 {
			for i := n; i < k.groups; i++ {
				a.x[i], a.y[i] = a.x[0], a.y[0]
			}
			k.run(a)
		}
	}
	a.start = nil // belongs to the caller
}
