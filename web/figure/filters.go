package figure

import (
	"fmt"
	"image"
	"image/color"
)

const (
	filterGap   = 1 // pixels between tiles
	channelGap  = 1 // between the channels within a tile, with
	channelsGap = 3 // between tiles then
)

// A FilterBank is the weights of a convolution, [H][W][InC][OutC].
type FilterBank struct {
	H, W, InC, OutC int
	Weights         []float32
	PerUnit         bool // each filter has a scale of its own; false: all share one
}

// Filters draws the OutC filters of a convolution, one pixel per weight. The
// scale is symmetric, from -m to +m, where m is the largest magnitude: of all
// weights or, with PerUnit, of each filter's. Dark blue is negative, middle gray
// is zero, light orange is positive.
//
// Filters with three input channels are drawn as one tile in colour, zero being
// middle gray; those with another number have their channels side by side in
// the tile, with a transparent pixel between them.
//
// It is an error if the number of weights does not fit the shape or if a weight
// is NaN or infinite.
func Filters(b FilterBank) (Grid, error) {
	largest, err := b.largest()
	if err != nil {
		return Grid{}, err
	}
	gap, width := filterGap, b.InC*(b.W+channelGap)-channelGap
	switch b.InC {
	case 1:
	case 3:
		width = b.W
	default:
		gap = channelsGap
	}
	g := newGrid(b.OutC, width, b.H, gap)
	scale := g.symmetric(largest, b.PerUnit)
	draw := b.drawDiverging
	if b.InC == 3 {
		draw = b.drawColour
	}
	err = g.encode(draw(g, scale))
	return g, err
}

// largest returns the largest magnitude of each filter.
func (b FilterBank) largest() ([]float32, error) {
	if b.H < 1 || b.W < 1 || b.InC < 1 || b.OutC < 1 {
		return nil, fmt.Errorf("figure: filters of shape %dx%dx%dx%d; every dimension must be at least 1", b.H, b.W, b.InC, b.OutC)
	}
	if want := b.H * b.W * b.InC * b.OutC; len(b.Weights) != want {
		return nil, fmt.Errorf("figure: %d weights for filters of shape %dx%dx%dx%d; it needs %d", len(b.Weights), b.H, b.W, b.InC, b.OutC, want)
	}
	largest := make([]float32, b.OutC)
	for i, w := range b.Weights {
		m, ok := magnitude(w)
		if !ok {
			return nil, fmt.Errorf("figure: weight %d (unit %d) is %v; only finite weights can be drawn, so the training has diverged", i, i%b.OutC, w)
		}
		largest[i%b.OutC] = max(largest[i%b.OutC], m)
	}
	return largest, nil
}

func (b FilterBank) drawDiverging(g Grid, scale []float32) tiled {
	m := image.NewPaletted(g.bounds(), diverging())
	i := 0
	for y := range b.H {
		for x := range b.W {
			for c := range b.InC {
				for unit := range b.OutC {
					left, top := g.tile(unit)
					m.SetColorIndex(left+c*(b.W+channelGap)+x, top+y, divergingLevel(b.Weights[i], scale[unit]))
					i++
				}
			}
		}
	}
	return m
}

func (b FilterBank) drawColour(g Grid, scale []float32) tiled {
	m := image.NewNRGBA(g.bounds())
	for y := range b.H {
		for x := range b.W {
			rgb := b.Weights[(y*b.W+x)*3*b.OutC:]
			for unit := range b.OutC {
				level := func(c int) uint8 { return divergingLevel(rgb[c*b.OutC+unit], scale[unit]) }
				left, top := g.tile(unit)
				m.SetNRGBA(left+x, top+y, color.NRGBA{R: level(0), G: level(1), B: level(2), A: 255})
			}
		}
	}
	return m
}
