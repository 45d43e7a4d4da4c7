package figure

import (
	"fmt"
	"slices"
)

// A SignedBank is maps of each unit whose values have signs: projections,
// gradients, feature maps.
type SignedBank struct {
	H, W, C int // of a map
	PerUnit int // places for maps in a tile
	// Units has for each unit up to PerUnit maps of H*W*C values, [H][W][C].
	// A unit without any is dead.
	Units  [][][]float32
	Shared bool // one scale for all maps; false: each map has its own
}

// Signed draws one tile per unit, a mosaic of its maps laid out as Patches does,
// one pixel per value, in the colours of Filters. The scale is symmetric, from
// -m to +m, where m is the largest magnitude: of each map or, with Shared, of
// all maps. Without Shared, the grid's Ranges have the widest scale among each
// unit's maps. A dead unit's tile is hatched.
//
// It is an error if a unit has more than PerUnit maps, if one does not have
// H*W*C values, or if one of these is NaN or infinite.
func Signed(b SignedBank) (Grid, error) {
	m := mosaic{h: b.H, w: b.W, c: b.C, perUnit: b.PerUnit, one: "map", many: "maps"}
	if err := checkMosaic(m, b.Units); err != nil {
		return Grid{}, err
	}
	maps, widest, err := b.largest()
	if err != nil {
		return Grid{}, err
	}
	g := m.grid(len(b.Units))
	g.symmetric(widest, !b.Shared)
	level := func(unit, i int) func(float32) uint8 {
		scale := maps[unit][i]
		if b.Shared {
			scale = g.Max
		}
		return func(v float32) uint8 { return divergingLevel(v, scale) }
	}
	if b.C == 3 {
		return g, g.encode(drawColour(m, g, b.Units, level))
	}
	return g, g.encode(drawPaletted(m, g, diverging(), divergingZero, b.Units, level))
}

// largest returns the largest magnitude of each map, and of each unit.
func (b SignedBank) largest() (maps [][]float32, units []float32, err error) {
	for u, images := range b.Units {
		found := make([]float32, len(images))
		for i, values := range images {
			for k, v := range values {
				size, ok := magnitude(v)
				if !ok {
					return nil, nil, fmt.Errorf("figure: value %d of map %d of unit %d is %v; only finite values can be drawn, so the training has diverged", k, i, u, v)
				}
				found[i] = max(found[i], size)
			}
		}
		maps = append(maps, found)
		units = append(units, slices.Max(append(found, 0)))
	}
	return maps, units, nil
}
