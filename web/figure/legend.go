package figure

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	swatchWidth = 20
	swatchGap   = 6  // to its text
	legendGap   = 16 // to the next
	legendPitch = 15 // from one row to the next
	runWidth    = 120
)

// addLegend names the sets of the curve's own run at the top right, as far as
// there is room for saying how a line is made.
func (l *layout) addLegend(c Curve, o CurveOptions, traces []*trace) {
	strong := traces[len(traces)-len(c.Series):]
	type entry struct {
		text  string
		trace *trace
	}
	legend := func(isLong bool) (entries []entry, width float64) {
		for i, s := range c.Series {
			if s.Run > 0 {
				continue
			}
			text := s.Name
			switch {
			case isLong && s.Kind == Line && o.Smoothing > 0:
				text += ", smoothed"
			case isLong && s.Kind == Points && s.Name == "train":
				text += ", mean of the epoch"
			}
			entries = append(entries, entry{text, strong[i]})
			width += swatchWidth + swatchGap + textWidth(text) + legendGap
		}
		return entries, width - legendGap
	}
	const title = 76
	entries, width := legend(true)
	if width > l.area.Right-l.area.Left-title {
		entries, width = legend(false)
	}
	x, baseline := l.area.Right-width, float64(marginTop-13)
	for _, e := range entries {
		l.addEntry(x, baseline, e.text, e.trace)
		x += swatchWidth + swatchGap + textWidth(e.text) + legendGap
	}
}

func (l *layout) addEntry(x, baseline float64, text string, t *trace) {
	l.plotters = append(l.plotters, &swatch{l.height, x, crisp(baseline - capHeight/2), t})
	l.addLabel(text, x+swatchWidth+swatchGap, baseline, start, l.theme.text)
}

// A namedRun is where a run's name is in the legend.
type namedRun struct {
	text        string
	x, baseline float64
}

// makeRoomForRuns moves the data area down by as many rows as the runs' names
// take, and returns their places.
func (l *layout) makeRoomForRuns(names []string) []namedRun {
	var runs []namedRun
	x, baseline := l.area.Left, float64(marginTop-13)
	for i, name := range names {
		text := shortened(name, runWidth)
		width := swatchWidth + swatchGap + textWidth(text)
		if i == 0 || x+width > l.area.Right {
			x, baseline = l.area.Left, baseline+legendPitch
			l.area.Top += legendPitch
		}
		runs = append(runs, namedRun{text, x, baseline})
		x += width + legendGap
	}
	return runs
}

// addRuns names the runs that are drawn beside the curve's own.
func (l *layout) addRuns(runs []namedRun) {
	for i, r := range runs {
		style := l.theme.ofRun("train", i+1)
		line := &trace{style: draw.LineStyle{Color: style.color}}
		l.addEntry(r.x, r.baseline, r.text, line)
	}
}

// shortened cuts a text that is wider.
func shortened(text string, width float64) string {
	if textWidth(text) <= width {
		return text
	}
	letters := []rune(text)
	for len(letters) > 0 && textWidth(string(letters)+"…") > width {
		letters = letters[:len(letters)-1]
	}
	return string(letters) + "…"
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
