package figure

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A trace draws a reduced series. It is a plot.Plotter whose samples are
// already placed in x.
type trace struct {
	samples []sample
	style   draw.LineStyle
	mark    mark
	radius  float64
}

// traces reduces the series: the faint raw lines below all others.
func (l *layout) traces(series []Series, o CurveOptions, style func(i int) seriesStyle) []*trace {
	y := Axis{Scale: o.YScale}
	var faint, strong []*trace
	for i, s := range series {
		look := style(i)
		t := &trace{samples: reduce(s, s.Value, l.x, y, l.area), radius: loneRadius}
		t.style = draw.LineStyle{Color: look.color, Width: t.width(l.area), Dashes: look.dashes}
		if s.Kind == Line && o.Smoothing > 0 {
			raw := *t
			look.color.A = rawOpacity
			raw.style.Color = look.color
			faint = append(faint, &raw)
			t.samples = reduce(s, Smooth(s.Value, o.Smoothing), l.x, y, l.area)
			t.style.Width = strongWidth
		}
		if s.Kind == Points {
			t.mark, t.radius = look.mark, markRadius
		}
		strong = append(strong, t)
	}
	return append(faint, strong...)
}

// width is thinner for a line with many samples, which would be a solid band.
func (t *trace) width(area Rect) vg.Length {
	if float64(len(t.samples)) > (area.Right-area.Left)/2 {
		return denseWidth
	}
	return lineWidth
}

// Plot implements plot.Plotter.
func (t *trace) Plot(c draw.Canvas, p *plot.Plot) {
	var line []vg.Point
	var path, marks vg.Path
	last := math.Inf(-1)
	flush := func() {
		for _, part := range c.ClipLinesXY(line) {
			path = appendLine(path, part)
		}
		if len(line) == 1 && t.mark == noMark {
			marks = appendMark(marks, c, circle, t.radius, line[0])
		}
		line = line[:0]
	}
	for _, s := range t.samples {
		if s.gap {
			flush()
		}
		at := rounded(vg.Point{X: vg.Length(s.x), Y: c.Y(p.Y.Norm(s.value))})
		line = append(line, at)
		if t.mark != noMark && s.x-last >= markDistance {
			marks = appendMark(marks, c, t.mark, t.radius, at)
			last = s.x
		}
	}
	flush()
	if len(path) > 0 {
		c.SetLineStyle(t.style)
		c.Stroke(path)
	}
	if len(marks) > 0 {
		c.SetColor(t.style.Color)
		c.Fill(marks)
	}
}

// rounded keeps a tenth of a pixel, which is as good as all digits and shorter.
func rounded(p vg.Point) vg.Point {
	return vg.Point{X: round10(p.X), Y: round10(p.Y)}
}

func round10(v vg.Length) vg.Length {
	return vg.Length(math.Round(float64(v)*10) / 10)
}

func appendLine(path vg.Path, points []vg.Point) vg.Path {
	for i, p := range points {
		if i == 0 {
			path.Move(rounded(p))
		} else {
			path.Line(rounded(p))
		}
	}
	return path
}

// appendMark adds the shape of a point if its centre is on the canvas.
func appendMark(path vg.Path, c draw.Canvas, m mark, radius float64, at vg.Point) vg.Path {
	if !c.Contains(at) {
		return path
	}
	r := vg.Length(radius)
	switch m {
	case circle:
		path.Move(vg.Point{X: at.X + r, Y: at.Y})
		path.Arc(at, r, 0, 2*math.Pi)
	case diamond:
		r *= 1.25
		path.Move(vg.Point{X: at.X + r, Y: at.Y})
		path.Line(vg.Point{X: at.X, Y: at.Y + r})
		path.Line(vg.Point{X: at.X - r, Y: at.Y})
		path.Line(vg.Point{X: at.X, Y: at.Y - r})
	}
	path.Close()
	return path
}

// A rule is straight lines of one style, each as left, top, right, bottom of
// the picture; it is a plot.Plotter.
type rule struct {
	height float64
	lines  []Rect
	width  vg.Length
	color  color.Color
	dashes []vg.Length
}

// Plot implements plot.Plotter.
func (r *rule) Plot(c draw.Canvas, _ *plot.Plot) {
	var path vg.Path
	for _, l := range r.lines {
		path.Move(vg.Point{X: vg.Length(l.Left), Y: vg.Length(r.height - l.Top)})
		path.Line(vg.Point{X: vg.Length(l.Right), Y: vg.Length(r.height - l.Bottom)})
	}
	if len(path) == 0 {
		return
	}
	c.SetLineStyle(draw.LineStyle{Color: r.color, Width: r.width, Dashes: r.dashes})
	c.Stroke(path)
}
