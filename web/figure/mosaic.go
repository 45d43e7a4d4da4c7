package figure

import (
	"fmt"
	"image"
	"image/color"
	"math"
)

const (
	patchGap  = 1 // pixels between the images of one unit, and between channels
	singleGap = 2 // between units that have one image each, with its channels in one
	unitGap   = 4 // between other units
	hatch     = 6 // from one line of a dead unit's hatch to the next
)

// A mosaic is a grid whose tiles are images of one size, perUnit in each: 9 are
// 3x3, row by row, with a transparent pixel between them. Images with one or
// three channels are as wide as they are; those with another number have their
// channels side by side, with a transparent pixel between them.
type mosaic struct {
	h, w, c, perUnit int
	one, many        string // what its images are called
	frame            int    // pixels around each image
}

// checkMosaic tells what is wrong with the units' images, if anything.
func checkMosaic[T any](m mosaic, units [][][]T) error {
	if m.h < 1 || m.w < 1 || m.c < 1 || m.perUnit < 1 || len(units) == 0 {
		return fmt.Errorf("figure: %d units with %d %s of %dx%dx%d; each number must be at least 1", len(units), m.perUnit, m.many, m.h, m.w, m.c)
	}
	for u, images := range units {
		if len(images) > m.perUnit {
			return fmt.Errorf("figure: unit %d has %d %s; at most %d fit its tile", u, len(images), m.many, m.perUnit)
		}
		for i, p := range images {
			if len(p) != m.h*m.w*m.c {
				return fmt.Errorf("figure: %s %d of unit %d has %d values; %dx%dx%d needs %d", m.one, i, u, len(p), m.h, m.w, m.c, m.h*m.w*m.c)
			}
		}
	}
	return nil
}

func (m mosaic) grid(units int) Grid {
	gap := unitGap
	if m.perUnit == 1 && (m.c == 1 || m.c == 3) {
		gap = singleGap
	}
	columns := m.columns()
	rows := (m.perUnit + columns - 1) / columns
	w, h := m.cell()
	return newGrid(units, columns*(w+patchGap)-patchGap, rows*(h+patchGap)-patchGap, gap)
}

// columns returns how many images stand side by side in a tile.
func (m mosaic) columns() int {
	return int(math.Ceil(math.Sqrt(float64(m.perUnit))))
}

// cell returns the pixels that an image takes as drawn, with its frame.
func (m mosaic) cell() (w, h int) {
	w = m.w
	if m.c != 3 {
		w = m.c*(m.w+patchGap) - patchGap
	}
	return w + 2*m.frame, m.h + 2*m.frame
}

// image returns the part of the picture that is a unit's image, with its frame.
func (m mosaic) image(g Grid, unit, i int) image.Rectangle {
	left, top := g.tile(unit)
	columns := m.columns()
	w, h := m.cell()
	left += i % columns * (w + patchGap)
	top += i / columns * (h + patchGap)
	return image.Rect(left, top, left+w, top+h)
}

// A leveler returns the level, a byte, of the values of a unit's image.
type leveler[T any] func(unit, i int) func(T) uint8

// drawPaletted draws images whose levels are a palette's indices. A unit without
// images is dead.
func drawPaletted[T any](m mosaic, g Grid, p color.Palette, hatch uint8, units [][][]T, level leveler[T]) *image.Paletted {
	out := image.NewPaletted(g.bounds(), p)
	for u, images := range units {
		if len(images) == 0 {
			g.hatch(u, func(x, y int) { out.SetColorIndex(x, y, hatch) })
		}
		for i, values := range images {
			index := level(u, i)
			at := m.image(g, u, i).Inset(m.frame).Min
			for y := range m.h {
				row := out.Pix[out.PixOffset(at.X, at.Y+y):]
				for x := range m.w {
					for c := range m.c {
						row[c*(m.w+patchGap)+x] = index(values[(y*m.w+x)*m.c+c])
					}
				}
			}
		}
	}
	return out
}

// drawColour draws images with three channels, whose levels are red, green and
// blue. A unit without images is dead.
func drawColour[T any](m mosaic, g Grid, units [][][]T, level leveler[T]) *image.NRGBA {
	out := image.NewNRGBA(g.bounds())
	for u, images := range units {
		if len(images) == 0 {
			g.hatch(u, func(x, y int) { out.SetNRGBA(x, y, hatchColor) })
		}
		for i, values := range images {
			value := level(u, i)
			at := m.image(g, u, i).Inset(m.frame).Min
			for y := range m.h {
				for x := range m.w {
					rgb := values[(y*m.w+x)*3:]
					out.SetNRGBA(at.X+x, at.Y+y, color.NRGBA{R: value(rgb[0]), G: value(rgb[1]), B: value(rgb[2]), A: 255})
				}
			}
		}
	}
	return out
}

// hatch sets the pixels of diagonal lines over a unit's tile.
func (g Grid) hatch(unit int, set func(x, y int)) {
	left, top := g.tile(unit)
	for y := range g.TileH {
		for x := range g.TileW {
			if (x+y)%hatch == 0 {
				set(left+x, top+y)
			}
		}
	}
}
