package figure

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"math"
	"sync"
)

// A Grid is a picture with one tile per unit. Unit u is in column u%Columns and
// row u/Columns; its tile begins Gap + column*(TileW+Gap) pixels from the left
// and Gap + row*(TileH+Gap) from the top. Everything between tiles is
// transparent.
type Grid struct {
	PNG           []byte
	Units         int
	Columns, Rows int
	TileW, TileH  int // pixels
	Gap           int // pixels between tiles and around them
	// Min and Max are the values that the ends of the colour scale stand for:
	// -m and +m for weights, where m is the largest magnitude; 0 and 1 for the
	// pixels of patches.
	Min, Max float32
}

// newGrid lays out units tiles; the PNG is yet to be drawn.
func newGrid(units, tileW, tileH, gap int) Grid {
	columns := gridColumns(units)
	return Grid{
		Units: units, Columns: columns, Rows: (units + columns - 1) / columns,
		TileW: tileW, TileH: tileH, Gap: gap,
	}
}

// gridColumns chooses the number of columns for a number of tiles: between a
// square and the larger of 8 columns and half again the square's, with as few
// empty cells as possible, then as wide as possible. So up to 8 units are one
// row, 16 are 8x2, 20 are 5x4, 32 are 8x4, 64 are 8x8, and 128 are 16x8.
func gridColumns(units int) int {
	square := int(math.Ceil(math.Sqrt(float64(units))))
	best, bestEmpty := square, math.MaxInt
	for c := square; c <= min(units, max(8, square*3/2)); c++ {
		if empty := (c - units%c) % c; empty <= bestEmpty {
			best, bestEmpty = c, empty
		}
	}
	return best
}

// bounds returns the size of the whole picture.
func (g Grid) bounds() image.Rectangle {
	return image.Rect(0, 0, g.Gap+g.Columns*(g.TileW+g.Gap), g.Gap+g.Rows*(g.TileH+g.Gap))
}

// tile returns the top left pixel of a unit's tile.
func (g Grid) tile(unit int) (x, y int) {
	return g.Gap + unit%g.Columns*(g.TileW+g.Gap), g.Gap + unit/g.Columns*(g.TileH+g.Gap)
}

// pngBuffers lets encoders reuse their compressors, which cost more than a
// small picture.
var pngBuffers = pngPool{}

type pngPool struct{ pool sync.Pool }

func (p *pngPool) Get() *png.EncoderBuffer {
	b, _ := p.pool.Get().(*png.EncoderBuffer)
	return b
}

func (p *pngPool) Put(b *png.EncoderBuffer) { p.pool.Put(b) }

// encodePNG compresses for speed: the pictures are small and seen once.
func encodePNG(m image.Image) ([]byte, error) {
	var buf bytes.Buffer
	e := png.Encoder{CompressionLevel: png.BestSpeed, BufferPool: &pngBuffers}
	if err := e.Encode(&buf, m); err != nil {
		return nil, fmt.Errorf("figure: encoding a PNG: %w", err)
	}
	return buf.Bytes(), nil
}
