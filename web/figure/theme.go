package figure

import (
	"image/color"

	"gonum.org/v1/plot/vg"
)

// A theme is the colours of a curve, meant for a transparent picture on a
// nearly white or nearly black panel.
type theme struct {
	text       color.NRGBA
	muted      color.NRGBA // axis labels
	axis       color.NRGBA
	grid       color.NRGBA
	halo       color.NRGBA // keeps lines visible on anything
	plate      color.NRGBA // below a text that lies on lines
	background color.NRGBA // of the panel, about
	series     map[string]color.NRGBA
	runs       [MostRuns]color.NRGBA // drawn beside a run
}

// The series colours can be told apart with all kinds of colour vision; blue and
// vermilion are Okabe and Ito's.
var themes = map[string]theme{
	"light": {
		text:       color.NRGBA{0x1f, 0x29, 0x37, 0xff},
		muted:      color.NRGBA{0x5b, 0x64, 0x70, 0xff},
		axis:       color.NRGBA{0x00, 0x00, 0x00, 0x59},
		grid:       color.NRGBA{0x00, 0x00, 0x00, 0x1a},
		halo:       color.NRGBA{0xff, 0xff, 0xff, 0xa0},
		plate:      color.NRGBA{0xff, 0xff, 0xff, 0xd0},
		background: color.NRGBA{0xfb, 0xfc, 0xfc, 0xff},
		series: map[string]color.NRGBA{
			"train":      {0x00, 0x72, 0xb2, 0xff},
			"test":       {0xd5, 0x5e, 0x00, 0xff},
			"validation": {0xb0, 0x3a, 0x8c, 0xff},
			"green":      {0x00, 0x7a, 0x5a, 0xff},
			"gold":       {0x6f, 0x5b, 0x00, 0xff},
		},
		runs: [MostRuns]color.NRGBA{
			{0x91, 0x50, 0xff, 0xff}, {0x55, 0x37, 0x05, 0xff}, {0x1e, 0x05, 0xd7, 0xff},
			{0x87, 0x0a, 0x73, 0xff}, {0xb9, 0x7d, 0x91, 0xff}, {0x46, 0x96, 0xd2, 0xff},
		},
	},
	"dark": {
		text:       color.NRGBA{0xe5, 0xe7, 0xeb, 0xff},
		muted:      color.NRGBA{0xa3, 0xad, 0xba, 0xff},
		axis:       color.NRGBA{0xff, 0xff, 0xff, 0x66},
		grid:       color.NRGBA{0xff, 0xff, 0xff, 0x1f},
		halo:       color.NRGBA{0x16, 0x18, 0x1d, 0xa0},
		plate:      color.NRGBA{0x16, 0x18, 0x1d, 0xd0},
		background: color.NRGBA{0x15, 0x19, 0x1f, 0xff},
		series: map[string]color.NRGBA{
			"train":      {0x56, 0xb4, 0xe9, 0xff},
			"test":       {0xff, 0xa0, 0x3d, 0xff},
			"validation": {0xe8, 0x5d, 0xa8, 0xff},
			"green":      {0x2f, 0xd1, 0xa5, 0xff},
			"gold":       {0xd9, 0xc8, 0x4a, 0xff},
		},
		runs: [MostRuns]color.NRGBA{
			{0x87, 0x7d, 0xf0, 0xff}, {0xaa, 0x64, 0x3c, 0xff}, {0x82, 0x37, 0xfa, 0xff},
			{0xcd, 0x0f, 0x8c, 0xff}, {0xb9, 0x8c, 0x5a, 0xff}, {0x00, 0xe1, 0xe1, 0xff},
		},
	},
}

// A mark is the shape of a series' points.
type mark uint8

const (
	noMark mark = iota
	circle
	diamond
)

// A seriesStyle is how a series is told from the others: by shape and dashes as
// well as by colour.
type seriesStyle struct {
	color  color.NRGBA
	dashes []vg.Length
	mark   mark
}

// ofRun returns the style of a curve's series of its own run, 0, or of one beside
// it, which has one colour: its train line is solid, and its test line dashed.
func (t theme) ofRun(name string, run int) seriesStyle {
	style := seriesStyle{color: t.series[name], mark: circle}
	if run > 0 {
		style.color = t.runs[run-1]
	}
	if name == "validation" || run > 0 && name != "train" {
		style.dashes, style.mark = []vg.Length{5, 3}, diamond
	}
	return style
}

// RunColors returns, in a theme, the colours of the runs beside a run as CSS
// writes them.
func RunColors(theme string) (css []string) {
	for _, c := range themes[theme].runs {
		css = append(css, hex(c))
	}
	return css
}

// cycle are the colours and dashes of a vital's series, which take turns. Their
// numbers have no common divisor, so 20 series differ.
var (
	cycleColors = []string{"train", "test", "validation", "green", "gold"}
	cycleDashes = [][]vg.Length{nil, {7, 3}, {2, 2.5}, {8, 3, 2, 3}}
)

// nth returns the style of a vital's series, counted from 0.
func (t theme) nth(i int) seriesStyle {
	return seriesStyle{t.series[cycleColors[i%len(cycleColors)]], cycleDashes[i%len(cycleDashes)], circle}
}

const (
	rawOpacity   = 0x52 // of a series under its smoothed line
	lineWidth    = 1.6
	denseWidth   = 1.2 // a line that goes up and down in every few pixels
	strongWidth  = 2   // a smoothed line
	markRadius   = 2.6 // of points
	loneRadius   = 2   // of a line's point without neighbours
	markDistance = 9   // pixels between two marks, at least
)
