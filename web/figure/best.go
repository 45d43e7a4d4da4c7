package figure

import (
	"image/color"
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	ringRadius = 5.5
	bestGap    = 10 // from the point to its text
	plateEdge  = 3  // around a text
)

// addBest draws a ring around the best point and says its value, if the axes
// have the point.
func (l *layout) addBest(c Curve) {
	b := c.Best
	if b == nil || !l.x.drawable(b.X) || b.X < l.x.Min || b.X > l.x.Max || !l.y.drawable(b.Value) {
		return
	}
	x, y := l.placeX(b.X), l.placeY(b.Value)
	if math.IsNaN(y) || y < l.area.Top-1 || y > l.area.Bottom+1 {
		return
	}
	text := "best epoch " + shortest(b.Value)
	if c.Figure == "accuracy" {
		text = "best " + strconv.FormatFloat(b.Value*100, 'f', 2, 64) + "%"
	}
	width, left := textWidth(text), x+bestGap
	if left+width > l.area.Right {
		left = x - bestGap - width
	}
	baseline := y - bestGap
	if baseline-capHeight < l.area.Top {
		baseline = y + bestGap + capHeight
	}
	plate := Rect{left - plateEdge, baseline - capHeight - plateEdge, left + width + plateEdge, baseline + plateEdge}
	l.plotters = append(l.plotters, &bestMark{l.height, x, y, plate, l.theme.plate, l.theme.ofRun(b.Set, 0).color})
	l.addLabel(text, left, baseline, start, l.theme.text)
}

// A bestMark is a ring, and the plate that keeps a text legible on lines; it is a
// plot.Plotter.
type bestMark struct {
	height, x, y float64
	plate        Rect
	below, ring  color.Color
}

// Plot implements plot.Plotter.
func (b *bestMark) Plot(c draw.Canvas, _ *plot.Plot) {
	var path vg.Path
	for i, p := range [][2]float64{{b.plate.Left, b.plate.Top}, {b.plate.Right, b.plate.Top}, {b.plate.Right, b.plate.Bottom}, {b.plate.Left, b.plate.Bottom}} {
		at := rounded(vg.Point{X: vg.Length(p[0]), Y: vg.Length(b.height - p[1])})
		if i == 0 {
			path.Move(at)
		} else {
			path.Line(at)
		}
	}
	path.Close()
	c.SetColor(b.below)
	c.Fill(path)
	at := rounded(vg.Point{X: vg.Length(b.x), Y: vg.Length(b.height - b.y)})
	var ring vg.Path
	ring.Move(vg.Point{X: at.X + ringRadius, Y: at.Y})
	ring.Arc(at, ringRadius, 0, 2*math.Pi)
	ring.Close()
	c.SetLineStyle(draw.LineStyle{Color: b.ring, Width: strongWidth})
	c.Stroke(ring)
}
