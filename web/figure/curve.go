package figure

import (
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Curve is what to draw.
type Curve struct {
	Figure string // "loss" (in nats) or "accuracy" (a fraction, labelled in percent)
	Series []Series
}

// A Series is the values of one set over the steps, which must not descend.
// Values that are NaN or infinite leave a gap, as do values that are not
// positive on a logarithmic axis.
type Series struct {
	Name  string // "train", "test" or "validation", or "other train" and "other test" of a run to compare with
	Kind  Kind
	Step  []int
	Value []float64
}

// Kind is how a series is drawn.
type Kind uint8

const (
	Line   Kind = iota // a line through many noisy points; smoothing applies to it
	Points             // few points, each marked, and a line through them
)

// CurveOptions is how to draw. Each zero value works.
type CurveOptions struct {
	Format        string  // "svg" (default), "png" at twice the resolution, or "pdf"
	Width, Height float64 // CSS pixels; 560 and 240 by default
	// Theme is "light" (default) or "dark". The background is transparent;
	// a PDF is white paper, so it is always light.
	Theme  string
	XScale string // "linear" (default) or "log"; step 0 has no place on "log"
	YScale string // "linear" or "log"; by default "log" for loss, "linear" for accuracy
	// Smoothing, from 0 up to but not 1, is the decay of a moving average that
	// is drawn over the faint raw line.
	Smoothing float64
	From, To  int // steps to show; From 0 is from the beginning, To 0 up to the newest
}

// A CurvePicture is a drawn curve and where its data are.
type CurvePicture struct {
	Data          []byte
	MIME          string
	Width, Height float64 // CSS pixels
	Plot          Rect    // the data area: X.Min at Left, Y.Min at Bottom
	X, Y          Axis
}

// A Rect is a part of a picture in CSS pixels from its top left corner.
type Rect struct {
	Left   float64 `json:"left"`
	Top    float64 `json:"top"`
	Right  float64 `json:"right"`
	Bottom float64 `json:"bottom"`
}

// DrawCurve draws a curve. Wrong options give an *OptionError; a series whose
// steps and values differ in number or whose steps descend is an error too.
// Without points it draws the axes and says so in words.
func DrawCurve(c Curve, o CurveOptions) (CurvePicture, error) {
	o, err := o.complete(c.Figure)
	if err != nil {
		return CurvePicture{}, err
	}
	if err := c.check(); err != nil {
		return CurvePicture{}, err
	}
	l := newLayout(c, o)
	data, err := formats[o.Format].encode(l)
	if err != nil {
		return CurvePicture{}, fmt.Errorf("figure: drawing the %s as %s: %w", c.Figure, o.Format, err)
	}
	return CurvePicture{
		Data: data, MIME: formats[o.Format].mime,
		Width: o.Width, Height: o.Height,
		Plot: l.area, X: l.x, Y: l.y,
	}, nil
}

// check tells what is wrong with the series.
func (c Curve) check() error {
	for _, s := range c.Series {
		if err := oneOf("series", s.Name, "train", "test", "validation", "other train", "other test"); err != nil {
			return err
		}
		if len(s.Step) != len(s.Value) {
			return fmt.Errorf("figure: series %s has %d steps and %d values; it needs one value for each step", s.Name, len(s.Step), len(s.Value))
		}
		for i := 1; i < len(s.Step); i++ {
			if s.Step[i] < s.Step[i-1] {
				return fmt.Errorf("figure: series %s goes back from step %d to %d; steps must not descend", s.Name, s.Step[i-1], s.Step[i])
			}
		}
	}
	return nil
}

// A layout is a curve ready to be drawn in any format. Lengths are CSS pixels.
type layout struct {
	width, height float64
	area          Rect
	x, y          Axis
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

func newLayout(c Curve, o CurveOptions) *layout {
	l := &layout{
		width: o.Width, height: o.Height, theme: themes[o.Theme],
		area: Rect{marginLeft, marginTop, o.Width - marginRight, o.Height - marginBottom},
	}
	l.x = stepAxis(c.Series, o)
	traces := l.traces(c.Series, o)
	l.y = valueAxis(c.Figure, o.YScale, traces)
	l.addFrame(c.Figure)
	l.addLegend(c, o, traces)
	for _, t := range traces {
		l.plotters = append(l.plotters, t)
	}
	l.addNotice(c, traces)
	return l
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
