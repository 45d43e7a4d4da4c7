package figure

import (
	"image/color"
	"math"
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
	xUnit        float64 // in which the horizontal axis has round values; 0 means 1
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
	for _, t := range l.x.ticksIn(orDefault(f.xUnit, 1), tickApartX/(l.area.Right-l.area.Left), f.xText) {
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
