package figure

import (
	"image/color"
	"sync"

	"gonum.org/v1/plot/palette/moreland"
)

// The diverging palette's indices: transparent, then 255 colours from the most
// negative over zero to the most positive.
const (
	divergingZero = 128
	divergingHalf = 127 // colours on either side of zero
)

// diverging returns the palette of weights: blue for negative, a neutral light
// gray for zero, red for positive, with even steps of perceived difference. It
// is the cool to warm map of Kenneth Moreland, "Diverging Color Maps for
// Scientific Visualization", 2009, DOI 10.1007/978-3-642-10520-3_9.
var diverging = sync.OnceValue(func() color.Palette {
	cool := color.NRGBA{R: 59, G: 76, B: 192, A: 255}
	warm := color.NRGBA{R: 180, G: 4, B: 38, A: 255}
	m := moreland.NewSmoothDiverging(cool, warm, 88)
	m.SetMin(-divergingHalf)
	m.SetMax(divergingHalf)
	p := color.Palette{color.NRGBA{}}
	for i := -divergingHalf; i <= divergingHalf; i++ {
		c, err := m.At(float64(i))
		if err != nil {
			panic(err) // i is in the range that was set
		}
		p = append(p, color.NRGBAModel.Convert(c))
	}
	p[divergingZero] = color.NRGBA{R: 221, G: 221, B: 221, A: 255}
	return p
})

// The gray palette's indices: transparent, the hatch of dead units, then
// grayLevels from black to white. Two of a byte's 256 levels are given up for
// the first two.
const (
	grayHatch  = 1
	grayBlack  = 2
	grayLevels = 254
)

// hatchColor is seen, and stays quiet, on light and on dark pages.
var hatchColor = color.NRGBA{R: 128, G: 128, B: 128, A: 140}

var gray = sync.OnceValue(func() color.Palette {
	p := color.Palette{color.NRGBA{}, hatchColor}
	for i := range grayLevels {
		v := uint8((i*255 + (grayLevels-1)/2) / (grayLevels - 1))
		p = append(p, color.NRGBA{R: v, G: v, B: v, A: 255})
	}
	return p
})

// grayIndex maps a byte to the palette index of its gray.
func grayIndex(v byte) uint8 {
	return uint8(grayBlack + (int(v)*(grayLevels-1)+127)/255)
}
