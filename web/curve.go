package web

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/go-chi/chi/v5"
	lru "github.com/hashicorp/golang-lru/v2"

	"filterscope/nn/train"
	"filterscope/web/figure"
)

// maxArea bounds a figure, in square CSS pixels; a PNG has four times as many.
const maxArea = 2_000_000

// figures are the curves of a run.
var figures = []string{"loss", "accuracy"}

// curveOptions say how a viewer wants the curves. There are few different
// ones, so that viewers share drawings.
type curveOptions struct {
	Theme     string  `json:"theme"`     // light or dark
	Size      string  `json:"size"`      // wide or narrow
	XScale    string  `json:"xScale"`    // linear or log
	YScale    string  `json:"yScale"`    // of the loss; linear or log
	Smoothing float64 `json:"smoothing"` // 0 to 0.99
	Compare   string  `json:"compare"`   // a run whose curves are drawn too; "" means none
}

var defaultCurve = curveOptions{Theme: "light", Size: "wide", XScale: "linear", YScale: "log"}

// sizes of the streamed curves, width and height in CSS pixels.
var sizes = map[string][2]float64{"wide": {560, 240}, "narrow": {340, 200}}

// maxSmoothing is the strongest smoothing.
const maxSmoothing = 0.99

// check returns the options rounded to those that are drawn, or what is wrong
// with them. Empty fields take the default.
func (o curveOptions) check() (curveOptions, error) {
	for _, f := range []struct {
		name     string
		value    *string
		fallback string
		possible []string
	}{
		{"theme", &o.Theme, defaultCurve.Theme, []string{"light", "dark"}},
		{"size", &o.Size, defaultCurve.Size, []string{"wide", "narrow"}},
		{"xScale", &o.XScale, defaultCurve.XScale, []string{"linear", "log"}},
		{"yScale", &o.YScale, defaultCurve.YScale, []string{"linear", "log"}},
	} {
		if *f.value == "" {
			*f.value = f.fallback
		}
		if !slices.Contains(f.possible, *f.value) {
			return o, fmt.Errorf("%s: %q is not known; use one of %q", f.name, *f.value, f.possible)
		}
	}
	if !(o.Smoothing >= 0 && o.Smoothing <= maxSmoothing) {
		return o, fmt.Errorf("smoothing: %v is impossible; use a number from 0 to %g", o.Smoothing, maxSmoothing)
	}
	o.Smoothing = float64(int(o.Smoothing*20+0.5)) / 20
	return o, nil
}

// figureOptions returns the options as the figure package has them.
func (o curveOptions) figureOptions(name string) figure.CurveOptions {
	size := sizes[o.Size]
	f := figure.CurveOptions{
		Format: "svg", Width: size[0], Height: size[1], Theme: o.Theme,
		XScale: o.XScale, YScale: "linear", Smoothing: min(o.Smoothing, maxSmoothing),
	}
	if name == "loss" {
		f.YScale = o.YScale
	}
	return f
}

// curveOf returns a run's curve of the loss or the accuracy, and with it that of
// another run, whose state may be empty.
func curveOf(now, other state, name string) figure.Curve {
	m, o := columns(now, 0), columns(other, 0)
	value := func(s seriesJSON) []float64 {
		if name == "loss" {
			return s.Loss
		}
		return s.Accuracy
	}
	c := figure.Curve{Figure: name, Series: []figure.Series{
		{Name: "train", Kind: figure.Line, Step: m.Train.Step, Value: value(m.Train)},
		{Name: "test", Kind: figure.Points, Step: m.Test.Step, Value: value(m.Test)},
	}}
	if len(m.Validation.Step) > 0 {
		c.Series = append(c.Series, figure.Series{Name: train.ValidationSet, Kind: figure.Points, Step: m.Validation.Step, Value: value(m.Validation)})
	}
	if len(o.Train.Step) > 0 {
		c.Series = append([]figure.Series{
			{Name: "other train", Kind: figure.Line, Step: o.Train.Step, Value: value(o.Train)},
			{Name: "other test", Kind: figure.Points, Step: o.Test.Step, Value: value(o.Test)},
		}, c.Series...)
	}
	return c
}

// curveHeader describes a streamed curve: where its data area is and what it
// spans, so that a page can tell the step under the pointer.
type curveHeader struct {
	Type   string      `json:"type"` // "curve"
	Run    string      `json:"run"`
	Figure string      `json:"figure"`
	Step   int         `json:"step"`
	MIME   string      `json:"mime"`
	Size   string      `json:"size"`
	Theme  string      `json:"theme"`
	Width  float64     `json:"width"`
	Height float64     `json:"height"`
	Plot   plotJSON    `json:"plot"`
	X      figure.Axis `json:"x"`
	Y      figure.Axis `json:"y"`
	Alt    string      `json:"alt"`
}

type plotJSON struct {
	Left   float64 `json:"left"`
	Top    float64 `json:"top"`
	Right  float64 `json:"right"`
	Bottom float64 `json:"bottom"`
}

// A drawnCurve is a curve of a run as a message.
type drawnCurve struct {
	points, evaluations int
	otherPoints         int // of the run to compare with
	at                  time.Time
	message             []byte
}

// shows reports whether the curve has everything that the state has.
func (d *drawnCurve) shows(now, other state) bool {
	return d.points == now.points.len() && d.evaluations == len(now.evaluations) && d.otherPoints == other.points.len()
}

