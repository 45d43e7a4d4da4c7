package figure

import (
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Vital is one quantity of a unit over the steps: its norm, its selectivity
// for each class.
type Vital struct {
	Title string // "gradient norm"
	// Unit is of the values: "" if they have none, "%" if they are fractions to be
	// shown in percent.
	Unit   string
	Series []Series
	// Marks are steps that are looked at: each gets a line and, on the series, a
	// point. If it is one, the chart says its value.
	Marks []int
}

// DrawVital draws a vital with all options of DrawCurve; the vertical scale is
// linear by default. Several series differ in dashes and colour, and each has
// its name at its right end. It has an error where DrawCurve has one, and if one
// of several series has no name.
func DrawVital(v Vital, o CurveOptions) (Chart, error) {
	o, err := o.complete(linear)
	if err != nil {
		return Chart{}, err
	}
	for i, s := range v.Series {
		if s.Name == "" && len(v.Series) > 1 {
			return Chart{}, fmt.Errorf("figure: series %d of the %s has no name; each of %d needs one", i, v.Title, len(v.Series))
		}
		if err := s.check(); err != nil {
			return Chart{}, err
		}
	}
	l := newLayout(o)
	l.area.Right -= v.nameWidth()
	l.setX(v.Series, o)
	traces := l.traces(v.Series, o, l.theme.nth)
	l.y = vitalAxis(v.Unit, o.YScale, visible(traces))
	f := frame{title: v.title(), yText: l.y.numberText, xName: "step", xText: l.x.stepText}
	if v.Unit == "%" {
		f.yText = percentText
	}
	l.addFrame(f)
	l.addMarks(v.Marks)
	l.addTraces(v.Series, traces)
	l.addMarkedPoints(v, traces[len(traces)-len(v.Series):])
	if len(v.Series) > 1 {
		l.addNames(v, traces[len(traces)-len(v.Series):])
	}
	return l.chart(v.Title, o)
}

func (v Vital) title() string {
	if v.Unit == "" || v.Unit == "%" {
		return v.Title
	}
	return v.Title + " (" + v.Unit + ")"
}

const (
	nameLead  = 14 // pixels from a line's end to its name
	namePitch = 13 // from one name to the next
)

// nameWidth is the room that the series' names need at the right.
func (v Vital) nameWidth() float64 {
	if len(v.Series) < 2 {
		return 0
	}
	widest := 0.0
	for _, s := range v.Series {
		widest = max(widest, textWidth(s.Name))
	}
	return nameLead + 4 + widest - marginRight/2
}

// addNames writes each series' name beside its last value, apart from the
// others, and leads a line there.
func (l *layout) addNames(v Vital, traces []*trace) {
	type name struct {
		text   string
		at, to float64
		trace  *trace
	}
	var names []name
	for i, t := range traces {
		if n := len(t.samples); n > 0 {
			y := min(max(l.placeY(t.samples[n-1].value), l.area.Top), l.area.Bottom)
			names = append(names, name{v.Series[i].Name, y, y, t})
		}
	}
	slices.SortStableFunc(names, func(a, b name) int { return int(math.Copysign(1, a.at-b.at)) })
	pitch := min(namePitch, (l.area.Bottom-l.area.Top)/float64(max(1, len(names)-1)))
	for i := range names {
		names[i].to = max(names[i].to, l.area.Top+float64(i)*pitch)
		if i > 0 {
			names[i].to = max(names[i].to, names[i-1].to+pitch)
		}
	}
	for i := range slices.Backward(names) {
		names[i].to = min(names[i].to, l.area.Bottom-float64(len(names)-1-i)*pitch)
	}
	for _, n := range names {
		lead := &rule{l.height, []Rect{{l.area.Right + 2, n.at, l.area.Right + nameLead - 3, n.to}}, 1, n.trace.style.Color, nil}
		l.plotters = append(l.plotters, lead)
		l.addLabel(n.text, l.area.Right+nameLead, n.to+capHeight/2, start, l.theme.text)
	}
}

// addMarks draws a line, with a triangle at its top, at each step that is looked
// at and has a place.
func (l *layout) addMarks(steps []int) {
	halo := &rule{height: l.height, width: 3, color: l.theme.halo}
	line := &rule{height: l.height, width: 1, color: l.theme.text, dashes: []vg.Length{3, 3}}
	tops := &triangles{height: l.height, color: l.theme.text}
	for _, step := range steps {
		if x, ok := l.placeStep(step); ok {
			line.lines = append(line.lines, Rect{crisp(x), l.area.Top, crisp(x), l.area.Bottom})
			tops.at = append(tops.at, [2]float64{crisp(x), l.area.Top})
		}
	}
	halo.lines = line.lines
	l.plotters = append(l.plotters, halo, line, tops)
}

// placeStep returns where a step is, if the axis has it.
func (l *layout) placeStep(step int) (x float64, ok bool) {
	v := float64(step)
	return l.placeX(v), l.x.drawable(v) && v >= l.x.Min && v <= l.x.Max
}

// addMarkedPoints draws a point on each series at the steps looked at, and says
// what the value is if it is one.
func (l *layout) addMarkedPoints(v Vital, traces []*trace) {
	for _, step := range v.Marks {
		x, ok := l.placeStep(step)
		if !ok {
			continue
		}
		said := "step " + fmt.Sprint(step)
		for i, s := range v.Series {
			k, found := slices.BinarySearch(s.Step, step)
			if !found || !l.y.drawable(s.Value[k]) {
				continue
			}
			l.plotters = append(l.plotters, &dot{l.height, x, l.placeY(s.Value[k]), traces[i]})
			if len(v.Series) == 1 {
				said += ": " + v.valueText(s.Value[k])
			}
		}
		if len(v.Marks) == 1 {
			l.addLabel(said, l.area.Right, marginTop-13, end, l.theme.text)
		}
	}
}

// valueText names one value with three digits.
func (v Vital) valueText(value float64) string {
	if v.Unit == "%" {
		return shortest(value*100) + "%"
	}
	return shortest(value)
}

// triangles point down at places; it is a plot.Plotter.
type triangles struct {
	height float64
	at     [][2]float64
	color  color.Color
}

// Plot implements plot.Plotter.
func (t *triangles) Plot(c draw.Canvas, _ *plot.Plot) {
	var path vg.Path
	for _, at := range t.at {
		x, y := vg.Length(at[0]), vg.Length(t.height-at[1])
		path.Move(vg.Point{X: x, Y: y - 1})
		path.Line(vg.Point{X: x - 4, Y: y + 6})
		path.Line(vg.Point{X: x + 4, Y: y + 6})
		path.Close()
	}
	if len(path) > 0 {
		c.SetColor(t.color)
		c.Fill(path)
	}
}

// A dot is a point on a trace; it is a plot.Plotter.
type dot struct {
	height, x, y float64
	trace        *trace
}

// Plot implements plot.Plotter.
func (d *dot) Plot(c draw.Canvas, _ *plot.Plot) {
	at := rounded(vg.Point{X: vg.Length(d.x), Y: vg.Length(d.height - d.y)})
	if path := appendMark(nil, c, circle, dotRadius, at); len(path) > 0 {
		c.SetColor(d.trace.style.Color)
		c.Fill(path)
	}
}

const dotRadius = 4
