package figure

import (
	"math"
	"sort"
	"strconv"
)

// What a horizontal axis tells: how far training is.
const (
	stepwise  = "step"
	epochwise = "epoch"
	timewise  = "time"
)

var axes = []string{stepwise, epochwise, timewise}

// least are, of each axis, the shortest range at the beginning of a run, and what
// a range has at least.
var least = map[string]struct{ beginning, span float64 }{
	stepwise:  {10, 1},
	epochwise: {0.02, 1e-4},
	timewise:  {0.1, 1e-4},
}

// setX chooses the horizontal axis, and the one that there would be without a
// range.
func (l *layout) setX(series []Series, o CurveOptions) {
	l.x = progressAxis(series, o)
	o.From, o.To = 0, 0
	l.whole = progressAxis(series, o)
}

// progressAxis covers the asked range, or all from 0; on a logarithmic axis from
// step 1, or from the first place that is not zero.
func progressAxis(series []Series, o CurveOptions) Axis {
	first, last := math.Inf(1), 0.0
	for _, s := range series {
		n := len(s.Step)
		if n == 0 {
			continue
		}
		last = max(last, s.at(n-1))
		if i := sort.Search(n, func(i int) bool { return s.at(i) > 0 }); i < n {
			first = min(first, s.at(i))
		}
	}
	if least := least[o.Axis].span; math.IsInf(first, 1) || o.Axis == stepwise {
		first = least
	}
	from, to := o.From, o.To
	if o.XScale == logarithmic {
		from = max(from, first)
	}
	if to == 0 {
		to = max(last, from+least[o.Axis].span)
		if o.From == 0 {
			to = max(to, least[o.Axis].beginning)
		}
	}
	if to <= from { // "to 1" on a logarithmic axis
		to = from + least[o.Axis].span
	}
	return Axis{from, to, o.XScale}
}

// naming returns the unit in which an axis has round values, and how to name
// them.
func (a Axis) naming(axis string) (unit float64, text func(v, delta float64) string) {
	switch axis {
	case epochwise:
		return 1, lossText
	case timewise:
		return a.timeUnit()
	}
	return 1, a.stepText
}

// timeUnit is seconds, minutes or hours, whichever gives the range a short
// number. Logarithmic axes, whose ends are far apart, have seconds.
func (a Axis) timeUnit() (unit float64, text func(v, delta float64) string) {
	unit, name := 1.0, " s"
	switch span := a.Max - a.Min; {
	case a.Scale == logarithmic || span <= 180:
	case span <= 3*3600:
		unit, name = 60, " min"
	default:
		unit, name = 3600, " h"
	}
	return unit, func(v, delta float64) string {
		return strconv.FormatFloat(v, 'f', decimals(delta), 64) + name
	}
}
