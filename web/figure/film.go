package figure

import (
	"fmt"
	"image"
)

// A Film is tiles that change: one row per unit, one column per step.
type Film struct {
	Rows    []string // names of the rows, as "unit 3"
	Columns []string // and of the columns, as "step 64"
	// Tile returns a row's picture in a column. All must have one size.
	Tile func(row, column int) image.Image
	// Marks has, [row][column], where only the strongest image changed, so that a
	// jump does not mean that the unit did; nil: nowhere.
	Marks   [][]bool
	Caption string // says what is shown
	Zoom    int    // by which each pixel is enlarged, up to MaxZoom; 0 means 2
	Theme   string // "light" (default) or "dark"
}

// markMeaning is said where a film has marks.
const markMeaning = "only the strongest image changed"

// mostFilmPixels keeps a film to what a browser opens and memory holds.
const mostFilmPixels = 40_000_000

// A reel is a film that was checked, with all its tiles.
type reel struct {
	Film
	tiles [][]image.Image
	tile  image.Point // its size, enlarged
	paint *painter
}

// load completes and checks the film, and asks for its tiles.
func (f Film) load() (*reel, error) {
	f.Zoom, f.Theme = orDefault(f.Zoom, 2), orDefault(f.Theme, "light")
	if len(f.Rows) == 0 || len(f.Columns) == 0 || f.Tile == nil {
		return nil, fmt.Errorf("figure: a film of %d rows and %d columns; it needs at least one of each, and tiles", len(f.Rows), len(f.Columns))
	}
	if err := wholeWithin("zoom", f.Zoom, 1, MaxZoom); err != nil {
		return nil, err
	}
	if err := oneOf("theme", f.Theme, "light", "dark"); err != nil {
		return nil, err
	}
	if err := f.checkMarks(); err != nil {
		return nil, err
	}
	r := &reel{Film: f, paint: newPainter(f.Theme)}
	for row := range f.Rows {
		var tiles []image.Image
		for column := range f.Columns {
			tiles = append(tiles, f.Tile(row, column))
		}
		r.tiles = append(r.tiles, tiles)
	}
	if err := r.checkTiles(); err != nil {
		return nil, err
	}
	return r, nil
}

func (f Film) checkMarks() error {
	if f.Marks != nil && len(f.Marks) != len(f.Rows) {
		return fmt.Errorf("figure: marks for %d rows of a film; it has %d", len(f.Marks), len(f.Rows))
	}
	for row, marks := range f.Marks {
		if len(marks) != len(f.Columns) {
			return fmt.Errorf("figure: row %d of a film has %d marks; it has %d columns", row, len(marks), len(f.Columns))
		}
	}
	return nil
}

// checkTiles finds the tiles' size.
func (r *reel) checkTiles() error {
	var size image.Point
	for row, tiles := range r.tiles {
		for column, m := range tiles {
			if m == nil || m.Bounds().Empty() {
				return fmt.Errorf("figure: the tile of %s at %s is empty; each must be a picture", r.Rows[row], r.Columns[column])
			}
			if row+column == 0 {
				size = m.Bounds().Size()
			}
			if got := m.Bounds().Size(); got != size {
				return fmt.Errorf("figure: the tile of %s at %s is %dx%d; the first is %dx%d, and all must be as large", r.Rows[row], r.Columns[column], got.X, got.Y, size.X, size.Y)
			}
		}
	}
	r.tile = size.Mul(r.Zoom)
	return nil
}

// checkSize limits the picture, of which there are frames.
func (r *reel) checkSize(size image.Point, frames int) error {
	if size.X > mostFilmPixels || size.X*size.Y > mostFilmPixels/frames {
		return fmt.Errorf("figure: a film of %d x %dx%d pixels; at most %d million are possible, so choose fewer rows, fewer columns, or a zoom below %d",
			frames, size.X, size.Y, mostFilmPixels/1_000_000, r.Zoom)
	}
	return nil
}

// marked reports whether the film has any mark.
func (r *reel) marked() bool {
	for _, marks := range r.Marks {
		for _, m := range marks {
			if m {
				return true
			}
		}
	}
	return false
}

// drawTile draws a tile, enlarged, and its mark with its top left corner at a
// place.
func (r *reel) drawTile(m *image.RGBA, row, column int, at image.Point) {
	r.paint.tile(m, r.tiles[row][column], r.Zoom, at)
	if r.Marks != nil && r.Marks[row][column] {
		r.paint.mark(m, at.Add(image.Pt(r.tile.X-markWidth, 0)))
	}
}
