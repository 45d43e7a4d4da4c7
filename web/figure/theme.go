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
	background color.NRGBA // of the panel, about
	series     map[string]color.NRGBA
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
		background: color.NRGBA{0xfb, 0xfc, 0xfc, 0xff},
		series: map[string]color.NRGBA{
			"train":       {0x00, 0x72, 0xb2, 0xff},
			"test":        {0xd5, 0x5e, 0x00, 0xff},
			"validation":  {0xb0, 0x3a, 0x8c, 0xff},
			"other train": {0x00, 0x7a, 0x5a, 0xff},
			"other test":  {0x00, 0x7a, 0x5a, 0xff},
			"gold":        {0x6f, 0x5b, 0x00, 0xff},
		},
	},
	"dark": {
		text:       color.NRGBA{0xe5, 0xe7, 0xeb, 0xff},
		muted:      color.NRGBA{0xa3, 0xad, 0xba, 0xff},
		axis:       color.NRGBA{0xff, 0xff, 0xff, 0x66},
		grid:       color.NRGBA{0xff, 0xff, 0xff, 0x1f},
		halo:       color.NRGBA{0x16, 0x18, 0x1d, 0xa0},
		background: color.NRGBA{0x15, 0x19, 0x1f, 0xff},
		series: map[string]color.NRGBA{
			"train":       {0x56, 0xb4, 0xe9, 0xff},
			"test":        {0xff, 0xa0, 0x3d, 0xff},
			"validation":  {0xe8, 0x5d, 0xa8, 0xff},
			"other train": {0x2f, 0xd1, 0xa5, 0xff},
			"other test":  {0x2f, 0xd1, 0xa5, 0xff},
			"gold":        {0xd9, 0xc8, 0x4a, 0xff},
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

var seriesMarks = map[string]mark{"train": circle, "test": circle, "validation": diamond, "other test": diamond}
var seriesDashes = map[string][]vg.Length{"validation": {5, 3}, "other test": {5, 3}}

// named returns the style of a curve's series.
func (t theme) named(name string) seriesStyle {
	return seriesStyle{t.series[name], seriesDashes[name], seriesMarks[name]}
}

// cycle are the colours and dashes of a vital's series, which take turns. Their
// numbers have no common divisor, so 20 series differ.
var (
	cycleColors = []string{"train", "test", "validation", "other train", "gold"}
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
