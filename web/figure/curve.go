package figure

import (
	"fmt"
	"math"
)

// A Curve is what to draw.
type Curve struct {
	Figure string // "loss" (in nats) or "accuracy" (a fraction, labelled in percent)
	Series []Series
	Runs   []string // names of the runs that are drawn beside it, up to MostRuns
	Best   *Best    // nil: nothing is marked
}

// MostRuns is how many runs can be drawn beside a run: each has a colour.
const MostRuns = 6

// A Series is the values of one set over the steps, which must not descend.
// Values that are NaN or infinite leave a gap, as do values that are not
// positive on a logarithmic axis.
type Series struct {
	// Name is, in a Curve, "train", "test" or "validation"; in a Vital it is free.
	Name  string
	Kind  Kind
	Step  []int
	Value []float64
	X     []float64 // places on the horizontal axis, which must not descend either; nil: the steps
	Run   int       // the curve's own run, 0, or the i-th of Curve.Runs, counted from 1
}

// A Best is the point of a curve's own run that was best.
type Best struct {
	Set      string // name of its series
	X, Value float64
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
	Theme string
	// Axis is what the horizontal axis of a curve tells: "step" (default), "epoch"
	// or "time", in seconds. It says what Series.X is.
	Axis   string
	XScale string // "linear" (default) or "log"; zero has no place on "log"
	// YScale is "linear" or "log"; by default "log" for loss, "linear" for accuracy.
	// A logarithmic accuracy is one of its error: 90 %, 99 % and 99.9 % are evenly
	// apart, and what is nearer to 100 % than the axis is long lies at its end.
	YScale string
	// Smoothing, from 0 up to but not 1, is the decay of a moving average that
	// is drawn over the faint raw line.
	Smoothing float64
	From, To  float64 // what to show of the axis; From 0 is from the beginning, To 0 up to the newest
}

// DrawCurve draws a curve. Wrong options give an *OptionError; a series whose
// steps and values differ in number or whose steps descend is an error too.
// Without points it draws the axes and says so in words.
func DrawCurve(c Curve, o CurveOptions) (Chart, error) {
	if err := oneOf("figure", c.Figure, "loss", "accuracy"); err != nil {
		return Chart{}, err
	}
	o, err := o.complete(map[string]string{"loss": logarithmic}[c.Figure], axes...)
	if err != nil {
		return Chart{}, err
	}
	if err := c.check(); err != nil {
		return Chart{}, err
	}
	f := frame{title: "loss (nats)", yText: lossText, xName: o.Axis}
	if c.Figure == "accuracy" {
		f.title, f.yText = "accuracy", percentText
		if o.YScale == logarithmic {
			o.YScale = errorScale
		}
	}
	l := newLayout(o)
	runs := l.makeRoomForRuns(c.Runs)
	l.setX(c.Series, o)
	traces := l.traces(c.Series, o, func(i int) seriesStyle { return l.theme.ofRun(c.Series[i].Name, c.Series[i].Run) })
	l.y = valueAxis(c.Figure, o.YScale, traces)
	f.xUnit, f.xText = l.x.naming(o.Axis)
	l.addFrame(f)
	l.addLegend(c, o, traces)
	l.addRuns(runs)
	l.addTraces(c.Series, traces)
	l.addBest(c)
	return l.chart(c.Figure, o)
}

// check tells what is wrong with the series.
func (c Curve) check() error {
	for _, s := range c.Series {
		if err := oneOf("series", s.Name, "train", "test", "validation"); err != nil {
			return err
		}
		if err := wholeWithin("run of series "+s.Name, s.Run, 0, len(c.Runs)); err != nil {
			return err
		}
		if err := s.check(); err != nil {
			return err
		}
	}
	return wholeWithin("number of runs", len(c.Runs), 0, MostRuns)
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
	if s.X == nil {
		return nil
	}
	if len(s.X) != len(s.Step) {
		return fmt.Errorf("figure: series %s has %d steps and %d places; it needs one place for each step", s.Name, len(s.Step), len(s.X))
	}
	for i, x := range s.X {
		if !(math.Abs(x) <= hugest) || i > 0 && x < s.X[i-1] {
			return fmt.Errorf("figure: series %s has the place %v at index %d; places must be finite and not descend", s.Name, x, i)
		}
	}
	return nil
}

// at is where the i-th point lies on the horizontal axis.
func (s Series) at(i int) float64 {
	if s.X != nil {
		return s.X[i]
	}
	return float64(s.Step[i])
}
