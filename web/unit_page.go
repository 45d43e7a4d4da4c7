package web

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"filterscope/nn"
)

// pageLevel is a layer whose units have pages.
type pageLevel struct {
	Name  string `json:"name"` // "conv1", "conv2", … or "classes"
	Units int    `json:"units"`
}

// pageLevels lists the layers whose units have pages, from the input on.
func pageLevels(a *nn.Architecture) []pageLevel {
	var levels []pageLevel
	for _, i := range append(a.Convolutions(), len(a.Layers)-1) {
		levels = append(levels, pageLevel{levelOfLayer(a, i), a.Layers[i].Out.C})
	}
	return levels
}

// levelPage returns what the pages of a level and of its units share, and the
// number of units.
func (s *Server) levelPage(r *http.Request) (page, int, error) {
	id := chi.URLParam(r, "run")
	_, now, err := s.watch(r.Context(), id)
	if err != nil {
		return page{}, 0, err
	}
	arch := now.newest.Net.Arch
	layer, err := layerOf(arch, chi.URLParam(r, "level"))
	if err != nil {
		return page{}, 0, err
	}
	levels, err := json.Marshal(pageLevels(arch))
	return page{RunID: id, Level: levelOfLayer(arch, layer), Levels: string(levels)}, arch.Layers[layer].Out.C, err
}

// unitPage shows one unit: what it looks for, its figures, what it is connected
// with, and what may be done to it.
func (s *Server) unitPage(w http.ResponseWriter, r *http.Request) error {
	if s.keepToken(w, r) {
		return nil
	}
	data, units, err := s.levelPage(r)
	if err != nil {
		return err
	}
	name := chi.URLParam(r, "unit")
	unit, err := strconv.Atoi(name)
	if err != nil || unit < 0 || unit >= units {
		return notFoundf("%s has no unit %q; its units are 0 to %d", data.Level, name, units-1)
	}
	data.Unit = unit
	return s.pages.write(w, http.StatusOK, "unit.html", data)
}

// filmPage shows how a level's units became what they are.
func (s *Server) filmPage(w http.ResponseWriter, r *http.Request) error {
	if s.keepToken(w, r) {
		return nil
	}
	data, _, err := s.levelPage(r)
	if err != nil {
		return err
	}
	return s.pages.write(w, http.StatusOK, "film.html", data)
}
