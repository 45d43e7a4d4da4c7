package figure

import (
	"image/color"
	"sync"

	"gonum.org/v1/plot/palette"
	"gonum.org/v1/plot/palette/moreland"
)

// The diverging palette's indices: transparent, then 255 colours from the most
// negative over zero to the most positive.
const (
	divergingZero = 128
	divergingHalf = 127 // colours on either side of zero
)

// divergingControls are dark to light: two blues, a gray blue and gray on the
// side of negative values; gray, tan, orange and pale yellow on the other.
var divergingControls = [2][]color.Color{
	{color.NRGBA{12, 30, 112, 255}, color.NRGBA{25, 80, 200, 255}, color.NRGBA{80, 115, 170, 255}, neutral},
	{neutral, color.NRGBA{200, 135, 90, 255}, color.NRGBA{245, 165, 70, 255}, color.NRGBA{255, 236, 160, 255}},
}

// neutral stands for zero, in the middle of black and white.
var neutral = color.NRGBA{128, 128, 128, 255}

// diverging returns the palette of weights. Blue is negative, a neutral middle
// gray is zero, orange is positive; and who sees no colours sees the order,
// since lightness rises evenly from the one end to the other (Kenneth Moreland,
// "Why We Use Bad Color Maps and What You Can Do About It", 2016, DOI
// 10.2352/ISSN.2470-1173.2016.16.HVEI-133).
var diverging = sync.OnceValue(func() color.Palette {
	negative, positive := luminance(divergingControls[0]), luminance(divergingControls[1])
	p := color.Palette{color.NRGBA{}}
	for i := range divergingHalf {
		p = append(p, at(negative, float64(i)/divergingHalf))
	}
	p = append(p, neutral)
	for i := range divergingHalf {
		p = append(p, at(positive, float64(i+1)/divergingHalf))
	}
	return p
})

// luminance returns a map of 0 to 1 whose CIE lightness rises evenly through
// the controls.
func luminance(controls []color.Color) palette.ColorMap {
	m, err := moreland.NewLuminance(controls)
	if err != nil {
		panic(err) // every list of controls is a constant that ascends
	}
	m.SetMax(1)
	return m
}

// at returns the colour of a value in 0..1, rounded to bytes.
func at(m palette.ColorMap, v float64) color.NRGBA {
	c, err := m.At(v)
	if err != nil {
		panic(err) // v is in the range that was set
	}
	r, g, b, _ := c.RGBA()
	round := func(v uint32) uint8 { return uint8((v + 128) / 257) }
	return color.NRGBA{round(r), round(g), round(b), 255}
}

// DivergingStops returns n colours, at least 3 and odd so that zero is one of
// them (another n is raised to that), as CSS writes them, evenly spaced from the
// most negative value over zero to the most positive: what a page needs to draw
// the scale of Filters and Signed.
func DivergingStops(n int) []string {
	n = max(n, 3) | 1
	stops := make([]string, n)
	for i := range stops {
		level := (2*i*divergingHalf + (n-1)/2) / (n - 1)
		stops[i] = hex(diverging()[1+level].(color.NRGBA))
	}
	return stops
}

// The first indices of the palettes of gray pictures: transparent, the hatch of
// dead units, then either grays or, in a picture with labels, the labels'
// colours and then grays.
const (
	grayHatch  = 1
	labelFirst = 2
)

// hatchColor is seen, and stays quiet, on light and on dark pages.
var hatchColor = color.NRGBA{R: 128, G: 128, B: 128, A: 140}

// A grayscale is a palette whose last colours go from black to white, as many
// as a byte has room for.
type grayscale struct {
	palette color.Palette
	index   [256]uint8 // of a byte's gray
}

var (
	plainGray    = sync.OnceValue(func() *grayscale { return newGrayscale() })
	labelledGray = sync.OnceValue(func() *grayscale { return newGrayscale(labelColors[:]...) })
)

func newGrayscale(others ...color.NRGBA) *grayscale {
	s := &grayscale{palette: color.Palette{color.NRGBA{}, hatchColor}}
	for _, c := range others {
		s.palette = append(s.palette, c)
	}
	first := len(s.palette)
	last := 255 - first
	for i := range last + 1 {
		v := uint8((i*255 + last/2) / last)
		s.palette = append(s.palette, color.NRGBA{v, v, v, 255})
	}
	for v := range s.index {
		s.index[v] = uint8(first + (v*last+127)/255)
	}
	return s
}
