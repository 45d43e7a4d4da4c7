package figure

import "image/color"

// labelColors were searched for, so that the two nearest of them are as far
// apart as possible for people with all kinds of colour vision: at least 0.125
// in Oklab under full protanopia, deuteranopia and tritanopia (Machado, Oliveira
// and Fernandes, 2009), where Petroff's ten colours reach 0.06. Each has a
// contrast of at least 3 with black and is no gray, as pixels are. Digits that
// are easily confused have colours that differ much.
var labelColors = [10]color.NRGBA{
	{0x82, 0xbf, 0xff, 255}, // sky
	{0xcb, 0x72, 0x0a, 255}, // orange
	{0x12, 0xa0, 0x9d, 255}, // teal
	{0xfa, 0xed, 0x08, 255}, // yellow
	{0xb5, 0x02, 0x37, 255}, // crimson
	{0x84, 0x04, 0xe0, 255}, // violet
	{0xc4, 0xbb, 0x74, 255}, // khaki
	{0x76, 0xfa, 0xe7, 255}, // aqua
	{0x00, 0x65, 0x85, 255}, // petrol
	{0xa6, 0x72, 0xf7, 255}, // lavender
}

// LabelColor returns the colour of a label, which must not be negative. After
// ten labels the colours repeat.
func LabelColor(label int) color.NRGBA { return labelColors[label%len(labelColors)] }

// LabelColors returns the colours of the labels 0 to 9 as CSS writes them.
func LabelColors() []string {
	css := make([]string, len(labelColors))
	for i, c := range labelColors {
		css[i] = hex(c)
	}
	return css
}
