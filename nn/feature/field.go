package feature

import "filterscope/nn"

// ReceptiveField is the part of the input that the units of a layer see: the unit in row y and column x of the layer's
// output sees the SizeH x SizeW pixels from row StartY + y*JumpH and column StartX + x*JumpW. They can lie outside
// the image, where the layers pad with zeros. At the image's border a unit can see less of it, where a deeper layer's filter
// lies in that layer's own padding. See Dumoulin and Visin 2016, "A guide to convolution arithmetic for deep learning".
type ReceptiveField struct {
	SizeH, SizeW   int
	JumpH, JumpW   int
	StartY, StartX int
}

// Field is the receptive field of a layer, an index in a.Layers; -1 is the input.
func Field(a *nn.Architecture, layer int) ReceptiveField {
	f := ReceptiveField{SizeH: 1, SizeW: 1, JumpH: 1, JumpW: 1}
	for i := range a.Layers[:layer+1] {
		switch l := &a.Layers[i]; l.Kind {
		case nn.Conv, nn.MaxPool:
			f.grow(l.FilterH, l.FilterW, l.Stride, l.Pad)
		case nn.Dense:
			f.grow(l.In.H, l.In.W, 1, 0)
		}
	}
	return f
}

func (f *ReceptiveField) grow(filterH, filterW, stride, pad int) {
	f.StartY -= pad * f.JumpH
	f.StartX -= pad * f.JumpW
	f.SizeH += (filterH - 1) * f.JumpH
	f.SizeW += (filterW - 1) * f.JumpW
	f.JumpH *= stride
	f.JumpW *= stride
}

// A Window is what pictures of a layer's units show of an image.
type Window struct {
	ReceptiveField // the layer's, or the whole image with no jumps

	Whole bool // the whole image: of dense layers, and where no receptive field lies wholly inside the image
	Y, X  int  // the place in the layer's output whose window is nearest to the middle of the image
}

// WindowOf is the window of a layer, an index in a.Layers.
func WindowOf(a *nn.Architecture, layer int) Window {
	f, out := Field(a, layer), a.Layers[layer].Out
	y, fitsH := central(f.StartY, f.JumpH, f.SizeH, out.H, a.Input.H)
	x, fitsW := central(f.StartX, f.JumpW, f.SizeW, out.W, a.Input.W)
	if fitsH && fitsW && !hasDense(a, layer) {
		return Window{f, false, y, x}
	}
	whole := ReceptiveField{SizeH: a.Input.H, SizeW: a.Input.W}
	return Window{whole, true, out.H / 2, out.W / 2}
}

func hasDense(a *nn.Architecture, layer int) bool {
	for _, l := range a.Layers[:layer+1] {
		if l.Kind == nn.Dense {
			return true
		}
	}
	return false
}

// central is the place whose window, in one dimension, is inside the image and nearest to its middle.
func central(start, jump, size, places, image int) (place int, ok bool) {
	nearest := 0
	for i := range places {
		first := start + i*jump
		if first < 0 || first+size > image {
			continue
		}
		off := 2*first + size - image
		if off < 0 {
			off = -off
		}
		if !ok || off < nearest {
			place, nearest, ok = i, off, true
		}
	}
	return place, ok
}
