package figure

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A label is text whose baseline is at y; x is its start, middle or end.
type label struct {
	text   string
	x, y   float64
	anchor anchor
	color  color.NRGBA
}

type anchor uint8

const (
	start anchor = iota
	middle
	end
)

const (
	fontSize  = 11
	capHeight = 8 // of digits and capitals, at fontSize

	tickApartX = 80 // pixels between named values, at least
	tickApartY = 28
	minorTick  = 3 // pixels
	majorTick  = 5
)

// A frame is what the axes say.
type frame struct {
	title        string // of the vertical axis
	xName        string // "" if the title says it
	xText, yText func(v, delta float64) string
}

// addFrame draws grid, axes, and their names and values.
func (l *layout) addFrame(f frame) {
	l.addLabel(f.title, l.area.Left, marginTop-13, start, l.theme.muted)
	grid := &rule{height: l.height, width: 1, color: l.theme.grid}
	axis := &rule{height: l.height, width: 1, color: l.theme.axis}
	for _, t := range l.y.ticks(tickApartY/(l.area.Bottom-l.area.Top), f.yText) {
		y := l.placeY(t.value)
		grid.lines = append(grid.lines, Rect{l.area.Left, crisp(y), l.area.Right, crisp(y)})
		l.addLabel(t.text, l.area.Left-8, y+capHeight/2, end, l.theme.muted)
	}
	bottom := crisp(l.area.Bottom)
	axis.lines = append(axis.lines, Rect{l.area.Left, bottom, l.area.Right, bottom})
	name := l.area.Left - 8 // the right end of the axis' name
	for _, t := range l.x.ticks(tickApartX/(l.area.Right-l.area.Left), f.xText) {
		x := l.placeX(t.value)
		axis.lines = append(axis.lines, Rect{crisp(x), bottom, crisp(x), bottom + majorTick})
		l.addLabel(t.text, x, l.area.Bottom+17, middle, l.theme.muted)
		name = min(name, x-textWidth(t.text)/2-7)
	}
	l.addLabel(f.xName, name, l.area.Bottom+17, end, l.theme.muted)
	for _, v := range l.x.minorTicks() {
		x := crisp(l.placeX(v))
		axis.lines = append(axis.lines, Rect{x, bottom, x, bottom + minorTick})
	}
	l.plotters = append(l.plotters, grid, axis)
}

func (l *layout) placeX(v float64) float64 {
	return l.area.Left + l.x.Place(v)*(l.area.Right-l.area.Left)
}

func (l *layout) placeY(v float64) float64 {
	return l.area.Bottom - l.y.Place(v)*(l.area.Bottom-l.area.Top)
}

// crisp moves a line of one pixel's width into the middle of a pixel.
func crisp(v float64) float64 { return math.Floor(v) + 0.5 }

func (l *layout) addLabel(text string, x, y float64, a anchor, c color.NRGBA) {
	if text == "" {
		return
	}
	l.labels = append(l.labels, label{text, x, y, a, c})
}

const (
	swatchWidth = 20
	swatchGap   = 6  // to its text
	legendGap   = 16 // to the next
)

// legendNames are the series' names for people. The two of another run have the
// same colour, so one name is enough.
var legendNames = map[string]string{"train": "train", "test": "test", "validation": "validation", "other train": "other run"}

// addLegend names the series at the top right, as far as there is room for
// saying that a line is smoothed.
func (l *layout) addLegend(c Curve, o CurveOptions, traces []*trace) {
	strong := traces[len(traces)-len(c.Series):]
	type entry struct {
		text  string
		trace *trace
	}
	legend := func(smoothed string) (entries []entry, width float64) {
		for i, s := range c.Series {
			text, named := legendNames[s.Name]
			if !named {
				continue
			}
			if s.Kind == Line && o.Smoothing > 0 {
				text += smoothed
			}
			entries = append(entries, entry{text, strong[i]})
			width += swatchWidth + swatchGap + textWidth(text) + legendGap
		}
		return entries, width - legendGap
	}
	const title = 76
	entries, width := legend(", smoothed")
	if width > l.area.Right-l.area.Left-title {
		entries, width = legend("")
	}
	x, baseline := l.area.Right-width, float64(marginTop-13)
	for _, e := range entries {
		l.plotters = append(l.plotters, &swatch{l.height, x, crisp(baseline - capHeight/2), e.trace})
		l.addLabel(e.text, x+swatchWidth+swatchGap, baseline, start, l.theme.text)
		x += swatchWidth + swatchGap + textWidth(e.text) + legendGap
	}
}

// A swatch is a short piece of a trace, with its mark, in the legend.
type swatch struct {
	height, x, y float64
	trace        *trace
}

// Plot implements plot.Plotter.
func (s *swatch) Plot(c draw.Canvas, p *plot.Plot) {
	line := rule{s.height, []Rect{{s.x, s.y, s.x + swatchWidth, s.y}}, strongWidth, s.trace.style.Color, s.trace.style.Dashes}
	line.Plot(c, p)
	if s.trace.mark == noMark {
		return
	}
	at := vg.Point{X: vg.Length(s.x + swatchWidth/2), Y: vg.Length(s.height - s.y)}
	whole := c
	whole.Rectangle = vg.Rectangle{Max: at.Scale(2)}
	c.SetColor(s.trace.style.Color)
	c.Fill(appendMark(nil, whole, s.trace.mark, s.trace.radius, at))
}

// addTraces draws the traces, or says that nothing is drawn.
func (l *layout) addTraces(series []Series, traces []*trace) {
	points, samples := 0, 0
	for _, s := range series {
		points += len(s.Step)
	}
	for _, t := range traces {
		l.plotters = append(l.plotters, t)
		samples += len(t.samples)
	}
	switch {
	case points == 0:
		l.addNotice("no points yet")
	case samples == 0:
		l.addNotice("no points in this range that can be drawn")
	}
}

// addNotice writes in the middle of the empty data area.
func (l *layout) addNotice(text string) {
	l.addLabel(text, (l.area.Left+l.area.Right)/2, (l.area.Top+l.area.Bottom)/2, middle, l.theme.muted)
}
