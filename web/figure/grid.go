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
	// Ranges are each unit's own ends of the scale, if it has its own; Min and
	// Max are then the widest of them. It is nil if all share one scale.
	Ranges [][2]float32

	picture tiled
}

// tiled is what the standard library's pictures are.
type tiled interface {
	image.Image
	SubImage(image.Rectangle) image.Image
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

// Tile returns the tile of a unit, from 0 to Units-1, as a part of the drawn
// picture; its bounds do not begin at 0. It must not be changed.
func (g Grid) Tile(unit int) image.Image {
	x, y := g.tile(unit)
	return g.picture.SubImage(image.Rect(x, y, x+g.TileW, y+g.TileH))
}

// MaxZoom is the largest factor by which a tile is enlarged.
const MaxZoom = 32

// Unit encodes the tile of one unit as a PNG, each pixel enlarged to a square of
// zoom by zoom pixels. It is an *OptionError if the grid has no such unit or
// zoom is not from 1 to MaxZoom.
func (g Grid) Unit(unit, zoom int) ([]byte, error) {
	if err := wholeWithin("unit", unit, 0, g.Units-1); err != nil {
		return nil, err
	}
	if err := wholeWithin("zoom", zoom, 1, MaxZoom); err != nil {
		return nil, err
	}
	return encodePNG(enlarge(g.Tile(unit), zoom))
}

// maxEnlarged bounds an enlarged picture, in pixels.
const maxEnlarged = 8_000_000

// Enlarged returns a PNG of this package with each pixel enlarged to a square of
// zoom by zoom pixels. It is an *OptionError if zoom is not from 1 to MaxZoom,
// or if the picture would have more than 8 million pixels.
func Enlarged(file []byte, zoom int) ([]byte, error) {
	if err := wholeWithin("zoom", zoom, 1, MaxZoom); err != nil {
		return nil, err
	}
	m, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("figure: enlarging a picture: %w", err)
	}
	most := int(math.Sqrt(maxEnlarged / float64(m.Bounds().Dx()*m.Bounds().Dy())))
	if err := wholeWithin("zoom", zoom, 1, max(1, most)); err != nil {
		return nil, err
	}
	return encodePNG(enlarge(m, zoom))
}

// enlarge makes each pixel a square of zoom by zoom pixels. Palettes stay.
func enlarge(m image.Image, zoom int) image.Image {
	b := m.Bounds()
	size := image.Rect(0, 0, zoom*b.Dx(), zoom*b.Dy())
	if p, ok := m.(*image.Paletted); ok {
		big := image.NewPaletted(size, p.Palette)
		for y := range size.Dy() {
			for x := range size.Dx() {
				big.Pix[y*big.Stride+x] = p.ColorIndexAt(b.Min.X+x/zoom, b.Min.Y+y/zoom)
			}
		}
		return big
	}
	big := image.NewNRGBA(size)
	for y := range size.Dy() {
		for x := range size.Dx() {
			big.Set(x, y, m.At(b.Min.X+x/zoom, b.Min.Y+y/zoom))
		}
	}
	return big
}

// encode keeps the drawn picture, and makes the PNG of it.
func (g *Grid) encode(m tiled) (err error) {
	g.picture = m
	g.PNG, err = encodePNG(m)
	return err
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
	return encodePNGAt(png.BestSpeed, m)
}

func encodePNGAt(level png.CompressionLevel, m image.Image) ([]byte, error) {
	var buf bytes.Buffer
	e := png.Encoder{CompressionLevel: level, BufferPool: &pngBuffers}
	if err := e.Encode(&buf, m); err != nil {
		return nil, fmt.Errorf("figure: encoding a PNG: %w", err)
	}
	return buf.Bytes(), nil
}
