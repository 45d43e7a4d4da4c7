package figure

import "fmt"

// Histograms are how values are spread at each of some steps.
type Histograms struct {
	Title string // "weights"
	Steps []int  // ascending
	Bins  []Bins // of each step, each with its own ends
	Marks []int  // steps that are looked at
}

// DrawHistograms draws how values are spread over the steps: steps run to the
// right, values upward in rows, and the stronger the colour of a row, the larger
// is the share of its step's values there. The scale beside the title says how
// large; it is one of square roots, so that few are seen beside many. Where there
// are none, the background shows. YScale and Smoothing mean nothing here.
//
// It has an *OptionError where DrawCurve has one. Steps that do not ascend,
// another number of Bins, and negative counts are errors. A step without values,
// or whose ends are NaN or infinite, stays empty.
func DrawHistograms(h Histograms, o CurveOptions) (Chart, error) {
	o, err := o.complete(linear)
	if err != nil {
		return Chart{}, err
	}
	if err := h.check(); err != nil {
		return Chart{}, err
	}
	l := newLayout(o)
	l.setX([]Series{{Step: h.Steps}}, o)
	columns := l.columns(h)
	l.y = Axis{-1, 1, linear}
	if len(columns) > 0 {
		l.y = spanAxis(columns)
		l.addHeat(newHeat(l, columns, sequential(o.Theme)), h.Title)
	}
	l.addFrame(frame{title: h.Title, xName: "step", xText: l.x.stepText, yText: l.y.numberText})
	l.addMarks(h.Marks)
	switch {
	case len(h.Steps) == 0:
		l.addNotice("no steps yet")
	case len(columns) == 0:
		l.addNotice("no values in this range that can be drawn")
	}
	return l.chart(h.Title, o)
}

func (h Histograms) check() error {
	if len(h.Bins) != len(h.Steps) {
		return fmt.Errorf("figure: %s have %d steps and %d histograms; they need one for each step", h.Title, len(h.Steps), len(h.Bins))
	}
	for i, b := range h.Bins {
		if i > 0 && h.Steps[i] <= h.Steps[i-1] {
			return fmt.Errorf("figure: %s go from step %d to %d; steps must ascend", h.Title, h.Steps[i-1], h.Steps[i])
		}
		if _, _, err := b.check(); err != nil {
			return fmt.Errorf("figure: %s at step %d: %w", h.Title, h.Steps[i], err)
		}
	}
	return nil
}
