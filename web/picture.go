package web

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"github.com/go-chi/chi/v5"
	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"

	"filterscope/nn"
	"filterscope/nn/digits"
	"filterscope/nn/feature"
	"filterscope/nn/train"
	"filterscope/web/figure"
)

// The lowest level's name; its filters are pictures by themselves.
const lowLevel = "low"

const (
	probeImages    = 256 // of the training set, evenly spread
	patchesPerUnit = 9
	cachedPictures = 512
	cachedTops     = 32
	cachedProbes   = 4
)

// A picture is a rendered level, as a file and as a message.
type picture struct {
	header  pictureHeader
	png     []byte
	message []byte // for the stream
}

// pictureHeader describes a picture of a level.
type pictureHeader struct {
	Type     string     `json:"type"`
	Run      string     `json:"run"`
	Step     int        `json:"step"`
	Snapshot bool       `json:"snapshot"` // the step's weights are kept
	Level    string     `json:"level"`
	Layer    string     `json:"layer"`
	Kind     string     `json:"kind"` // "filters" or "patches"
	MIME     string     `json:"mime"`
	Alt      string     `json:"alt"`
	Units    int        `json:"units"`
	Columns  int        `json:"columns"`
	Rows     int        `json:"rows"`
	Tile     tile       `json:"tile"`
	Range    [2]float32 `json:"range"`
	Max      []float32  `json:"max,omitempty"`  // per unit, its largest activation over the probe
	Dead     []int      `json:"dead,omitempty"` // units that no probe image activates
}

type tile struct {
	Width  int `json:"width"`
	Height int `json:"height"`
	Gap    int `json:"gap"`
}

// pictures renders levels, each kept one once.
type pictures struct {
	data  func() (*digits.Data, error)
	cache *lru.Cache[string, *picture]
	group singleflight.Group

	mu     sync.Mutex                         // held while a probe works
	probes *lru.Cache[string, *feature.Probe] // by architecture
	tops   *lru.Cache[*train.Snapshot, []feature.TopPatches]
}

func newPictures(data func() (*digits.Data, error)) *pictures {
	return &pictures{
		data:   data,
		cache:  newCache[string, *picture](cachedPictures),
		probes: newCache[string, *feature.Probe](cachedProbes),
		tops:   newCache[*train.Snapshot, []feature.TopPatches](cachedTops),
	}
}

func newCache[K comparable, V any](size int) *lru.Cache[K, V] {
	cache, err := lru.New[K, V](size)
	if err != nil {
		panic(err) // every size is a positive constant
	}
	return cache
}

