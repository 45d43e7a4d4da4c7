package figure

import (
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Chart is a drawn chart and where its data are.
type Chart struct {
	Data          []byte
	MIME          string
	Width, Height float64 // CSS pixels
	Plot          Rect    // the data area: X.Min at Left, Y.Min at Bottom
	X, Y          Axis
	Whole         Axis // X as it were without From and To
}

// A Rect is a part of a picture in CSS pixels from its top left corner.
type Rect struct {
	Left   float64 `json:"left"`
	Top    float64 `json:"top"`
	Right  float64 `json:"right"`
	Bottom float64 `json:"bottom"`
}

// A layout is a chart ready to be drawn in any format. Lengths are CSS pixels.
type layout struct {
	width, height float64
	area          Rect
	x, y          Axis
	whole         Axis // x without a range
	theme         theme
	plotters      []plot.Plotter
	labels        []label
}

// The margins around the data area. They do not depend on the data, so that a
// growing curve does not move its frame.
const (
	marginLeft   = 50
	marginRight  = 16
	marginTop    = 28
	marginBottom = 24
)

func newLayout(o CurveOptions) *layout {
	return &layout{
		width: o.Width, height: o.Height, theme: themes[o.Theme],
		area: Rect{marginLeft, marginTop, o.Width - marginRight, o.Height - marginBottom},
	}
}

// chart encodes the layout of what is named so.
func (l *layout) chart(name string, o CurveOptions) (Chart, error) {
	data, err := formats[o.Format].encode(l)
	if err != nil {
		return Chart{}, fmt.Errorf("figure: drawing the %s as %s: %w", name, o.Format, err)
	}
	return Chart{
		Data: data, MIME: formats[o.Format].mime,
		Width: o.Width, Height: o.Height,
		Plot: l.area, X: l.x, Y: l.y, Whole: l.whole,
	}, nil
}

// paint draws everything but the text.
func (l *layout) paint(c vg.Canvas) {
	p := plot.New()
	p.BackgroundColor = nil
	p.HideAxes()
	p.X.Padding, p.Y.Padding = 0, 0
	l.x.set(&p.X)
	l.y.set(&p.Y)
	p.Add(l.plotters...)
	area := vg.Rectangle{
		Min: vg.Point{X: vg.Length(l.area.Left), Y: vg.Length(l.height - l.area.Bottom)},
		Max: vg.Point{X: vg.Length(l.area.Right), Y: vg.Length(l.height - l.area.Top)},
	}
	p.Draw(draw.Canvas{Canvas: c, Rectangle: area})
}
