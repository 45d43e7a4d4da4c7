package figure

import "fmt"

// A Curve is what to draw.
type Curve struct {
	Figure string // "loss" (in nats) or "accuracy" (a fraction, labelled in percent)
	Series []Series
}

// A Series is the values of one set over the steps, which must not descend.
// Values that are NaN or infinite leave a gap, as do values that are not
// positive on a logarithmic axis.
type Series struct {
	// Name is, in a Curve, "train", "test" or "validation", or "other train" and
	// "other test" of a run to compare with; in a Vital it is free.
	Name  string
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

// CurveOptions is how to draw a chart. Each zero value works.
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

// DrawCurve draws a curve. Wrong options give an *OptionError; a series whose
// steps and values differ in number or whose steps descend is an error too.
// Without points it draws the axes and says so in words.
func DrawCurve(c Curve, o CurveOptions) (Chart, error) {
	if err := oneOf("figure", c.Figure, "loss", "accuracy"); err != nil {
		return Chart{}, err
	}
	o, err := o.complete(map[string]string{"loss": logarithmic}[c.Figure])
	if err != nil {
		return Chart{}, err
	}
	if err := c.check(); err != nil {
		return Chart{}, err
	}
	l := newLayout(o)
	l.x = stepAxis(c.Series, o)
	traces := l.traces(c.Series, o, func(i int) seriesStyle { return l.theme.named(c.Series[i].Name) })
	l.y = valueAxis(c.Figure, o.YScale, traces)
	f := frame{title: "loss (nats)", yText: lossText, xName: "step", xText: l.x.stepText}
	if c.Figure == "accuracy" {
		f.title, f.yText = "accuracy", percentText
	}
	l.addFrame(f)
	l.addLegend(c, o, traces)
	l.addTraces(c.Series, traces)
	return l.chart(c.Figure, o)
}

// check tells what is wrong with the series.
func (c Curve) check() error {
	for _, s := range c.Series {
		if err := oneOf("series", s.Name, "train", "test", "validation", "other train", "other test"); err != nil {
			return err
		}
		if err := s.check(); err != nil {
			return err
		}
	}
	return nil
}

func (s Series) check() error {
	if len(s.Step) != len(s.Value) {
		return fmt.Errorf("figure: series %s has %d steps and %d values; it needs one value for each step", s.Name, len(s.Step), len(s.Value))
	}
	for i := 1; i < len(s.Step); i++ {
		if s.Step[i] < s.Step[i-1] {
			return fmt.Errorf("figure: series %s goes back from step %d to %d; steps must not descend", s.Name, s.Step[i-1], s.Step[i])
		}
	}
	return nil
}
