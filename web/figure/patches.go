package figure

import (
	"fmt"
	"image"
	"image/color"
	"math"
)

const (
	patchGap = 1 // between the patches of one unit
	unitGap  = 4 // between units
	hatch    = 6 // pixels from one line of a dead unit's hatch to the next
)

// A PatchBank is the image patches of each unit, strongest first.
type PatchBank struct {
	H, W, C int // of a patch
	PerUnit int // places for patches in a tile
	// Units has for each unit up to PerUnit patches of H*W*C bytes, [H][W][C].
	// A unit without any is dead.
	Units [][][]byte
}

// Patches draws one tile per unit, a mosaic of its patches, one pixel per
// pixel: 9 patches are 3x3, row by row, with a transparent pixel between them.
// A missing patch stays transparent; a dead unit's whole tile is hatched.
//
// Patches with one channel are drawn gray, with three in colour; with another
// number, their channels are drawn gray side by side, with a transparent pixel
// between them.
//
// It is an error if a unit has more than PerUnit patches or one does not have
// H*W*C bytes.
func Patches(b PatchBank) (Grid, error) {
	if err := b.check(); err != nil {
		return Grid{}, err
	}
	width := b.patchWidth()
	columns := b.columns()
	rows := (b.PerUnit + columns - 1) / columns
	g := newGrid(len(b.Units), columns*(width+patchGap)-patchGap, rows*(b.H+patchGap)-patchGap, unitGap)
	g.Max = 1
	draw := b.drawGray
	if b.C == 3 {
		draw = b.drawColour
	}
	err := g.encode(draw(g))
	return g, err
}

func (b PatchBank) check() error {
	if b.H < 1 || b.W < 1 || b.C < 1 || b.PerUnit < 1 || len(b.Units) == 0 {
		return fmt.Errorf("figure: %d units with %d patches of %dx%dx%d; each number must be at least 1", len(b.Units), b.PerUnit, b.H, b.W, b.C)
	}
	for u, patches := range b.Units {
		if len(patches) > b.PerUnit {
			return fmt.Errorf("figure: unit %d has %d patches; at most %d fit its tile", u, len(patches), b.PerUnit)
		}
		for i, p := range patches {
			if len(p) != b.H*b.W*b.C {
				return fmt.Errorf("figure: patch %d of unit %d has %d bytes; %dx%dx%d needs %d", i, u, len(p), b.H, b.W, b.C, b.H*b.W*b.C)
			}
		}
	}
	return nil
}

// columns returns how many patches stand side by side in a tile.
func (b PatchBank) columns() int {
	return int(math.Ceil(math.Sqrt(float64(b.PerUnit))))
}

// patchWidth returns the pixels that a patch is wide as drawn.
func (b PatchBank) patchWidth() int {
	if b.C == 3 {
		return b.W
	}
	return b.C*(b.W+patchGap) - patchGap
}

// patch returns the top left pixel of a unit's patch.
func (b PatchBank) patch(g Grid, unit, i int) (x, y int) {
	left, top := g.tile(unit)
	columns := b.columns()
	return left + i%columns*(b.patchWidth()+patchGap), top + i/columns*(b.H+patchGap)
}

func (b PatchBank) drawGray(g Grid) tiled {
	m := image.NewPaletted(g.bounds(), gray())
	for u, patches := range b.Units {
		if len(patches) == 0 {
			g.hatch(u, func(x, y int) { m.SetColorIndex(x, y, grayHatch) })
		}
		for i, p := range patches {
			left, top := b.patch(g, u, i)
			for y := range b.H {
				row := m.Pix[m.PixOffset(left, top+y):]
				for x := range b.W {
					for c := range b.C {
						row[c*(b.W+patchGap)+x] = grayIndex(p[(y*b.W+x)*b.C+c])
					}
				}
			}
		}
	}
	return m
}

func (b PatchBank) drawColour(g Grid) tiled {
	m := image.NewNRGBA(g.bounds())
	for u, patches := range b.Units {
		if len(patches) == 0 {
			g.hatch(u, func(x, y int) { m.SetNRGBA(x, y, hatchColor) })
		}
		for i, p := range patches {
			left, top := b.patch(g, u, i)
			for y := range b.H {
				for x := range b.W {
					rgb := p[(y*b.W+x)*3:]
					m.SetNRGBA(left+x, top+y, color.NRGBA{R: rgb[0], G: rgb[1], B: rgb[2], A: 255})
				}
			}
		}
	}
	return m
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
