package figure

import (
	"fmt"
	"image/color"
	"math"
	"slices"
)

// ClassCurves are the accuracies of all classes over the steps.
type ClassCurves struct {
	Names      []string    // of the classes
	Steps      []int       // ascending
	Accuracy   [][]float64 // [class][step], fractions; NaN where a class has none
	Emphasised []int       // classes that stand out from the others; none means that all are alike
	Marks      []int       // steps that are looked at
}

// DrawClassCurves draws a line for each class in its label's colour, as far as that can be seen on the theme's background, with
// its name at the right end, where it is last. Those that are not emphasised are thin, faint and without a name. It has an error where DrawVital
// has one, and if there is not a name and a value for each class and step.
func DrawClassCurves(c ClassCurves, o CurveOptions) (Chart, error) {
	o, err := o.complete(linear)
	if err != nil {
		return Chart{}, err
	}
	v := Vital{Title: "accuracy of each class", Unit: "%", Marks: c.Marks}
	if len(c.Names) != len(c.Accuracy) {
		return Chart{}, fmt.Errorf("figure: %d classes have %d names; each needs one", len(c.Accuracy), len(c.Names))
	}
	for class, values := range c.Accuracy {
		s := Series{Name: c.Names[class], Kind: Line, Step: c.Steps, Value: values}
		if err := s.check(); err != nil {
			return Chart{}, err
		}
		v.Series = append(v.Series, s)
	}
	l := newLayout(o)
	l.area.Right -= v.nameWidth()
	l.setX(v.Series, o)
	style := l.theme.class
	traces := l.traces(v.Series, o, style)
	l.y = valueAxis("accuracy", o.YScale, traces)
	l.addFrame(frame{title: v.Title, yText: percentText, xName: "step", xText: l.x.stepText})
	l.addMarks(v.Marks)
	front, behind, named := c.ordered(traces)
	l.addTraces(v.Series, append(behind, front...))
	l.addMarkedPoints(v, traces[len(traces)-len(v.Series):])
	l.addNames(named, front)
	return l.chart(v.Title, o)
}

// ordered divides the traces into those that stand out and the others, which it makes thin and faint, and returns the former's series.
func (c ClassCurves) ordered(traces []*trace) (front, behind []*trace, named Vital) {
	classes := len(c.Accuracy)
	for i, t := range traces {
		class := i % max(1, classes) // the raw lines below smoothed ones come first
		isRaw := i < len(traces)-classes
		switch {
		case len(c.Emphasised) > 0 && !slices.Contains(c.Emphasised, class):
			t.style.Width = denseWidth
			faint := t.style.Color.(color.NRGBA)
			faint.A = rawOpacity
			t.style.Color = faint
			behind = append(behind, t)
		case isRaw:
			behind = append(behind, t)
		default:
			t.style.Width = strongWidth
			front = append(front, t)
			named.Series = append(named.Series, Series{Name: c.Names[class]})
		}
	}
	return front, behind, named
}

// class is the style of a class's line: its label's colour, and dashes that differ between those of one colour.
func (t theme) class(i int) seriesStyle {
	return seriesStyle{t.readable(LabelColor(i)), cycleDashes[i/len(labelColors)%len(cycleDashes)], circle}
}

// leastContrast is that of lines with their background (WCAG 2.2, 1.4.11).
const leastContrast = 3

// readable is a colour made darker or lighter, with its hue, until it has the least contrast with the theme's background.
func (t theme) readable(c color.NRGBA) color.NRGBA {
	towards := 0.0 // black
	if brightnessOf(t.background) < 0.5 {
		towards = 255
	}
	for share := 0.0; share < 1; share += 0.02 {
		mix := func(v uint8) uint8 { return uint8(math.Round(float64(v) + (towards-float64(v))*share)) }
		if m := (color.NRGBA{mix(c.R), mix(c.G), mix(c.B), 255}); contrastOf(m, t.background) >= leastContrast {
			return m
		}
	}
	return t.text
}

// brightnessOf is a colour's relative luminance, from 0 to 1, as WCAG defines it.
func brightnessOf(c color.NRGBA) float64 {
	linear := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

// contrastOf is the ratio of two colours, from 1 to 21.
func contrastOf(a, b color.NRGBA) float64 {
	x, y := brightnessOf(a), brightnessOf(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}
