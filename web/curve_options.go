package web

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"filterscope/web/figure"
)

// figures are the curves of a run.
var figures = []string{"loss", "accuracy"}

// The axes of curves: what "along" them is.
const (
	stepAxis  = "step"
	epochAxis = "epoch"
	timeAxis  = "time"
)

var curveAxes = []string{stepAxis, epochAxis, timeAxis}

// curveOptions say how a viewer wants the curves. There are few different
// ones, so that viewers share drawings.
type curveOptions struct {
	Theme         string  `json:"theme"`         // light or dark
	Size          string  `json:"size"`          // wide or narrow
	Axis          string  `json:"axis"`          // step, epoch or time
	XScale        string  `json:"xScale"`        // linear or log
	YScale        string  `json:"yScale"`        // of the loss; linear or log
	AccuracyScale string  `json:"accuracyScale"` // linear or log, which is one of the error
	Per           string  `json:"per"`           // train points: step, or epoch for the mean of each
	Smoothing     float64 `json:"smoothing"`     // 0 to 0.99, of points per step
	From          float64 `json:"from"`          // in steps, epochs or seconds
	To            float64 `json:"to"`            // 0: up to the newest
	Overlay       runIDs  `json:"overlay"`       // runs whose curves are drawn too
}

var defaultCurve = curveOptions{
	Theme: "light", Size: "wide", Axis: stepAxis, XScale: "linear", YScale: "log", AccuracyScale: "linear", Per: stepAxis,
}

// runIDs are runs, separated by commas, which makes them comparable. In JSON they
// are a list.
type runIDs string

// UnmarshalJSON reads a list of texts.
func (r *runIDs) UnmarshalJSON(text []byte) error {
	var ids []string
	if err := json.Unmarshal(text, &ids); err != nil {
		return err
	}
	*r = runIDs(strings.Join(ids, ","))
	return nil
}

// list are the runs apart, each once.
func (r runIDs) list() []string {
	var ids []string
	for id := range strings.SplitSeq(string(r), ",") {
		if id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

func (r runIDs) check() error {
	if n := len(r.list()); n > figure.MostRuns {
		return fmt.Errorf("overlay: %d runs are too many; use up to %d", n, figure.MostRuns)
	}
	return nil
}

// sizes of the streamed curves, width and height in CSS pixels.
var sizes = map[string][2]float64{"wide": {560, 240}, "narrow": {340, 200}}

// maxSmoothing is the strongest smoothing.
const maxSmoothing = 0.99

// check returns the options rounded to those that are drawn, or what is wrong
// with them. Empty fields take the default.
func (o curveOptions) check() (curveOptions, error) {
	linearOrLog := []string{"linear", "log"}
	for _, f := range []struct {
		name     string
		value    *string
		fallback string
		possible []string
	}{
		{"theme", &o.Theme, defaultCurve.Theme, []string{"light", "dark"}},
		{"size", &o.Size, defaultCurve.Size, []string{"wide", "narrow"}},
		{"axis", &o.Axis, defaultCurve.Axis, curveAxes},
		{"xScale", &o.XScale, defaultCurve.XScale, linearOrLog},
		{"yScale", &o.YScale, defaultCurve.YScale, linearOrLog},
		{"accuracyScale", &o.AccuracyScale, defaultCurve.AccuracyScale, linearOrLog},
		{"per", &o.Per, defaultCurve.Per, []string{stepAxis, epochAxis}},
	} {
		if *f.value == "" {
			*f.value = f.fallback
		}
		if !slices.Contains(f.possible, *f.value) {
			return o, fmt.Errorf("%s: %q is not known; use one of %q", f.name, *f.value, f.possible)
		}
	}
	switch {
	case !(o.Smoothing >= 0 && o.Smoothing <= maxSmoothing):
		return o, fmt.Errorf("smoothing: %v is impossible; use a number from 0 to %g", o.Smoothing, maxSmoothing)
	case !(o.From >= 0 && o.From <= mostRange):
		return o, fmt.Errorf("from: %v is impossible; use a number from 0 to %g", o.From, mostRange)
	case o.To != 0 && !(o.To > o.From && o.To <= mostRange):
		return o, fmt.Errorf("to: %v is impossible; use a number above from, %v, or 0 for the newest", o.To, o.From)
	}
	o.Smoothing = float64(int(o.Smoothing*20+0.5)) / 20
	return o, o.Overlay.check()
}

// figureOptions returns the options as the figure package has them.
func (o curveOptions) figureOptions(name string) figure.CurveOptions {
	size := sizes[o.Size]
	f := figure.CurveOptions{
		Format: "svg", Width: size[0], Height: size[1], Theme: o.Theme, Axis: o.Axis, From: o.From, To: o.To,
		XScale: o.XScale, YScale: o.AccuracyScale, Smoothing: min(o.Smoothing, maxSmoothing),
	}
	if name == "loss" {
		f.YScale = o.YScale
	}
	return f
}
