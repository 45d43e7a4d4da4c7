package web

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"strings"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"

	"filterscope/nn"
	"filterscope/nn/feature"
	"filterscope/web/figure"
)

const (
	cachedPictures = 512
	changeSteps    = 100 // over which a unit's change is told, at least, where the run is that old
)

// A picture is a level through a lens, as a file and as a message.
type picture struct {
	header  pictureHeader
	png     []byte
	message []byte // for the stream
}

// pictureHeader describes a picture. The lists have one entry for each unit;
// those that a view does not know are left out.
type pictureHeader struct {
	Type string `json:"type"` // "picture"
	lens
	Run         string       `json:"run"`
	Step        int          `json:"step"`
	Snapshot    bool         `json:"snapshot"` // the step's weights are kept
	Layer       string       `json:"layer"`
	MIME        string       `json:"mime"`
	Alt         string       `json:"alt"`
	Units       int          `json:"units"`
	Columns     int          `json:"columns"`
	Rows        int          `json:"rows"`
	Tile        tile         `json:"tile"`
	Range       [2]float32   `json:"range"`                 // of the colours, for all units
	Ranges      [][2]float32 `json:"ranges,omitempty"`      // each unit's own
	Probe       *probeJSON   `json:"probe,omitempty"`       // what the next lists are about
	Best        []float32    `json:"best,omitempty"`        // largest answer to an image
	Dead        []int        `json:"dead,omitempty"`        // the units that answer to no image with a value above 0
	Selectivity [][]float64  `json:"selectivity,omitempty"` // for each class, from -1 to 1
	Labels      [][]int      `json:"labels,omitempty"`      // of the patches
	Reached     []float32    `json:"reached,omitempty"`     // answer to the maximization
	Change      []float64    `json:"change,omitempty"`      // of the weights since ChangeSince, relative
	ChangeSince *int         `json:"changeSince,omitempty"` // a step
}

type tile struct {
	Width  int `json:"width"`
	Height int `json:"height"`
	Gap    int `json:"gap"`
}

type probeJSON struct {
	Set    string `json:"set"`
	Images int    `json:"images"`
}

// pictures draws levels, each kept one once.
type pictures struct {
	cache *lru.Cache[string, *picture]
	group singleflight.Group
}

func newPictures() *pictures {
	return &pictures{cache: newCache[string, *picture](cachedPictures)}
}

