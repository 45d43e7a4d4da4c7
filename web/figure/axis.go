package figure

import (
	"math"
	"slices"

	"gonum.org/v1/plot"
)

// The scales of an axis.
const (
	linear      = "linear"
	logarithmic = "log"
	errorScale  = "error"
)

// An Axis maps values to places between its ends.
type Axis struct {
	Min   float64 `json:"min"`
	Max   float64 `json:"max"`
	Scale string  `json:"scale"` // "linear", "log", or "error": logarithmic in what a value lacks to 1
}

// Place returns where a value is between Min, at 0, and Max, at 1. A value
// that is not positive has no place, NaN, on a logarithmic axis. On one of errors
// all values from Max on are at 1.
func (a Axis) Place(v float64) float64 {
	switch a.Scale {
	case logarithmic:
		if v <= 0 {
			return math.NaN()
		}
		return math.Log(v/a.Min) / math.Log(a.Max/a.Min)
	case errorScale:
		return math.Log((1-a.Min)/max(1-v, 1-a.Max)) / math.Log((1-a.Min)/(1-a.Max))
	}
	return (v - a.Min) / (a.Max - a.Min)
}

// Normalize implements plot.Normalizer with the axis' own ends.
func (a Axis) Normalize(_, _, v float64) float64 { return a.Place(v) }

func (a Axis) set(p *plot.Axis) { p.Min, p.Max, p.Scale = a.Min, a.Max, a }

// Magnitudes beyond hugest would overflow, and those below tiniest underflow,
// on the way to a place; on linear axes, what is below flattest is zero.
const (
	hugest   = 1e300
	tiniest  = 1e-300
	flattest = 1e-12
)

// drawable reports whether a value has a place on the axis.
func (a Axis) drawable(v float64) bool {
	return math.Abs(v) <= hugest && (a.Scale != logarithmic || v >= tiniest)
}

// valueAxis covers what the traces show. Its ends are round numbers, so that
// they change seldom while a curve grows.
func valueAxis(figure, scale string, traces []*trace) Axis {
	values := visible(traces)
	switch {
	case scale == logarithmic:
		return logAxis(values)
	case scale == errorScale:
		return errorAxis(values)
	case figure == "accuracy":
		return accuracyAxis(values)
	}
	return lossAxis(values)
}

// visible returns the values inside the range of steps, ascending; if there are
// none, those just outside, whose connecting line crosses it.
func visible(traces []*trace) []float64 {
	var inside, all []float64
	for _, t := range traces {
		for _, s := range t.samples {
			all = append(all, s.value)
			if s.inside {
				inside = append(inside, s.value)
			}
		}
	}
	if len(inside) == 0 {
		inside = all
	}
	slices.Sort(inside)
	return inside
}

// mostDecades is the longest logarithmic axis of values.
const mostDecades = 6

func logAxis(values []float64) Axis {
	a := Axis{0.1, 3, logarithmic} // the loss of a guess is ln(classes)
	if len(values) == 0 {
		return a
	}
	low, high := values[0], values[len(values)-1]
	if high < low*1.3 {
		low, high = low/1.5, high*1.5
	}
	low = max(low, high*math.Pow10(-mostDecades))
	marks := []float64{1, 1.5, 2, 3, 5, 7, 10}
	a.Min, a.Max = roundDown(low, marks), roundUp(high, marks)
	return a
}

// errorAxis is the logarithmic axis of accuracies: from the largest error to the
// smallest that is not zero, and somewhat further where some are.
func errorAxis(values []float64) Axis {
	a := Axis{0, 0.99, errorScale}
	wrong := 0 // how many are
	for wrong < len(values) && values[wrong] < 1 {
		wrong++
	}
	if wrong == 0 {
		return a
	}
	high, low := 1-values[0], 1-values[wrong-1]
	if wrong < len(values) {
		low /= 2
	}
	if high < low*1.3 {
		low, high = low/1.5, high*1.5
	}
	low = max(low, high*math.Pow10(-mostDecades))
	marks := []float64{1, 2, 5, 10}
	a.Min, a.Max = 1-roundUp(high, marks), 1-roundDown(low, marks)
	if values[0] >= 0 {
		a.Min = max(a.Min, 0)
	}
	return a
}

func lossAxis(values []float64) Axis {
	a := Axis{0, 3, linear}
	if len(values) == 0 {
		return a
	}
	marks := []float64{1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10}
	low, high := values[0], values[len(values)-1]
	a.Max = 0
	if high > flattest {
		a.Max = roundUp(high, marks)
	}
	if low < -flattest {
		a.Min = -roundUp(-low, marks)
	}
	if a.Min == a.Max { // all are zero
		a.Max = 1
	}
	return a
}

// vitalAxis begins at zero, unless the values are far from it and near to each
// other. Fractions end at 1 at most, if they do.
func vitalAxis(unit, scale string, values []float64) Axis {
	switch {
	case scale == logarithmic:
		return logAxis(values)
	case len(values) == 0:
		return Axis{0, 1, linear}
	}
	low, high := values[0], values[len(values)-1]
	if narrow := high-low < 0.4*max(high, -low); narrow && high-low > 1e-9*max(high, -low) {
		delta := roundUp((high-low)/4, []float64{1, 2, 5, 10})
		return Axis{math.Floor(low/delta+1e-9) * delta, math.Ceil(high/delta-1e-9) * delta, linear}
	}
	a := lossAxis(values)
	if unit == "%" && high <= 1 {
		a.Max = min(a.Max, 1)
	}
	return a
}

// accuracyAxis always ends at 1. Where it begins leaves at most a tenth of the
// curve below, which lets the slow last gains be seen: what is below is the
// steep rise of the first steps.
func accuracyAxis(values []float64) Axis {
	a := Axis{0, 1, linear}
	if len(values) == 0 {
		return a
	}
	tenth := values[len(values)/10]
	for _, begin := range []float64{0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99} {
		if tenth >= begin {
			a.Min = begin
		}
	}
	a.Max = max(1, values[len(values)-1])
	a.Min = min(a.Min, tenth)
	return a
}

// roundUp returns the smallest mark times a power of ten that is at least v;
// the marks ascend from 1 to 10.
func roundUp(v float64, marks []float64) float64 {
	const slack = 1 - 1e-9
	e := int(math.Floor(math.Log10(v)))
	for _, m := range marks {
		if up := scaled(m, e); up >= v*slack {
			return up
		}
	}
	return scaled(10, e)
}

// roundDown returns the largest mark times a power of ten that is at most v.
func roundDown(v float64, marks []float64) float64 {
	const slack = 1 + 1e-9
	e := int(math.Floor(math.Log10(v)))
	for _, m := range slices.Backward(marks) {
		if down := scaled(m, e); down <= v*slack {
			return down
		}
	}
	return scaled(1, e)
}
