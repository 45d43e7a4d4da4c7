package kernel

// Packed are a convolution's weights as the inner loop reads them: blocks of Lanes output channels, one behind the other, so that
// what is read together lies together.
type Packed []quad

// quad is half of the Lanes weights of an input value.
type quad [Lanes / quads]float32

const quads = 2

// NewPacked makes room for Pack: [outC/Lanes, rounded up][filterH][filterW][inC][Lanes].
func (c *Conv) NewPacked() Packed {
	return make(Packed, roundUp(c.Out.C)/Lanes*c.FilterH*c.FilterW*c.In.C*quads)
}

// Pack lays weights [filterH][filterW][inC][outC] out for Forward. Lanes beyond outC stay zero.
func (c *Conv) Pack(w []float32, packed Packed) {
	rows, outC := c.FilterH*c.FilterW*c.In.C, c.Out.C
	for oc := range outC {
		packed.lane(oc, rows).fill(w[oc:], rows, outC)
	}
}

// NewFlipped makes room for PackFlipped: [inC/Lanes, rounded up][filterH][filterW][outC][Lanes].
func (c *Conv) NewFlipped() Packed {
	return make(Packed, roundUp(c.In.C)/Lanes*c.FilterH*c.FilterW*c.Out.C*quads)
}

// PackFlipped lays weights out for InputGradient: turned by 180 degrees, inputs and outputs exchanged. Lanes beyond inC stay zero.
func (c *Conv) PackFlipped(w []float32, packed Packed) {
	taps, inC, outC := c.FilterH*c.FilterW, c.In.C, c.Out.C
	for ic := range inC {
		l := packed.lane(ic, taps*outC)
		for tap := range taps {
			l.fill(w[((taps-1-tap)*inC+ic)*outC:], outC, 1)
			l.quads = l.quads[min(outC*quads, len(l.quads)):]
		}
	}
}

// lane is one output channel's place in packed weights.
type lane struct {
	quads []quad
	at    int
}

func (p Packed) lane(channel, rows int) lane {
	within := channel % Lanes
	return lane{p[channel/Lanes*rows*quads+within/len(quad{}):], within % len(quad{})}
}

// fill writes n weights that lie `step` apart in w.
//
//go:norace
func (l lane) fill(w []float32, n, step int) {
	for t := range n {
		l.quads[t*quads][l.at] = w[t*step]
	}
}

// UnpackGradient writes scale times the sums that WeightGradient collected to dw [filterH][filterW][inC][outC] and db [outC].
//
//go:norace
func (c *Conv) UnpackGradient(acc []float32, scale float32, dw, db []float32) {
	window := c.FilterW * c.In.C
	width, outC := roundUp(window), c.Out.C
	for oc := range outC {
		for kh := range c.FilterH {
			from := acc[(oc*c.FilterH+kh)*width:][:window]
			to := dw[kh*window*outC+oc:]
			for t, v := range from {
				to[t*outC] = scale * v
			}
		}
	}
	for oc, v := range acc[outC*c.FilterH*width:][:outC] {
		db[oc] = scale * v
	}
}
