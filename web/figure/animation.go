package figure

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"slices"
)

// Times of an animation's frames in hundredths of a second. All frames but the
// first and the last take together about as long, whatever their number.
const (
	firstDelay   = 100
	lastDelay    = 250
	middleDelays = 600
	leastDelay   = 10
	mostDelay    = 60
)

const (
	animationGap = 6 // pixels between tiles
	progressBar  = 3 // pixels that it is high
)

// An animation is where the parts of a frame are.
type animation struct {
	*reel
	caption []string
	name    int // top of the column's name
	grid    Grid
	origin  image.Point // of the grid
	legend  int         // its top, if there are marks
	size    image.Point
}

// Animation draws a film as an animated GIF that runs for ever: one frame a
// column, the rows' tiles laid out as Grid lays out units, above them the
// column's name and a bar that shows how far the film is, marks as
// ContactSheet has them. The first and the last frame stay longer.
//
// All frames share one palette. Tiles with up to 246 colours keep them, and gray
// ones are gray in any case; otherwise similar colours become one. It is an error
// where ContactSheet has one.
func Animation(f Film, m Metadata) ([]byte, error) {
	r, err := f.load()
	if err != nil {
		return nil, err
	}
	a := r.animation()
	if err := r.checkSize(a.size, len(r.Columns)); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := gif.EncodeAll(&out, a.frames()); err != nil {
		return nil, fmt.Errorf("figure: encoding a GIF: %w", err)
	}
	return WithMetadata(out.Bytes(), m)
}

func (r *reel) animation() animation {
	a := animation{reel: r, grid: newGrid(len(r.Rows), r.tile.X, r.tile.Y, animationGap)}
	grid := a.grid.bounds().Size().Sub(image.Pt(2*animationGap, 2*animationGap))
	a.size.X = max(grid.X+2*filmMargin, leastCanvas)
	a.caption = wrap(r.Caption, a.size.X-2*filmMargin)
	a.name = filmMargin + lineHeight*len(a.caption)
	if len(a.caption) > 0 {
		a.name += captionGap / 2
	}
	a.origin = image.Pt((a.size.X-grid.X)/2-animationGap, a.name+lineHeight+progressBar+captionGap-animationGap)
	a.size.Y = a.origin.Y + animationGap + grid.Y + filmMargin
	if r.marked() {
		a.legend = a.size.Y - filmMargin + captionGap
		a.size.Y = a.legend + lineHeight + filmMargin
	}
	return a
}

func (a animation) frames() *gif.GIF {
	palette := a.palette()
	indices := map[color.RGBA]uint8{}
	for i, c := range palette[1:] {
		indices[c.(color.RGBA)] = uint8(i + 1)
	}
	out := &gif.GIF{Config: image.Config{ColorModel: palette, Width: a.size.X, Height: a.size.Y}}
	var before *image.Paletted
	for column := range a.Columns {
		frame := image.NewPaletted(image.Rectangle{Max: a.size}, palette)
		toPalette(frame, a.draw(column), indices)
		out.Image = append(out.Image, changed(frame, before))
		out.Delay = append(out.Delay, a.delay(column))
		out.Disposal = append(out.Disposal, gif.DisposalNone)
		before = frame
	}
	return out
}

func (a animation) delay(column int) int {
	switch column {
	case len(a.Columns) - 1:
		return lastDelay
	case 0:
		return firstDelay
	}
	return min(max(middleDelays/len(a.Columns), leastDelay), mostDelay)
}

// draw draws a frame.
func (a animation) draw(column int) *image.RGBA {
	page := a.paint.newPage(a.size)
	page.lines(a.caption, filmMargin, a.paint.muted)
	page.text(a.Columns[column], filmMargin, a.name+baseline, start, a.paint.ink)
	if a.legend > 0 {
		page.legend(a.legend, a.paint.muted)
	}
	m := page.pixels()
	a.drawProgress(m, column)
	for row := range a.Rows {
		x, y := a.grid.tile(row)
		a.drawTile(m, row, column, a.origin.Add(image.Pt(x, y)))
	}
	if a.legend > 0 {
		a.paint.mark(m, legendMark(a.legend))
	}
	return m
}

// drawProgress draws the bar below the column's name.
func (a animation) drawProgress(m *image.RGBA, column int) {
	width := a.size.X - 2*filmMargin
	done := width * (column + 1) / len(a.Columns)
	track := a.paint.shade(1)
	for y := range progressBar {
		for x := range width {
			c := a.paint.muted
			if x >= done {
				c = track
			}
			m.SetRGBA(filmMargin+x, a.name+lineHeight+y, c)
		}
	}
}

// inkShades are steps from the background to the ink, for smooth text.
const inkShades = 8

// shade returns one of inkShades+1 grays, 0 being the background.
func (p *painter) shade(i int) color.RGBA {
	v := uint8((int(p.background.R)*(inkShades-i) + int(p.ink.R)*i) / inkShades)
	return color.RGBA{v, v, v, 255}
}

// palette returns the colours of all frames after a transparent one, which
// stands for a pixel that is as in the frame before. All colours stay if there
// is room for them.
func (a animation) palette() color.Palette {
	times := map[color.RGBA]int{}
	for _, tiles := range a.tiles {
		for _, tile := range tiles {
			colour, size := a.paint.colours(tile), tile.Bounds().Size()
			for y := range size.Y {
				for x := range size.X {
					times[colour(x, y)]++
				}
			}
		}
	}
	p := color.Palette{color.RGBA{}}
	for i := range inkShades + 1 {
		c := a.paint.shade(i)
		p = append(p, c)
		delete(times, c)
	}
	var counts []count
	for c, n := range times {
		counts = append(counts, count{c, n})
	}
	for _, c := range mostCommon(counts, paletteSize-len(p)) {
		p = append(p, c)
	}
	return p
}

// toPalette sets the pixels of a frame to the colours that are nearest to those
// drawn; it remembers them in indices.
func toPalette(frame *image.Paletted, drawn *image.RGBA, indices map[color.RGBA]uint8) {
	var last color.RGBA
	at := uint8(0)
	for i := range frame.Pix {
		c := color.RGBA{drawn.Pix[4*i], drawn.Pix[4*i+1], drawn.Pix[4*i+2], drawn.Pix[4*i+3]}
		if c != last {
			known, ok := indices[c]
			if !ok {
				known = nearest(frame.Palette, 1, c)
				indices[c] = known
			}
			last, at = c, known
		}
		frame.Pix[i] = at
	}
}

// changed returns the part of a frame that differs from the one before, with
// unchanged pixels transparent, which compress well. A GIF's frame has at least
// one pixel.
func changed(frame, before *image.Paletted) *image.Paletted {
	if before == nil {
		return frame
	}
	var part image.Rectangle
	out := image.NewPaletted(frame.Rect, frame.Palette)
	for y := range frame.Rect.Dy() {
		from, to := y*frame.Stride, (y+1)*frame.Stride
		now, old := frame.Pix[from:to], before.Pix[from:to]
		if slices.Equal(now, old) {
			continue
		}
		for x, v := range now {
			if v != old[x] {
				out.Pix[from+x] = v
				part = part.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	if part.Empty() {
		part = image.Rect(0, 0, 1, 1)
	}
	return out.SubImage(part).(*image.Paletted)
}