// curveCache keeps the newest drawing for each kind of options, so that all
// viewers share it.
type curveCache struct {
	mu    sync.Mutex
	drawn *lru.Cache[curveKey, *curveSlot]
}

type curveKey struct {
	figure  string
	options curveOptions
}

type curveSlot struct {
	mu     sync.Mutex
	newest *drawnCurve
}

// cachedCurves bounds the kinds of options that are kept for a run.
const cachedCurves = 32

func newCurveCache() *curveCache {
	return &curveCache{drawn: newCache[curveKey, *curveSlot](cachedCurves)}
}

func (c *curveCache) slot(key curveKey) *curveSlot {
	c.mu.Lock()
	defer c.mu.Unlock()
	slot, ok := c.drawn.Get(key)
	if !ok {
		slot = &curveSlot{}
		c.drawn.Add(key, slot)
	}
	return slot
}

// curve returns a drawing that shows the states, or one that is younger than
// the interval.
func (w *watch) curve(now, other state, key curveKey, interval time.Duration) (*drawnCurve, error) {
	slot := w.curves.slot(key)
	slot.mu.Lock()
	defer slot.mu.Unlock()
	if d := slot.newest; d != nil && (d.shows(now, other) || time.Since(d.at) < interval) {
		return d, nil
	}
	d, err := drawCurve(w.id, now, other, key)
	if err != nil {
		return nil, err
	}
	slot.newest = d
	return d, nil
}

func drawCurve(run string, now, other state, key curveKey) (*drawnCurve, error) {
	d := &drawnCurve{points: now.points.len(), evaluations: len(now.evaluations), otherPoints: other.points.len(), at: time.Now()}
	p, err := figure.DrawCurve(curveOf(now, other, key.figure), key.options.figureOptions(key.figure))
	if err != nil {
		return nil, err
	}
	d.message, err = binaryMessage(curveHeader{
		Type: "curve", Run: run, Figure: key.figure, Step: now.status.Step, MIME: p.MIME,
		Size: key.options.Size, Theme: key.options.Theme, Width: p.Width, Height: p.Height,
		Plot: plotJSON(p.Plot), X: p.X, Y: p.Y, Alt: curveAlt(now, key.figure),
	}, p.Data)
	return d, err
}

// curveAlt says in words what a curve shows.
func curveAlt(now state, name string) string {
	n := now.points.len()
	if n == 0 {
		return "The " + name + " curve; no steps yet"
	}
	value := now.points.loss[n-1]
	if name == "accuracy" {
		value = now.points.accuracy[n-1]
	}
	return fmt.Sprintf("The %s over %d steps; the newest batch's is %.3g", name, n, value)
}

// figure answers with a curve as a file. ?x= and ?y= are linear or log.
func (s *Server) figure(w http.ResponseWriter, r *http.Request) error {
	name := chi.URLParam(r, "figure")
	if !slices.Contains(figures, name) {
		return notFoundf("there is no figure %q; there are %q", name, figures)
	}
	yScale := "linear"
	if name == "loss" {
		yScale = "log"
	}
	o, q, err := figureQuery(r, yScale, "compare")
	if err != nil {
		return err
	}
	_, now, err := s.watch(r.Context(), chi.URLParam(r, "run"))
	if err != nil {
		return err
	}
	var other state
	if id := q.values.Get("compare"); id != "" {
		if _, other, err = s.watch(r.Context(), id); err != nil {
			return err
		}
	}
	p, err := figure.DrawCurve(curveOf(now, other, name), o)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", p.MIME)
	h.Set("Cache-Control", "no-store")
	_, _ = w.Write(p.Data)
	return nil
}

// figureQuery reads how a figure is to be drawn, the vertical scale being
// yScale unless the request says another.
func figureQuery(r *http.Request, yScale string, more ...string) (figure.CurveOptions, query, error) {
	o := figure.CurveOptions{Format: chi.URLParam(r, "format")}
	if !slices.Contains([]string{"svg", "png", "pdf"}, o.Format) {
		return o, query{}, notFoundf("there is no format %q; there are svg, png and pdf", o.Format)
	}
	q, err := queryOf(r, append([]string{"theme", "x", "y", "smoothing", "from", "to", "width", "height"}, more...)...)
	if err != nil {
		return o, q, err
	}
	for _, read := range []func() error{
		func() (err error) { o.Theme, err = q.choice("theme", "light", "light", "dark"); return },
		func() (err error) { o.XScale, err = q.choice("x", "linear", "linear", "log"); return },
		func() (err error) { o.YScale, err = q.choice("y", yScale, "linear", "log"); return },
		func() (err error) { o.Smoothing, err = q.number("smoothing", 0, 0, maxSmoothing); return },
		func() (err error) { o.Width, err = q.number("width", 800, 200, 4000); return },
		func() (err error) { o.Height, err = q.number("height", 400, 100, 4000); return },
		func() (err error) {
			if o.From, o.To, err = q.stepRange(); o.To == math.MaxInt32 {
				o.To = 0 // the newest
			}
			return
		},
	} {
		if err := read(); err != nil {
			return o, q, err
		}
	}
	if o.Width*o.Height > maxArea {
		return o, q, badRequest("a figure of %g by %g is too large; use up to %d in all", o.Width, o.Height, maxArea)
	}
	return o, q, nil
}