// level returns the picture of a specimen through a complete lens. Those of
// kept snapshots come from the cache where they can, and always tell all
// about the units; with brief, others leave out what is not known yet.
func (p *pictures) level(ctx context.Context, sp specimen, l lens, brief bool) (*picture, error) {
	if !sp.snapshot.Keep {
		return sp.render(l, brief)
	}
	key := fmt.Sprintf("%s/%d/%d/%s", sp.run, sp.snapshot.Step, sp.snapshot.UnitChanges, l.key())
	if cached, ok := p.cache.Get(key); ok {
		return cached, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	made, err, _ := p.group.Do(key, func() (any, error) { return sp.render(l, false) })
	if err != nil {
		return nil, err
	}
	p.cache.Add(key, made.(*picture))
	return made.(*picture), nil
}

func (sp specimen) render(l lens, brief bool) (*picture, error) {
	made := &picture{header: sp.header(l)}
	h := &made.header
	grid, err := sp.draw(l, h)
	if err != nil {
		return nil, err
	}
	if !brief {
		if err := sp.describe(l, h); err != nil {
			return nil, err
		}
	}
	h.fit(grid)
	made.png = grid.PNG
	made.message, err = binaryMessage(h, grid.PNG)
	return made, err
}

// fit tells where the units are on a grid, and what its colours stand for.
func (h *pictureHeader) fit(grid figure.Grid) {
	h.Units, h.Columns, h.Rows = grid.Units, grid.Columns, grid.Rows
	h.Tile = tile{grid.TileW, grid.TileH, grid.Gap}
	h.Range, h.Ranges = [2]float32{grid.Min, grid.Max}, grid.Ranges
}

func (sp specimen) header(l lens) pictureHeader {
	return pictureHeader{
		Type: "picture", lens: l, Run: sp.run, Step: sp.snapshot.Step, Snapshot: sp.snapshot.Keep, MIME: "image/png",
	}
}

// describe tells about the units of a level what does not depend on its view.
func (sp specimen) describe(l lens, h *pictureHeader) error {
	layer, err := layerOf(sp.found.net.Arch, l.Level)
	if err != nil {
		return err
	}
	f, err := sp.through(l)
	if err != nil {
		return err
	}
	survey, b := f.survey(layer), f.bench
	top := survey.Top(1)
	h.Probe = &probeJSON{"train", len(b.index)}
	h.Best, h.Dead = finite(top.Max), top.Dead
	h.Selectivity = make([][]float64, len(survey.Units))
	for u := range survey.Units {
		h.Selectivity[u] = b.selectivity(survey, u)
	}
	before, err := sp.earlier()
	if err != nil || before == nil || before.Step >= sp.snapshot.Step {
		return err
	}
	h.Change, h.ChangeSince = rounded(feature.Change(before.Net, sp.found.net, layer), 1e4), &before.Step
	return nil
}

// selectivity is a unit's in a survey of the probe.
func (b *bench) selectivity(survey feature.Survey, unit int) []float64 {
	labels := make([]byte, len(b.index))
	for i, at := range b.index {
		labels[i] = b.data.Train.Labels[at]
	}
	return rounded(survey.Selectivity(unit, labels, b.data.Train.Classes), 100)
}

func rounded(values []float64, digits float64) []float64 {
	for i, v := range values {
		values[i] = math.Round(v*digits) / digits
	}
	return values
}

// finite makes values fit for JSON, which has no infinity: a network whose
// activations leave the range of numbers has the largest there is.
func finite(values []float32) []float32 {
	for i, v := range values {
		switch {
		case v != v:
			values[i] = 0
		default:
			values[i] = max(-math.MaxFloat32, min(math.MaxFloat32, v))
		}
	}
	return values
}

// through is the findings that a lens looks at: the specimen's, or those of
// step 0.
func (sp specimen) through(l lens) (*findings, error) {
	if l.Untrained {
		return sp.start()
	}
	return sp.found, nil
}

// draw draws the units of a level, and tells in the header what is special to
// the view.
func (sp specimen) draw(l lens, h *pictureHeader) (figure.Grid, error) {
	layer, err := layerOf(sp.found.net.Arch, l.Level)
	if err != nil {
		return figure.Grid{}, err
	}
	f, err := sp.through(l)
	if err != nil {
		return figure.Grid{}, err
	}
	h.Layer = f.net.Arch.Layers[layer].Name
	var grid figure.Grid
	switch l.View {
	case filterView:
		grid, err = f.drawFilters(l, layer, h)
	case maximizationView:
		grid, err = f.drawMaximizations(layer, h)
	case patchesView:
		grid, err = f.drawPatches(layer, h)
	case projectionView:
		grid, err = f.drawProjections(l, layer, sp.found.survey(layer).Top(patchesPerUnit), h)
	case mapsView:
		grid, err = f.drawMaps(layer, pixelsOf(f.bench.data.Test.Image(l.Image)), fmt.Sprintf("test image %d", l.Image), h)
	}
	if l.Untrained {
		h.Alt += "; with the untrained weights of step 0"
	}
	return grid, err
}

func (f *findings) drawFilters(l lens, layer int, h *pictureHeader) (figure.Grid, error) {
	of := f.net.Arch.Layers[layer]
	bank := figure.FilterBank{
		H: of.FilterH, W: of.FilterW, InC: of.In.C, OutC: of.Out.C, Weights: f.net.Tensor(of.Weight), PerUnit: l.Scale == unitScale,
	}
	if of.Kind == nn.Dense {
		bank.H, bank.W = of.In.H, of.In.W
	}
	h.Alt = fmt.Sprintf("The weights of the %s of %s at step %d, %d by %d by %d each; light adds, dark takes away, %s",
		unitsOf(of), of.Name, h.Step, bank.H, bank.W, bank.InC, map[bool]string{false: "on one scale", true: "each on its own scale"}[bank.PerUnit])
	return figure.Filters(bank)
}

func (f *findings) drawMaximizations(layer int, h *pictureHeader) (figure.Grid, error) {
	of, in := f.net.Arch.Layers[layer], f.net.Arch.Input
	found, dead := f.maximization(layer), f.survey(layer).Top(1).Dead
	images := append([][]float32{}, found.Images...)
	for _, u := range dead {
		images[u] = nil
	}
	h.Reached = finite(append([]float32{}, found.Reached...))
	h.Alt = fmt.Sprintf("For each of the %s of %s at step %d, an input made to drive it up%s", unitsOf(of), of.Name, h.Step, deadText(dead))
	window := feature.WindowOf(f.net.Arch, layer)
	return figure.Images(figure.ImageBank{H: window.SizeH, W: window.SizeW, C: in.C, Units: images})
}

func (f *findings) drawPatches(layer int, h *pictureHeader) (figure.Grid, error) {
	of, b := f.net.Arch.Layers[layer], f.bench
	top, window := f.survey(layer).Top(patchesPerUnit), feature.WindowOf(f.net.Arch, layer)
	bank := figure.PatchBank{H: window.SizeH, W: window.SizeW, C: b.arch.Input.C, PerUnit: patchesPerUnit, Units: make([][][]byte, len(top.Units))}
	for u, patches := range top.Units {
		for _, patch := range patches {
			crop := make([]byte, bank.H*bank.W*bank.C)
			b.probe.Crop(layer, patch, crop)
			bank.Units[u] = append(bank.Units[u], crop)
		}
	}
	bank.Labels = labelsOf(b.probe, top)
	h.Labels = bank.Labels
	h.Alt = fmt.Sprintf("The %s of %s at step %d, each as the %d patches of %d training images that excite it most, framed in the colour of their label%s",
		unitsOf(of), of.Name, h.Step, patchesPerUnit, len(b.index), deadText(top.Dead))
	return figure.Patches(bank)
}

func labelsOf(p *feature.Probe, top feature.TopPatches) [][]int {
	labels := make([][]int, len(top.Units))
	for u, patches := range top.Units {
		labels[u] = make([]int, len(patches))
		for i, patch := range patches {
			labels[u][i] = p.Label(patch.Image)
		}
	}
	return labels
}

// ruleText says in words what a projection shows.
var ruleText = map[string]string{
	"guided":    "by guided backpropagation",
	"deconvnet": "by a deconvolutional network's rule",
	"gradient":  "by the plain gradient",
}

func (f *findings) drawProjections(l lens, layer int, top feature.TopPatches, h *pictureHeader) (figure.Grid, error) {
	of := f.net.Arch.Layers[layer]
	window := feature.WindowOf(f.net.Arch, layer)
	h.Labels = labelsOf(f.bench.probe, top)
	h.Alt = fmt.Sprintf("The %s of %s at step %d: what in their strongest patches drives them, %s; light pixels add, dark ones take away%s",
		unitsOf(of), of.Name, h.Step, ruleText[l.Rule], deadText(top.Dead))
	return figure.Signed(figure.SignedBank{
		H: window.SizeH, W: window.SizeW, C: f.net.Arch.Input.C, PerUnit: patchesPerUnit,
		Units: f.project(layer, top.Units, ruleOf[l.Rule]),
	})
}

func (f *findings) drawMaps(layer int, pixels []float32, of string, h *pictureHeader) (figure.Grid, error) {
	out := f.net.Arch.Layers[layer].Out
	bank := figure.SignedBank{H: out.H, W: out.W, C: 1, PerUnit: 1, Shared: true}
	for _, m := range feature.Maps(f.net, layer, pixels) {
		bank.Units = append(bank.Units, [][]float32{m})
	}
	h.Alt = fmt.Sprintf("The feature maps of the %s of %s at step %d for %s, %d by %d values each; light is above 0, dark below",
		unitsOf(f.net.Arch.Layers[layer]), h.Layer, h.Step, of, out.H, out.W)
	return figure.Signed(bank)
}

// unitsOf counts a layer's units in words.
func unitsOf(l nn.Layer) string {
	if l.Kind == nn.Dense {
		return fmt.Sprintf("%d classes", l.Out.C)
	}
	return fmt.Sprintf("%d units", l.Out.C)
}

// deadText names the dead units, hatched in a picture.
func deadText(dead []int) string {
	switch len(dead) {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("; unit %d is dead", dead[0])
	}
	return "; dead are units " + strings.Trim(strings.ReplaceAll(fmt.Sprint(dead), " ", ", "), "[]")
}

func pixelsOf(image []byte) []float32 {
	pixels := make([]float32, len(image))
	for i, v := range image {
		pixels[i] = float32(v) / 255
	}
	return pixels
}

// binaryMessage is 4 bytes of length, big-endian, that many bytes of JSON, and
// the payload.
func binaryMessage(header any, payload []byte) ([]byte, error) {
	text, err := json.Marshal(header)
	if err != nil {
		return nil, err
	}
	message := make([]byte, 0, 4+len(text)+len(payload))
	message = binary.BigEndian.AppendUint32(message, uint32(len(text)))
	message = append(message, text...)
	return append(message, payload...), nil
}
