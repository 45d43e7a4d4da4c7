package kernel

// PackedLen is the length of what Pack writes: [outC/Lanes, rounded up][filterH][filterW][inC][Lanes].
func (c *Conv) PackedLen() int { return roundUp(c.Out.C) * c.FilterH * c.FilterW * c.In.C }

// Pack lays weights [filterH][filterW][inC][outC] out for Forward. Lanes beyond outC are not written: they must be zero before.
//
//go:norace
func (c *Conv) Pack(w, packed []float32) {
	rows := c.FilterH * c.FilterW * c.In.C
	outC := c.Out.C
	for oc := 0; oc < outC; oc += Lanes {
		block := packed[oc*rows:][:rows*Lanes]
		lanes := min(Lanes, outC-oc)
		for t := range rows {
			copy(block[t*Lanes:][:lanes], w[t*outC+oc:])
		}
	}
}

// FlippedLen is the length of what PackFlipped writes: [inC/Lanes, rounded up][filterH][filterW][outC][Lanes].
func (c *Conv) FlippedLen() int { return roundUp(c.In.C) * c.FilterH * c.FilterW * c.Out.C }

// PackFlipped lays weights out for InputGradient: turned by 180 degrees, inputs and outputs exchanged. Lanes beyond inC are not written.
//
//go:norace
func (c *Conv) PackFlipped(w, packed []float32) {
	taps, inC, outC := c.FilterH*c.FilterW, c.In.C, c.Out.C
	for ic := range inC {
		lane := packed[ic/Lanes*Lanes*taps*outC+ic%Lanes:]
		for tap := range taps {
			from := w[((taps-1-tap)*inC+ic)*outC:][:outC]
			to := lane[tap*outC*Lanes:]
			for oc, v := range from {
				to[oc*Lanes] = v
			}
		}
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
