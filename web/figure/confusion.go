package figure

import (
	"fmt"
	"image/color"
	"strconv"
)

// A Confusion is how often images of each label were taken for each class.
type Confusion struct {
	Title   string   // "test set, step 469"
	Classes []string // their names
	Counts  [][]int  // by label, then prediction
}

// The margins of a confusion matrix, which has names of classes at its left and
// below it.
const (
	confusionLeft   = 62
	confusionTop    = 46
	confusionBottom = 44
	nameLength      = 8 // characters of a class's name that are shown
)

// DrawConfusion draws a matrix of squares: a row for each label, a column for
// each prediction, coloured by the share of the row and, where there is room,
// with the numbers. Of the options only format, theme and size mean anything. A
// matrix that does not have as many rows and columns as classes is an error, as
// are negative numbers; for the options it has an *OptionError where DrawCurve
// has one.
func DrawConfusion(m Confusion, o CurveOptions) (Chart, error) {
	o, err := o.complete(linear)
	if err != nil {
		return Chart{}, err
	}
	if err := m.check(); err != nil {
		return Chart{}, fmt.Errorf("figure: the confusion matrix: %w", err)
	}
	l := newLayout(o)
	side := min(o.Width-confusionLeft-marginRight, o.Height-confusionTop-confusionBottom)
	l.area = Rect{confusionLeft, confusionTop, confusionLeft + side, confusionTop + side}
	n := float64(len(m.Classes))
	l.x, l.y = Axis{0, n, linear}, Axis{0, n, linear}
	palette := sequential(o.Theme)
	for label, row := range m.Counts {
		total := 0
		for _, count := range row {
			total += count
		}
		for prediction, count := range row {
			l.addCell(label, prediction, count, total, palette)
		}
	}
	l.nameCells(m)
	return l.chart(m.Title, o)
}

func (m Confusion) check() error {
	if len(m.Classes) == 0 || len(m.Counts) != len(m.Classes) {
		return fmt.Errorf("%d rows for %d classes", len(m.Counts), len(m.Classes))
	}
	for label, row := range m.Counts {
		if len(row) != len(m.Classes) {
			return fmt.Errorf("row %d has %d numbers for %d classes", label, len(row), len(m.Classes))
		}
		for _, count := range row {
			if count < 0 {
				return fmt.Errorf("row %d has the number %d; it must not be negative", label, count)
			}
		}
	}
	return nil
}

// cell is the square of a label's row, from the top, and a prediction's column.
func (l *layout) cell(label, prediction int) Rect {
	size := (l.area.Right - l.area.Left) / l.x.Max
	left, top := l.area.Left+float64(prediction)*size, l.area.Top+float64(label)*size
	return Rect{left + 0.5, top + 0.5, left + size - 0.5, top + size - 0.5}
}

// addCell draws a square and its number. A square without images has the
// theme's faintest colour, so that the matrix is seen to be one.
func (l *layout) addCell(label, prediction, count, total int, palette color.Palette) {
	cell := l.cell(label, prediction)
	colour, ink := color.Color(l.theme.grid), l.theme.text
	if count > 0 {
		at := heatIndex(float64(count)/float64(total), 1)
		colour = palette[at]
		if isDark(colour) {
			ink = color.NRGBA{255, 255, 255, 255}
		} else {
			ink = color.NRGBA{0, 0, 0, 255}
		}
	}
	l.plotters = append(l.plotters, &bars{l.height, []Rect{cell}, colour})
	if text := strconv.Itoa(count); count > 0 && textWidth(text)+2 <= cell.Right-cell.Left {
		l.addLabel(text, (cell.Left+cell.Right)/2, (cell.Top+cell.Bottom+capHeight)/2, middle, ink)
	}
}

// isDark reports whether white is read better on a colour than black.
func isDark(c color.Color) bool {
	r, g, b, _ := c.RGBA()
	return 0.299*float64(r)+0.587*float64(g)+0.114*float64(b) < 0x8000
}

// nameCells writes the title, the names of the classes and what rows and
// columns are. Where squares are small, some names are left out.
func (l *layout) nameCells(m Confusion) {
	l.addLabel(m.Title, l.area.Left, marginTop-13, start, l.theme.text)
	l.addLabel("prediction", (l.area.Left+l.area.Right)/2, l.height-8, middle, l.theme.muted)
	l.addLabel("label", 8, l.area.Top-8, start, l.theme.muted)
	var across, down float64 // up to where names have been written
	for i, name := range m.Classes {
		if runes := []rune(name); len(runes) > nameLength {
			name = string(runes[:nameLength-1]) + "…"
		}
		cell := l.cell(i, i)
		if x := (cell.Left + cell.Right) / 2; x-textWidth(name)/2 > across {
			l.addLabel(name, x, l.area.Bottom+16, middle, l.theme.text)
			across = x + textWidth(name)/2 + 4
		}
		if y := (cell.Top + cell.Bottom) / 2; y-capHeight > down {
			l.addLabel(name, l.area.Left-7, y+capHeight/2, end, l.theme.text)
			down = y + capHeight/2 + 2
		}
	}
}
