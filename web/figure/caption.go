package figure

import (
	"image"
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"
)

const (
	filmFont    = 13 // pixels
	lineHeight  = 18
	filmMargin  = 14
	captionGap  = 8   // below the caption, above the legend
	leastCanvas = 260 // pixels that a film is wide, for its caption
)

// filmTextWidth returns the pixels that a film's text takes.
func filmTextWidth(text string) int {
	f := face(filmFont)
	return int(math.Ceil(float64(f.Width(text))))
}

// wrap breaks a text between words into lines of a width; a longer word has a
// line of its own.
func wrap(text string, width int) (lines []string) {
	for _, word := range strings.Fields(text) {
		if n := len(lines); n > 0 && filmTextWidth(lines[n-1]+" "+word) <= width {
			lines[n-1] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	return lines
}

// A page is a picture with text that a film is drawn on.
type page struct {
	*vgimg.Canvas
	height int
}

// newPage returns an empty page.
func (p *painter) newPage(size image.Point) page {
	return page{vgimg.NewWith(
		vgimg.UseWH(vg.Length(size.X), vg.Length(size.Y)),
		vgimg.UseDPI(72),
		vgimg.UseBackgroundColor(p.background),
	), size.Y}
}

// pixels returns the page's pixels, to be drawn on.
func (p page) pixels() *image.RGBA { return p.Image().(*image.RGBA) }

// text writes text whose baseline is at y, and whose start, middle or end is at
// x.
func (p page) text(text string, x, y int, a anchor, c color.Color) {
	f := face(filmFont)
	left := math.Round(float64(x) - float64(a)/2*float64(f.Width(text)))
	p.SetColor(c)
	p.FillString(f, vg.Point{X: vg.Length(left), Y: vg.Length(p.height - y)}, text)
}

// lines writes lines of text, the first line's top being at y, and returns
// where the next would be.
func (p page) lines(lines []string, y int, c color.Color) int {
	for _, line := range lines {
		p.text(line, filmMargin, y+baseline, start, c)
		y += lineHeight
	}
	return y
}

// baseline is how far it is below a line's top.
const baseline = 13

// legend writes what a mark means, its top being at y; the mark is yet to be
// drawn.
func (p page) legend(y int, c color.Color) {
	p.text(markMeaning, filmMargin+markWidth+4, y+baseline, start, c)
}

// legendMark is where the legend's mark is.
func legendMark(y int) image.Point {
	return image.Pt(filmMargin-1, y+baseline-len(markShape)+1)
}
