package web

import (
	"fmt"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"filterscope/web/figure"
)

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
	Axis   string      `json:"axis"` // what x is: step, epoch or time
	X      figure.Axis `json:"x"`
	Whole  figure.Axis `json:"whole"` // x without a range
	Y      figure.Axis `json:"y"`
	Runs   []string    `json:"runs"` // that are drawn beside it, in the order of their colours
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
	extent  int // of all its runs
	at      time.Time
	message []byte
}

// shows reports whether the curve has everything that the runs have.
func (d *drawnCurve) shows(now curveRun, others []curveRun) bool {
	return d.extent == now.extent()+extentOf(others)
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

// curve returns a drawing that shows the runs, or one that is younger than the
// interval.
func (c *curveCache) curve(now curveRun, others []curveRun, key curveKey, interval time.Duration) (*drawnCurve, error) {
	slot := c.slot(key)
	slot.mu.Lock()
	defer slot.mu.Unlock()
	if d := slot.newest; d != nil && (d.shows(now, others) || time.Since(d.at) < interval) {
		return d, nil
	}
	d, err := drawCurve(now, others, key)
	if err != nil {
		return nil, err
	}
	slot.newest = d
	return d, nil
}

func drawCurve(now curveRun, others []curveRun, key curveKey) (*drawnCurve, error) {
	d := &drawnCurve{extent: now.extent() + extentOf(others), at: time.Now()}
	o := key.options
	p, err := figure.DrawCurve(curveOf(now, others, key.figure, o.Axis, o.Per), o.figureOptions(key.figure))
	if err != nil {
		return nil, err
	}
	ids := []string{}
	for _, r := range others {
		ids = append(ids, r.id)
	}
	d.message, err = binaryMessage(curveHeader{
		Type: "curve", Run: now.id, Figure: key.figure, Step: now.status.Step, MIME: p.MIME,
		Size: o.Size, Theme: o.Theme, Width: p.Width, Height: p.Height,
		Plot: plotJSON(p.Plot), Axis: o.Axis, X: p.X, Whole: p.Whole, Y: p.Y, Runs: ids, Alt: curveAlt(now.state, key.figure),
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
