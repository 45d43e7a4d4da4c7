package figure

import (
	"fmt"
	"math"
	"strings"
)

// An OptionError is a wish that cannot be fulfilled. Its text may be shown to
// the user.
type OptionError struct {
	Option  string
	Value   string
	Allowed string
}

func (e *OptionError) Error() string {
	return fmt.Sprintf("%s %s is not possible; allowed is %s", e.Option, e.Value, e.Allowed)
}

// The sizes that leave room for the data, and those that are still one picture.
const (
	minWidth, maxWidth   = 200, 4000
	minHeight, maxHeight = 120, 4000
)

// complete checks the options and replaces zero values by their meaning; yScale
// is the chart's usual one, linear if it is empty, and axes are its possible ones,
// "step" if there are none.
func (o CurveOptions) complete(yScale string, axes ...string) (CurveOptions, error) {
	if len(axes) == 0 {
		axes = []string{stepwise}
	}
	o.Axis = orDefault(o.Axis, stepwise)
	o.Format = orDefault(o.Format, "svg")
	o.Theme = orDefault(o.Theme, "light")
	o.XScale = orDefault(o.XScale, linear)
	o.YScale = orDefault(o.YScale, orDefault(yScale, linear))
	o.Width = orDefault(o.Width, 560)
	o.Height = orDefault(o.Height, 240)
	for _, err := range []error{
		oneOf("format", o.Format, "svg", "png", "pdf"),
		oneOf("theme", o.Theme, "light", "dark"),
		oneOf("axis", o.Axis, axes...),
		oneOf("x scale", o.XScale, linear, logarithmic),
		oneOf("y scale", o.YScale, linear, logarithmic),
		within("width", o.Width, minWidth, maxWidth),
		within("height", o.Height, minHeight, maxHeight),
		o.checkSmoothing(),
		o.checkRange(),
	} {
		if err != nil {
			return o, err
		}
	}
	if o.Format == "pdf" {
		o.Theme = "light"
	}
	return o, nil
}

func (o CurveOptions) checkSmoothing() error {
	if o.Smoothing >= 0 && o.Smoothing < 1 {
		return nil
	}
	return &OptionError{"smoothing", fmt.Sprint(o.Smoothing), "0 (none) up to, but not including, 1"}
}

func (o CurveOptions) checkRange() error {
	name := map[string]string{stepwise: "a step", epochwise: "an epoch", timewise: "a time"}[o.Axis]
	if !(o.From >= 0 && o.From <= hugest) {
		return &OptionError{"from", fmt.Sprint(o.From), name + " of 0 or later"}
	}
	if o.To != 0 && !(o.To > o.From && o.To <= hugest) {
		return &OptionError{"to", fmt.Sprint(o.To), fmt.Sprintf("0 (the newest) or %s after %v", name, o.From)}
	}
	return nil
}

func orDefault[T comparable](v, standard T) T {
	var zero T
	if v == zero {
		return standard
	}
	return v
}

func oneOf(option, value string, allowed ...string) error {
	for _, a := range allowed {
		if value == a {
			return nil
		}
	}
	return &OptionError{option, fmt.Sprintf("%q", value), strings.Join(allowed, ", ")}
}

func within(option string, value, low, high float64) error {
	if math.IsNaN(value) || value < low || value > high {
		return &OptionError{option, fmt.Sprint(value), fmt.Sprintf("%g to %g", low, high)}
	}
	return nil
}

func wholeWithin(option string, value, low, high int) error {
	if value < low || value > high {
		return &OptionError{option, fmt.Sprint(value), fmt.Sprintf("%d to %d", low, high)}
	}
	return nil
}
