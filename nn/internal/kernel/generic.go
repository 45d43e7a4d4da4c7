package kernel

// genericConv is a Convolution in plain Go.
type genericConv struct {
	Conv
	packed, flipped Packed
	sparse          *Sparse
}

func (c *genericConv) Pack(w []float32) { c.Conv.Pack(w, c.packed) }

func (c *genericConv) PackBackward(w []float32) {
	if c.flipped == nil {
		c.flipped = c.NewFlipped()
	}
	c.PackFlipped(w, c.flipped)
}

func (c *genericConv) Forward(x, b, y []float32, floor float32, n int) {
	for i := range n {
		out := y[i*c.Out.Len():]
		c.Conv.Forward(x[i*c.In.Len():], c.packed, b, out, c.sparse)
		raise(out, c.Out, floor)
	}
}

func (c *genericConv) Backward(x, dy, acc, dx []float32, n int) {
	for i := range n {
		out := dy[i*c.Out.Len():]
		if acc != nil {
			c.WeightGradient(x[i*c.In.Len():], out, c.Out, acc, c.sparse)
		}
		if dx != nil {
			c.InputGradient(out, c.Out, c.flipped, dx[i*c.In.Len():], c.In, c.sparse)
		}
	}
}
