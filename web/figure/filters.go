package figure

import (
	"fmt"
	"image"
	"image/color"
	"math"
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
}

// Filters draws the OutC filters of a convolution, one pixel per weight. All
// share one symmetric scale from -m to +m, where m is the largest magnitude; dark
// blue is negative, middle gray is zero, light orange is positive.
//
// Filters with three input channels are drawn as one tile in colour, zero being
// middle gray; those with another number have their channels side by side in
// the tile, with a transparent pixel between them.
//
// It is an error if the number of weights does not fit the shape or if a weight
// is NaN or infinite.
func Filters(b FilterBank) (Grid, error) {
	largest, err := b.check()
	if err != nil {
		return Grid{}, err
	}
	scale := float32(0)
	if largest > 0 {
		scale = 1 / largest
	}
	var g Grid
	var m image.Image
	if b.InC == 3 {
		g = newGrid(b.OutC, b.W, b.H, filterGap)
		m = b.drawColour(g, scale)
	} else {
		gap := filterGap
		if b.InC > 1 {
			gap = channelsGap
		}
		g = newGrid(b.OutC, b.InC*(b.W+channelGap)-channelGap, b.H, gap)
		m = b.drawDiverging(g, scale)
	}
	g.Min, g.Max = -largest, largest
	g.PNG, err = encodePNG(m)
	return g, err
}

// check returns the largest magnitude.
func (b FilterBank) check() (largest float32, err error) {
	if b.H < 1 || b.W < 1 || b.InC < 1 || b.OutC < 1 {
		return 0, fmt.Errorf("figure: filters of shape %dx%dx%dx%d; every dimension must be at least 1", b.H, b.W, b.InC, b.OutC)
	}
	if want := b.H * b.W * b.InC * b.OutC; len(b.Weights) != want {
		return 0, fmt.Errorf("figure: %d weights for filters of shape %dx%dx%dx%d; it needs %d", len(b.Weights), b.H, b.W, b.InC, b.OutC, want)
	}
	for i, w := range b.Weights {
		magnitude := float32(math.Abs(float64(w)))
		if !(magnitude <= math.MaxFloat32) {
			return 0, fmt.Errorf("figure: weight %d (unit %d) is %v; only finite weights can be drawn, so the training has diverged", i, i%b.OutC, w)
		}
		largest = max(largest, magnitude)
	}
	return largest, nil
}

func (b FilterBank) drawDiverging(g Grid, scale float32) image.Image {
	m := image.NewPaletted(g.bounds(), diverging())
	i := 0
	for y := range b.H {
		for x := range b.W {
			for c := range b.InC {
				for unit := range b.OutC {
					left, top := g.tile(unit)
					level := math.Round(float64(b.Weights[i]*scale) * divergingHalf)
					m.SetColorIndex(left+c*(b.W+channelGap)+x, top+y, uint8(divergingZero+level))
					i++
				}
			}
		}
	}
	return m
}

func (b FilterBank) drawColour(g Grid, scale float32) image.Image {
	m := image.NewNRGBA(g.bounds())
	level := func(w float32) uint8 {
		return uint8(divergingZero + math.Round(float64(w*scale)*divergingHalf))
	}
	for y := range b.H {
		for x := range b.W {
			rgb := b.Weights[(y*b.W+x)*3*b.OutC:]
			for unit := range b.OutC {
				left, top := g.tile(unit)
				m.SetNRGBA(left+x, top+y, color.NRGBA{
					R: level(rgb[unit]), G: level(rgb[b.OutC+unit]), B: level(rgb[2*b.OutC+unit]), A: 255,
				})
			}
		}
	}
	return m
}
