package figure

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Bins count values between Min and Max in intervals of equal width. If Min is
// Max, all values are equal.
type Bins struct {
	Min, Max float64
	Counts   []int
}

// A Histogram is how the values of one step are spread.
type Histogram struct {
	Title string // "weights"
	Bins
}

// DrawHistogram draws one bar per bin; the vertical scale, numbers of values, is
// linear by default. XScale, Smoothing, From and To are of steps, so they mean
// nothing here. It has an *OptionError where DrawCurve has one; negative counts
// are an error too. No bins, or ends that are NaN or infinite, give empty axes
// and a sentence.
func DrawHistogram(h Histogram, o CurveOptions) (Chart, error) {
	o, err := o.complete(linear)
	if err != nil {
		return Chart{}, err
	}
	total, most, err := h.check()
	if err != nil {
		return Chart{}, fmt.Errorf("figure: %s: %w", h.Title, err)
	}
	l := newLayout(o)
	l.x, l.y = Axis{-1, 1, linear}, countAxis(o.YScale, most)
	drawable := total > 0 && h.finite()
	if drawable {
		l.x = h.axis()
	}
	title, span := h.Title+", number in each bin", ""
	if drawable {
		title, span = l.fit([]string{title, h.Title}, h.spans(total))
	}
	l.addFrame(frame{title: title, xText: l.x.numberText, yText: countText})
	switch {
	case total == 0:
		l.addNotice("no values yet")
	case !drawable:
		l.addNotice("no values that can be drawn")
	default:
		l.addZero()
		l.plotters = append(l.plotters, l.bars(h.Bins))
		l.addLabel(span, l.area.Right, marginTop-13, end, l.theme.text)
	}
	return l.chart(h.Title, o)
}

// check returns the number of values, and that in the fullest bin.
func (b Bins) check() (total, most int, err error) {
	for i, n := range b.Counts {
		if n < 0 {
			return 0, 0, fmt.Errorf("bin %d has %d values; a number must not be negative", i, n)
		}
		total, most = total+n, max(most, n)
	}
	if b.Min > b.Max {
		return 0, 0, fmt.Errorf("bins from %g to %g; their end must not be below their beginning", b.Min, b.Max)
	}
	return total, most, nil
}

// finite reports whether the bins' ends have places on an axis.
func (b Bins) finite() bool {
	return math.Abs(b.Min) <= hugest && math.Abs(b.Max) <= hugest
}

// axis covers the bins; equal values are in its middle.
func (b Bins) axis() Axis {
	if b.Max-b.Min > 0 {
		return Axis{b.Min, b.Max, linear}
	}
	around := math.Abs(b.Min) / 2
	if around < tiniest {
		around = 1
	}
	return Axis{b.Min - around, b.Max + around, linear}
}

// spans says how many values there are and between what, and that in short.
func (b Bins) spans(total int) []string {
	if b.Min == b.Max {
		return []string{fmt.Sprintf("%d values, all %s", total, shortest(b.Min)), "all " + shortest(b.Min)}
	}
	short := fmt.Sprintf("%s to %s", shortest(b.Min), shortest(b.Max))
	return []string{fmt.Sprintf("%d values, %s", total, short), short}
}

// fit chooses the longest of texts for the left and the right above the data
// area that have room beside each other; the right one matters more. The last
// ones are chosen in any case.
func (l *layout) fit(lefts, rights []string) (left, right string) {
	const apart = 16
	for _, right = range rights {
		for _, left = range lefts {
			if textWidth(left)+apart+textWidth(right) <= l.area.Right-l.area.Left {
				return left, right
			}
		}
	}
	return left, right
}

// countAxis covers numbers up to most.
func countAxis(scale string, most int) Axis {
	high := roundUp(math.Max(float64(most), 1), []float64{1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10})
	if scale == logarithmic {
		return Axis{0.5, math.Max(high, 2), logarithmic} // so that 1 has a bar
	}
	return Axis{0, math.Max(high, 4), linear}
}

// countText names whole numbers only.
func countText(v, delta float64) string {
	if v != math.Floor(v) {
		return ""
	}
	return Axis{Max: v, Scale: linear}.numberText(v, math.Max(delta, 1))
}

// addZero draws a line where values are zero.
func (l *layout) addZero() {
	if l.x.Min < 0 && l.x.Max > 0 {
		x := crisp(l.placeX(0))
		l.plotters = append(l.plotters, &rule{height: l.height, width: 1, color: l.theme.axis, lines: []Rect{{x, l.area.Top, x, l.area.Bottom}}})
	}
}

// equalWidth is the part of the data area that a bar of equal values is wide.
const equalWidth = 0.03

// bars returns a bar for each bin that has values, apart by a pixel if they are
// wide enough.
func (l *layout) bars(b Bins) *bars {
	out := &bars{height: l.height, color: l.theme.series["train"]}
	width := (b.Max - b.Min) / float64(len(b.Counts))
	counts := b.Counts
	if width == 0 {
		total, _, _ := b.check()
		width, counts = (l.x.Max-l.x.Min)*equalWidth, []int{total}
		b.Min -= width / 2
	}
	gap := 0.0
	if l.placeX(b.Min+width)-l.placeX(b.Min) >= 4 {
		gap = 0.5
	}
	for i, n := range counts {
		if n > 0 {
			left := b.Min + float64(i)*width
			out.bars = append(out.bars, Rect{l.placeX(left) + gap, l.placeY(float64(n)), l.placeX(left+width) - gap, l.area.Bottom})
		}
	}
	return out
}

// bars are filled rectangles; they are a plot.Plotter.
type bars struct {
	height float64
	bars   []Rect
	color  color.Color
}

// Plot implements plot.Plotter.
func (b *bars) Plot(c draw.Canvas, _ *plot.Plot) {
	c.SetColor(b.color)
	var path vg.Path
	for _, r := range b.bars {
		corner := func(x, y float64) vg.Point {
			return rounded(vg.Point{X: vg.Length(x), Y: vg.Length(b.height - y)})
		}
		path.Move(corner(r.Left, r.Bottom))
		path.Line(corner(r.Left, r.Top))
		path.Line(corner(r.Right, r.Top))
		path.Line(corner(r.Right, r.Bottom))
		path.Close()
	}
	if len(path) > 0 {
		c.Fill(path)
	}
}
