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
