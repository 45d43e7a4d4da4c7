package figure

import (
	"image"
	"image/color"
)

// A painter draws tiles, marks and text on a plain background. Ink and
// background are exact grays, so that a gray film has no other colours.
type painter struct {
	ink, muted, background color.RGBA
	flat                   map[*color.Color][]color.RGBA // palettes over the background, by their first colours
}

func newPainter(theme string) *painter {
	gray := func(v uint8) color.RGBA { return color.RGBA{v, v, v, 255} }
	p := &painter{gray(32), gray(96), gray(255), map[*color.Color][]color.RGBA{}}
	if theme == "dark" {
		p.ink, p.muted, p.background = gray(230), gray(165), gray(24)
	}
	return p
}

// over returns the opaque colour that the background gives.
func (p *painter) over(c color.Color) color.RGBA {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	mix := func(v, under uint8) uint8 {
		return uint8((int(v)*int(n.A) + int(under)*(255-int(n.A)) + 127) / 255)
	}
	return color.RGBA{mix(n.R, p.background.R), mix(n.G, p.background.G), mix(n.B, p.background.B), 255}
}

// colours returns a function that gives the opaque colour of a tile's pixel,
// counted from its top left corner.
func (p *painter) colours(tile image.Image) func(x, y int) color.RGBA {
	b := tile.Bounds()
	m, ok := tile.(*image.Paletted)
	if !ok || len(m.Palette) == 0 {
		return func(x, y int) color.RGBA { return p.over(tile.At(b.Min.X+x, b.Min.Y+y)) }
	}
	flat := p.flat[&m.Palette[0]]
	if len(flat) < len(m.Palette) {
		flat = make([]color.RGBA, len(m.Palette))
		for i, c := range m.Palette {
			flat[i] = p.over(c)
		}
		p.flat[&m.Palette[0]] = flat
	}
	return func(x, y int) color.RGBA { return flat[m.Pix[y*m.Stride+x]] }
}

// tile draws a tile, enlarged.
func (p *painter) tile(m *image.RGBA, tile image.Image, zoom int, at image.Point) {
	colour, size := p.colours(tile), tile.Bounds().Size()
	for y := range size.Y {
		first := m.PixOffset(at.X, at.Y+y*zoom)
		row := m.Pix[first : first+4*zoom*size.X]
		for x := range size.X {
			c := colour(x, y)
			for k := range zoom {
				pixel := row[4*(x*zoom+k):]
				pixel[0], pixel[1], pixel[2], pixel[3] = c.R, c.G, c.B, c.A
			}
		}
		for k := 1; k < zoom; k++ {
			copy(m.Pix[m.PixOffset(at.X, at.Y+y*zoom+k):], row)
		}
	}
}

// markShape is a hollow triangle: # is its line, o the background in and around
// it, which keeps it visible on any tile.
var markShape = []string{
	"    ooo    ",
	"   oo#oo   ",
	"   o#o#o   ",
	"  oo#o#oo  ",
	"  o#ooo#o  ",
	" oo#ooo#oo ",
	" o#ooooo#o ",
	"oo#ooooo#oo",
	"o#########o",
	"ooooooooooo",
}

const markWidth = 11

// mark draws a mark whose top left corner is at a place.
func (p *painter) mark(m *image.RGBA, at image.Point) {
	for y, row := range markShape {
		for x, what := range row {
			switch what {
			case '#':
				m.SetRGBA(at.X+x, at.Y+y, p.ink)
			case 'o':
				m.SetRGBA(at.X+x, at.Y+y, p.background)
			}
		}
	}
}
