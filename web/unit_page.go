package web

import (
	"encoding/json"
	"net/http"

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

// levelPage returns what the pages of a level and of its units share.
func (s *Server) levelPage(r *http.Request) (page, *nn.Architecture, error) {
	id := chi.URLParam(r, "run")
	_, now, err := s.watch(r.Context(), id)
	if err != nil {
		return page{}, nil, err
	}
	arch := now.newest.Net.Arch
	layer, err := layerOf(arch, chi.URLParam(r, "level"))
	if err != nil {
		return page{}, nil, err
	}
	levels, err := json.Marshal(pageLevels(arch))
	return page{RunID: id, Level: levelOfLayer(arch, layer), Levels: string(levels), MayChange: s.mayChange(r)}, arch, err
}

// unitPage shows one unit: what it looks for, its figures, what it is connected
// with, and what may be done to it.
func (s *Server) unitPage(w http.ResponseWriter, r *http.Request) error {
	if s.keepToken(w, r) {
		return nil
	}
	data, arch, err := s.levelPage(r)
	if err != nil {
		return err
	}
	_, unit, err := unitOf(arch, data.Level, chi.URLParam(r, "unit"))
	if err != nil {
		return err
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
