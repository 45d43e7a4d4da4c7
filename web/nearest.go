package web

import (
	"context"
	"net/http"
	"runtime"
	"sync"

	lru "github.com/hashicorp/golang-lru/v2"

	"filterscope/nn"
	"filterscope/nn/digits"
	"filterscope/nn/feature"
	"filterscope/nn/train"
)

const (
	// alikeImages of the training set, evenly spread, are compared with an input:
	// the default net runs as many in a tenth of a second, all 60,000 in two.
	alikeImages = 4096
	alikeBytes  = 128 << 20 // that what the networks made of them takes, at most
	mostNearest = 50
)

// nearestRequest asks for the training images that a network finds most like an
// input.
type nearestRequest struct {
	question
	K int `json:"k"`
}

// nearestAnswer is the answer, the nearest first.
type nearestAnswer struct {
	Layer      string          `json:"layer"`  // whose output is compared
	Images     int             `json:"images"` // that were compared
	Neighbours []neighbourJSON `json:"neighbours"`
	Run        string          `json:"run"`
	Step       int             `json:"step"`
	Snapshot   bool            `json:"snapshot"`
}

type neighbourJSON struct {
	Set      string  `json:"set"`   // "train"
	Image    int     `json:"image"` // index in the set
	Label    int     `json:"label"`
	Distance float64 `json:"distance"` // 1 minus the cosine
}

func (s *Server) nearest(w http.ResponseWriter, r *http.Request) error {
	q := nearestRequest{K: 10}
	if err := readJSON(w, r, &q); err != nil {
		return err
	}
	if q.K < 1 || q.K > mostNearest {
		return badRequest("k: %d is impossible; use a number from 1 to %d", q.K, mostNearest)
	}
	a, err := s.ask(r.Context(), q.question)
	if err != nil {
		return err
	}
	if _, ok := s.workspaces.classify(a.snapshot.Net, a.input.pixels); !ok {
		return diverged(a.snapshot.Step)
	}
	data, err := s.config.Data()
	if err != nil {
		return err
	}
	page, err := s.alike.of(r.Context(), a.run, a.snapshot, data)
	if err != nil {
		return err
	}
	arch := a.snapshot.Net.Arch
	answer := nearestAnswer{
		Layer: "input", Images: len(page.index), Neighbours: []neighbourJSON{}, Run: a.run, Step: a.snapshot.Step, Snapshot: a.snapshot.Keep,
	}
	if layer := feature.HiddenLayer(arch); layer >= 0 {
		answer.Layer = arch.Layers[layer].Name
	}
	for _, n := range page.likeness.Nearest(a.input.pixels, q.K) {
		image := page.index[n.Image]
		answer.Neighbours = append(answer.Neighbours, neighbourJSON{trainProbe, image, data.Train.Label(image), n.Distance})
	}
	return writeJSON(w, http.StatusOK, answer)
}

// An album keeps what networks make of a sample of the training images.
type album struct {
	mu    sync.Mutex // held while a page is made, so that one is at a time
	pages *lru.Cache[findingKey, albumPage]
	probe *feature.Probe // of the newest page's architecture
	text  string         // that architecture
	index []int          // of the probe's images in the training set
}

type albumPage struct {
	likeness *feature.Likeness
	index    []int
}

func newAlbum() *album { return &album{pages: newCache[findingKey, albumPage](cachedFindings)} }

// of returns the page of a run's snapshot, and remembers as many as there is
// memory for.
func (a *album) of(ctx context.Context, run string, s *train.Snapshot, data *digits.Data) (albumPage, error) {
	key := keyOf(run, s)
	if page, ok := a.pages.Get(key); ok {
		return page, nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if page, ok := a.pages.Get(key); ok {
		return page, nil
	}
	if err := ctx.Err(); err != nil { // somebody may have waited for long
		return albumPage{}, err
	}
	a.take(s.Net.Arch, data.Train)
	for room := alikeBytes - feature.LikenessSize(s.Net.Arch, a.probe.Len()); a.size() > room && a.pages.Len() > 0; {
		a.pages.RemoveOldest()
	}
	page := albumPage{a.probe.Likeness(s.Net), a.index}
	a.pages.Add(key, page)
	return page, nil
}

// size is the memory that the pages take.
func (a *album) size() int {
	bytes := 0
	for _, page := range a.pages.Values() {
		bytes += page.likeness.Size()
	}
	return bytes
}

// take makes a probe for an architecture, of fewer images where they would take
// too much memory.
func (a *album) take(arch *nn.Architecture, set *digits.Set) {
	if a.probe != nil && a.text == arch.Text {
		return
	}
	var few nn.Examples
	n := min(alikeImages, set.Len(), max(1, alikeBytes/2/feature.LikenessSize(arch, 1)))
	a.index, a.text = nil, arch.Text
	for i := range n {
		at := i * set.Len() / n
		a.index = append(a.index, at)
		few.Images, few.Labels = append(few.Images, set.Image(at)...), append(few.Labels, set.Labels[at])
	}
	a.probe = feature.NewProbe(arch, few, runtime.NumCPU())
}
