package web

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"filterscope/nn"
	"filterscope/nn/feature"
	"filterscope/web/figure"
)

// A subject is a unit of a specimen, and the images that it is asked about.
type subject struct {
	specimen
	level   string
	layer   int
	unit    int
	isTest  bool // the images are the test set, not the probe
	window  feature.Window
	patches []feature.Patch
	survey  feature.Survey // of the unit alone
}

// subjectOf finds the unit that a request names. A nil found without an error
// means that the request was redirected. With probe=train it is asked about
// the images that live pictures use, else about the test set.
func (s *Server) subjectOf(w http.ResponseWriter, r *http.Request, q query) (subject, error) {
	probe, err := q.choice("probe", testProbe, testProbe, trainProbe)
	if err != nil {
		return subject{}, err
	}
	sp, err := s.specimenOf(w, r)
	if err != nil || sp.found == nil {
		return subject{}, err
	}
	u := subject{specimen: sp, level: chi.URLParam(r, "level"), isTest: probe != trainProbe}
	if u.layer, u.unit, err = unitOf(sp.found.net.Arch, u.level, chi.URLParam(r, "unit")); err != nil {
		return subject{}, err
	}
	u.window = feature.WindowOf(sp.found.net.Arch, u.layer)
	return u, nil
}

// The sets of images that units are asked about.
const (
	trainProbe = "train"
	testProbe  = "test"
)

// unitOf reads a unit of a level.
func unitOf(a *nn.Architecture, level, text string) (layer, unit int, err error) {
	if layer, err = layerOf(a, level); err != nil {
		return 0, 0, err
	}
	n := a.Layers[layer].Out.C
	unit, err = strconv.Atoi(text)
	if err != nil || unit < 0 || unit >= n {
		return 0, 0, notFoundf("there is no unit %q at %s, which has units 0 to %d", text, level, n-1)
	}
	return layer, unit, nil
}

// ask finds the unit's strongest patches.
func (u *subject) ask() {
	all := u.found.survey(u.layer)
	if u.isTest {
		all = u.found.tested(u.layer)
	}
	u.survey = feature.Survey{Layer: u.layer, Units: all.Units[u.unit : u.unit+1]}
	u.patches = u.survey.Top(patchesPerUnit).Units[0]
}

// probe is the images that the unit is asked about.
func (u *subject) probe() *feature.Probe {
	if u.isTest {
		return u.found.bench.test
	}
	return u.found.bench.probe
}

// using runs work while nobody else uses the probe.
func (u *subject) using(work func(*feature.Probe)) {
	mu := &u.found.bench.mu
	if u.isTest {
		mu = &u.found.bench.testing
	}
	mu.Lock()
	defer mu.Unlock()
	work(u.probe())
}

func (s *Server) unit(w http.ResponseWriter, r *http.Request) error {
	q, err := queryOf(r, "probe", version)
	if err != nil {
		return err
	}
	u, err := s.subjectOf(w, r, q)
	if err != nil || u.found == nil {
		return err
	}
	answer, err := s.unitJSON(r.Context(), u)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, answer)
}

// unitPicture answers with a picture of a unit through a lens.
func (s *Server) unitPicture(w http.ResponseWriter, r *http.Request) error {
	l, q, err := lensOf(r, chi.URLParam(r, "level"), "zoom", "probe")
	if err != nil {
		return err
	}
	l.View = chi.URLParam(r, "view")
	zoom, err := q.integer("zoom", 1, 1, figure.MaxZoom)
	if err != nil {
		return err
	}
	u, err := s.subjectOf(w, r, q)
	if err != nil || u.found == nil {
		return err
	}
	if l, err = l.complete(u.found.net.Arch, u.found.bench.data); err != nil {
		return err
	}
	grid, unit, err := u.drawUnit(l)
	if err != nil {
		return err
	}
	png, err := grid.Unit(unit, zoom)
	if err != nil {
		return err
	}
	if png, err = figure.WithMetadata(png, u.metadata(l)); err != nil {
		return err
	}
	return writePNG(w, png)
}

// drawUnit draws a grid that has the unit, and tells where. Patches and
// projections are of the images that the unit is asked about; all else is as
// in the grid of the level.
func (u *subject) drawUnit(l lens) (figure.Grid, int, error) {
	if l.View != patchesView && l.View != projectionView {
		var h pictureHeader
		h.Step = u.snapshot.Step
		grid, err := u.draw(l, &h)
		return grid, u.unit, err
	}
	f := u.found
	var err error
	if l.Untrained {
		if f, err = u.start(); err != nil {
			return figure.Grid{}, 0, err
		}
	}
	asked := *u
	if l.View == patchesView {
		asked.found = f
	}
	asked.ask()
	in := f.net.Arch.Input
	if l.View == patchesView {
		grid, err := asked.drawPatches(in)
		return grid, 0, err
	}
	bank := figure.SignedBank{H: u.window.SizeH, W: u.window.SizeW, C: in.C, PerUnit: patchesPerUnit}
	all := make([][]feature.Patch, f.net.Arch.Layers[u.layer].Out.C)
	all[u.unit] = asked.patches
	asked.using(func(p *feature.Probe) { bank.Units = p.Project(f.net, u.layer, all, ruleOf[l.Rule])[u.unit : u.unit+1] })
	grid, err := figure.Signed(bank)
	return grid, 0, err
}

func (u *subject) drawPatches(in nn.Shape) (figure.Grid, error) {
	bank := figure.PatchBank{H: u.window.SizeH, W: u.window.SizeW, C: in.C, PerUnit: patchesPerUnit, Units: make([][][]byte, 1)}
	labels := []int{}
	for _, p := range u.patches {
		crop := make([]byte, bank.H*bank.W*bank.C)
		u.probe().Crop(u.layer, p, crop)
		bank.Units[0] = append(bank.Units[0], crop)
		labels = append(labels, u.probe().Label(p.Image))
	}
	bank.Labels = [][]int{labels}
	return figure.Patches(bank)
}

// metadata says in the picture's file where it comes from.
func (u *subject) metadata(l lens) figure.Metadata {
	return figure.Metadata{
		Run: u.run, Steps: []int{u.snapshot.Step}, Title: fmt.Sprintf("%s, unit %d", u.found.net.Arch.Layers[u.layer].Name, u.unit), Settings: l.settings(),
	}
}
