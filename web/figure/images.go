package figure

import (
	"fmt"
	"math"
)

// An ImageBank is one image per unit.
type ImageBank struct {
	H, W, C int
	// Units has for each unit H*W*C values from 0, black, to 1, white, [H][W][C].
	// A unit whose image is nil is dead.
	Units [][]float32
}

// Images draws one tile per unit, its image, one pixel per pixel, in gray, in
// colour, or with its channels side by side, as Patches does. A dead unit's tile
// is hatched. Values below 0 are drawn as 0, those above 1 as 1.
//
// It is an error if an image does not have H*W*C values or one is NaN or
// infinite.
func Images(b ImageBank) (Grid, error) {
	m := mosaic{h: b.H, w: b.W, c: b.C, perUnit: 1, one: "image", many: "images"}
	units := make([][][]float32, len(b.Units))
	for u, values := range b.Units {
		if values != nil {
			units[u] = [][]float32{values}
		}
	}
	if err := checkMosaic(m, units); err != nil {
		return Grid{}, err
	}
	for u, values := range b.Units {
		for i, v := range values {
			if _, ok := magnitude(v); !ok {
				return Grid{}, fmt.Errorf("figure: value %d of unit %d's image is %v; only finite values can be drawn", i, u, v)
			}
		}
	}
	g := m.grid(len(units))
	g.Max = 1
	if b.C == 3 {
		return g, g.encode(drawColour(m, g, units, func(int, int) func(float32) uint8 { return brightness }))
	}
	tones := plainGray()
	return g, g.encode(drawPaletted(m, g, tones.palette, grayHatch, units, func(int, int) func(float32) uint8 {
		return func(v float32) uint8 { return tones.index[brightness(v)] }
	}))
}

// brightness is the byte of a value in 0..1.
func brightness(v float32) uint8 {
	return uint8(math.Round(float64(min(max(v, 0), 1)) * 255))
}
