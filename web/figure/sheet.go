package figure

import (
	"image"
	"image/png"
	"strings"
)

const (
	sheetColumnGap = 8
	sheetRowGap    = 6
	rowNameGap     = 10
)

// A sheet is where the parts of a contact sheet are.
type sheet struct {
	*reel
	caption []string
	prefix  string   // that all columns' names begin with
	names   []string // of the columns, without it
	left    int      // of the first column
	top     int      // of the first row
	pitch   image.Point
	legend  int // its top, if there are marks
	size    image.Point
}

// ContactSheet draws a film as one PNG with rows and columns and their names; the
// ancestor is figure 4 of Zeiler and Fergus, "Visualizing and Understanding
// Convolutional Networks", 2014. Where the film has a mark, the tile's upper
// right corner has a hollow triangle, and a line says what it means.
//
// It is an error if the tiles differ in size or are too many, or as
// WithMetadata says; a wrong zoom or theme is an *OptionError.
func ContactSheet(f Film, m Metadata) ([]byte, error) {
	r, err := f.load()
	if err != nil {
		return nil, err
	}
	s := r.sheet()
	if err := r.checkSize(s.size, 1); err != nil {
		return nil, err
	}
	data, err := encodePNGAt(png.DefaultCompression, exactPalette(s.draw()))
	if err != nil {
		return nil, err
	}
	return WithMetadata(data, m)
}

func (r *reel) sheet() sheet {
	s := sheet{reel: r}
	s.prefix, s.names = commonWord(r.Columns)
	wide := r.tile.X
	for _, name := range s.names {
		wide = max(wide, filmTextWidth(name))
	}
	s.pitch = image.Pt(wide+sheetColumnGap, max(r.tile.Y, lineHeight-4)+sheetRowGap)
	s.left = filmTextWidth(s.prefix)
	for _, name := range r.Rows {
		s.left = max(s.left, filmTextWidth(name))
	}
	s.left += filmMargin + rowNameGap
	s.size.X = max(s.left+len(s.names)*s.pitch.X-sheetColumnGap+filmMargin, leastCanvas)
	s.caption = wrap(r.Caption, s.size.X-2*filmMargin)
	s.top = filmMargin + lineHeight*(len(s.caption)+1)
	if len(s.caption) > 0 {
		s.top += captionGap
	}
	s.size.Y = s.top + len(r.Rows)*s.pitch.Y - sheetRowGap + filmMargin
	if r.marked() {
		s.legend = s.size.Y - filmMargin + captionGap
		s.size.Y = s.legend + lineHeight + filmMargin
	}
	return s
}

// commonWord returns the first word that all names begin with, and what follows
// it in each.
func commonWord(names []string) (word string, rest []string) {
	word, _, _ = strings.Cut(names[0], " ")
	for _, name := range names {
		after, ok := strings.CutPrefix(name, word+" ")
		if !ok {
			return "", names
		}
		rest = append(rest, after)
	}
	return word, rest
}

func (s sheet) draw() *image.RGBA {
	page := s.paint.newPage(s.size)
	page.lines(s.caption, filmMargin, s.paint.ink)
	header := s.top - lineHeight + baseline - 2
	page.text(s.prefix, s.left-rowNameGap, header, end, s.paint.muted)
	for column, name := range s.names {
		page.text(name, s.place(0, column).X+s.reel.tile.X/2, header, middle, s.paint.muted)
	}
	for row, name := range s.Rows {
		page.text(name, s.left-rowNameGap, s.place(row, 0).Y+s.reel.tile.Y/2+baseline/2-1, end, s.paint.muted)
	}
	if s.legend > 0 {
		page.legend(s.legend, s.paint.muted)
	}
	m := page.pixels()
	for row := range s.Rows {
		for column := range s.names {
			s.drawTile(m, row, column, s.place(row, column))
		}
	}
	if s.legend > 0 {
		s.paint.mark(m, legendMark(s.legend))
	}
	return m
}

// place returns the top left corner of a tile, which is in the middle of its
// cell.
func (s sheet) place(row, column int) image.Point {
	cell := image.Pt(s.left, s.top).Add(image.Pt(column*s.pitch.X, row*s.pitch.Y))
	room := s.pitch.Sub(image.Pt(sheetColumnGap, sheetRowGap)).Sub(s.reel.tile)
	return cell.Add(room.Div(2))
}