// level returns the picture of a level. Kept snapshots' pictures come from
// the cache where they can.
func (p *pictures) level(ctx context.Context, run string, s *train.Snapshot, level string) (*picture, error) {
	arch := s.Net.Arch
	layer, err := arch.Level(level)
	if err != nil {
		return nil, notFoundf("%v", err)
	}
	if !s.Keep {
		return p.render(run, s, level, layer)
	}
	key := fmt.Sprintf("%s/%d/%s", run, s.Step, level)
	if cached, ok := p.cache.Get(key); ok {
		return cached, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	made, err, _ := p.group.Do(key, func() (any, error) {
		return p.render(run, s, level, layer)
	})
	if err != nil {
		return nil, err
	}
	p.cache.Add(key, made.(*picture))
	return made.(*picture), nil
}

func (p *pictures) render(run string, s *train.Snapshot, level string, layer int) (*picture, error) {
	arch := s.Net.Arch
	made := &picture{header: pictureHeader{
		Type: "picture", Run: run, Step: s.Step, Snapshot: s.Keep,
		Level: level, Layer: arch.Layers[layer].Name, MIME: "image/png",
	}}
	var grid figure.Grid
	var err error
	if layer == arch.Convolutions()[0] {
		grid, err = filters(s.Net, layer, &made.header)
	} else {
		grid, err = p.patches(s, layer, &made.header)
	}
	if err != nil {
		return nil, err
	}
	h := &made.header
	h.Units, h.Columns, h.Rows = grid.Units, grid.Columns, grid.Rows
	h.Tile = tile{grid.TileW, grid.TileH, grid.Gap}
	h.Range = [2]float32{grid.Min, grid.Max}
	made.png = grid.PNG
	made.message, err = binaryMessage(h, grid.PNG)
	return made, err
}

// filters draws the weights of the first convolution.
func filters(net *nn.Network, layer int, h *pictureHeader) (figure.Grid, error) {
	l := net.Arch.Layers[layer]
	h.Kind = "filters"
	h.Alt = fmt.Sprintf("The %d filters of %s at step %d, %d by %d weights each", l.Out.C, l.Name, h.Step, l.FilterH, l.FilterW)
	return figure.Filters(figure.FilterBank{H: l.FilterH, W: l.FilterW, InC: l.In.C, OutC: l.Out.C, Weights: net.Tensor(l.Weight)})
}

// patches draws the strongest patches of a later convolution's units.
func (p *pictures) patches(s *train.Snapshot, layer int, h *pictureHeader) (figure.Grid, error) {
	net := s.Net
	p.mu.Lock()
	defer p.mu.Unlock()
	probe, err := p.probe(net.Arch)
	if err != nil {
		return figure.Grid{}, err
	}
	top := p.top(probe, s, layer)
	field := feature.Field(net.Arch, layer)
	c := net.Arch.Input.C
	units := make([][][]byte, len(top.Units))
	for u, patches := range top.Units {
		for _, patch := range patches {
			crop := make([]byte, field.SizeH*field.SizeW*c)
			probe.Crop(layer, patch, crop)
			units[u] = append(units[u], crop)
		}
	}
	h.Kind, h.Max, h.Dead = "patches", top.Max, top.Dead
	h.Alt = fmt.Sprintf("The %d units of %s at step %d, each as the %d patches of %d training images that activate it most",
		len(units), net.Arch.Layers[layer].Name, h.Step, patchesPerUnit, probeImages)
	return figure.Patches(figure.PatchBank{H: field.SizeH, W: field.SizeW, C: c, PerUnit: patchesPerUnit, Units: units})
}

// top returns the strongest patches of a layer. One pass over the probe finds
// those of every convolution but the first, so they are kept for the other
// levels. p.mu must be held.
func (p *pictures) top(probe *feature.Probe, s *train.Snapshot, layer int) feature.TopPatches {
	later := s.Net.Arch.Convolutions()[1:]
	tops, ok := p.tops.Get(s)
	if !ok {
		tops = probe.Top(s.Net, later, patchesPerUnit)
		p.tops.Add(s, tops)
	}
	return tops[slices.Index(later, layer)]
}

// probe returns the probe for an architecture: the same training images for
// every run and step. p.mu must be held.
func (p *pictures) probe(arch *nn.Architecture) (*feature.Probe, error) {
	if probe, ok := p.probes.Get(arch.Text); ok {
		return probe, nil
	}
	data, err := p.data()
	if err != nil {
		return nil, err
	}
	set := data.Train
	n := min(probeImages, set.Len())
	var images []byte
	for i := range n {
		images = append(images, set.Image(i*set.Len()/n)...)
	}
	probe := feature.NewProbe(arch, images)
	p.probes.Add(arch.Text, probe)
	return probe, nil
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

// immutable is the caching of what never changes.
const immutable = "public, max-age=31536000, immutable"

func (s *Server) levelPNG(w http.ResponseWriter, r *http.Request) error {
	p, err := s.levelOf(w, r)
	if p == nil || err != nil {
		return err
	}
	w.Header().Set("Content-Type", p.header.MIME)
	_, _ = w.Write(p.png)
	return nil
}

func (s *Server) levelJSON(w http.ResponseWriter, r *http.Request) error {
	p, err := s.levelOf(w, r)
	if p == nil || err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, p.header)
}

// levelOf finds the picture that a request names and sets the headers that
// its PNG and its JSON share. A nil picture without an error means that the
// request was redirected to a kept step.
func (s *Server) levelOf(w http.ResponseWriter, r *http.Request) (*picture, error) {
	id, step := chi.URLParam(r, "run"), chi.URLParam(r, "step")
	_, now, err := s.watch(r.Context(), id)
	if err != nil {
		return nil, err
	}
	snapshot, err := s.snapshotAt(r.Context(), id, now, step)
	if err != nil {
		return nil, err
	}
	h := w.Header()
	if step != "latest" && step != strconv.Itoa(snapshot.Step) {
		h.Set("Cache-Control", "no-store")
		http.Redirect(w, r, keptURL(r, snapshot.Step), http.StatusFound)
		return nil, nil
	}
	p, err := s.pictures.level(r.Context(), id, snapshot, chi.URLParam(r, "level"))
	if err != nil {
		return nil, err
	}
	h.Set("X-Step", strconv.Itoa(snapshot.Step))
	h.Set("X-Snapshot", strconv.FormatBool(snapshot.Keep))
	h.Set("Cache-Control", immutable)
	if step == "latest" {
		h.Set("Cache-Control", "no-store")
	}
	return p, nil
}
