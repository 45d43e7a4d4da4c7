package figure

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// A tick is a value named at an axis.
type tick struct {
	value float64
	text  string
}

// ticks returns round values on the axis, whose places are at least apart (a
// fraction of the axis). format names a value, given the distance to the next.
func (a Axis) ticks(apart float64, format func(v, delta float64) string) []tick {
	switch a.Scale {
	case logarithmic:
		if t := a.decadeTicks(apart, format); len(t) >= 2 {
			return t
		}
	case errorScale:
		if t := a.errorTicks(apart, format); len(t) >= 2 {
			return t
		}
	}
	return a.evenTicks(apart, format)
}

// ticksIn returns ticks whose values are round in a unit.
func (a Axis) ticksIn(unit, apart float64, format func(v, delta float64) string) []tick {
	ticks := Axis{a.Min / unit, a.Max / unit, a.Scale}.ticks(apart, format)
	for i := range ticks {
		ticks[i].value *= unit
	}
	return ticks
}

// errorTicks are those of the errors, seen from 1.
func (a Axis) errorTicks(apart float64, format func(v, delta float64) string) []tick {
	mirrored := Axis{1 - a.Max, 1 - a.Min, logarithmic}
	ticks := mirrored.decadeTicks(apart, func(e, _ float64) string { return format(1-e, e) })
	for i := range ticks {
		ticks[i].value = 1 - ticks[i].value
	}
	slices.Reverse(ticks)
	return ticks
}

// evenTicks are multiples of 1, 2 or 5 times a power of ten.
func (a Axis) evenTicks(apart float64, format func(v, delta float64) string) []tick {
	delta := roundUp((a.Max-a.Min)*apart, []float64{1, 2, 5, 10})
	var ticks []tick
	for i := math.Ceil(a.Min/delta - 1e-9); i*delta <= a.Max*(1+1e-9); i++ {
		v := i*delta + 0 // not -0
		if n := len(ticks); n > 0 && a.Place(v)-a.Place(ticks[n-1].value) < apart*0.99 {
			continue // the narrow end of a logarithmic axis
		}
		if a.drawable(v) {
			ticks = append(ticks, tick{v, format(v, delta)})
		}
	}
	return ticks
}

// decadeTicks are the densest of 1-2-5, 1-3, and every, every second, …, power
// of ten.
func (a Axis) decadeTicks(apart float64, format func(v, delta float64) string) []tick {
	decade := math.Ln10 / math.Log(a.Max/a.Min)
	marks, every := []float64{1}, 1
	switch {
	case math.Log10(2)*decade >= apart:
		marks = []float64{1, 2, 5}
	case math.Log10(3)*decade >= apart:
		marks = []float64{1, 3}
	default:
		every = max(1, int(math.Ceil(apart/decade)))
	}
	var ticks []tick
	first := int(math.Floor(math.Log10(a.Min)))
	for e := first; e <= int(math.Ceil(math.Log10(a.Max))); e++ {
		if e%every != 0 {
			continue
		}
		for _, m := range marks {
			v := scaled(m, e)
			if v >= a.Min*(1-1e-9) && v <= a.Max*(1+1e-9) {
				ticks = append(ticks, tick{v, format(v, v)})
			}
		}
	}
	return ticks
}

// minorTicks are the unnamed multiples of powers of ten of a logarithmic axis.
func (a Axis) minorTicks() []float64 {
	if a.Scale != logarithmic || a.Max/a.Min > 1e7 {
		return nil
	}
	var ticks []float64
	for e := int(math.Floor(math.Log10(a.Min))); scaled(1, e) <= a.Max; e++ {
		for m := 1.0; m < 10; m++ {
			if v := scaled(m, e); v >= a.Min && v <= a.Max {
				ticks = append(ticks, v)
			}
		}
	}
	return ticks
}

// scaled returns m times ten to the power of e, as near as can be: 3/10 is 0.3,
// but 3*0.1 is not.
func scaled(m float64, e int) float64 {
	if e < 0 {
		return m / math.Pow10(-e)
	}
	return m * math.Pow10(e)
}

// stepText names steps: 500, 2000, and from 10,000 on 12k or 1.5M.
func (a Axis) stepText(v, delta float64) string {
	for _, u := range []struct {
		size float64
		name string
	}{{1e6, "M"}, {1e3, "k"}} {
		if (a.Max >= 10*u.size || a.Scale == logarithmic) && v >= u.size {
			return strconv.FormatFloat(v/u.size, 'f', decimals(delta/u.size), 64) + u.name
		}
	}
	return strconv.FormatFloat(v, 'f', 0, 64)
}

// numberText names any values: 0.25, 1200, and with exponents, 2.5e-4 or 3e5,
// where the axis has only small or large ones.
func (a Axis) numberText(v, delta float64) string {
	largest := max(math.Abs(a.Min), math.Abs(a.Max))
	if a.Scale == logarithmic {
		largest = v
	}
	if largest >= 1e-3 && largest < 1e5 {
		return strconv.FormatFloat(v, 'f', decimals(delta), 64)
	}
	if v == 0 {
		return "0"
	}
	exponent := int(math.Floor(math.Log10(math.Abs(v)) + 1e-9))
	return strconv.FormatFloat(v/math.Pow10(exponent), 'f', decimals(delta/math.Pow10(exponent)), 64) + "e" + strconv.Itoa(exponent)
}

// shortest names a value by its three first digits, or more before the point.
func shortest(v float64) string {
	size := math.Abs(v)
	switch {
	case size >= 100 && size < 1e5:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case size == 0 || size >= 1e-3 && size < 100:
		return strconv.FormatFloat(v, 'g', 3, 64)
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(v, 'e', 2, 64), "e")
	n, _ := strconv.Atoi(exponent)
	return strings.TrimRight(strings.TrimRight(mantissa, "0"), ".") + "e" + strconv.Itoa(n)
}

func lossText(v, delta float64) string {
	if v != 0 && math.Abs(v) < 1e-4 {
		return strconv.FormatFloat(v, 'g', 2, 64)
	}
	return strconv.FormatFloat(v, 'f', decimals(delta), 64)
}

func percentText(v, delta float64) string {
	return strconv.FormatFloat(v*100, 'f', decimals(delta*100), 64) + "%"
}

// decimals returns how many digits after the point tell multiples of delta
// apart.
func decimals(delta float64) int {
	return max(0, int(math.Ceil(-math.Log10(delta)-1e-9)))
}
