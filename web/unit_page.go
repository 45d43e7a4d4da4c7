package web

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"filterscope/nn"
)

// pageLevel is a layer whose units have pages.
type pageLevel struct {
	Name  string `json:"name"`            // "conv1", "conv2", … or "classes"
	Level string `json:"level,omitempty"` // "low", "mid" or "high", if it is one
	Units int    `json:"units"`
}

// pageLevels lists the layers whose units have pages, from the input on.
func pageLevels(a *nn.Architecture) []pageLevel {
	named := map[int]string{}
	for _, l := range a.Levels() {
		named[l.Layer] = l.Name
	}
	var levels []pageLevel
	for _, i := range a.Convolutions() {
		levels = append(levels, pageLevel{a.Layers[i].Name, named[i], a.Layers[i].Out.C})
	}
	return append(levels, pageLevel{Name: "classes", Units: a.Classes})
}

// findLevel returns the layer that an address names.
func findLevel(levels []pageLevel, name string) (pageLevel, error) {
	var known []string
	for _, l := range levels {
		if name == l.Name || name == l.Level {
			return l, nil
		}
		known = append(known, l.Name)
	}
	return pageLevel{}, notFoundf("this run has no level %q; it has %s", name, strings.Join(known, ", "))
}

// levelPage returns what the pages of a level and of its units share.
func (s *Server) levelPage(r *http.Request) (page, pageLevel, error) {
	id := chi.URLParam(r, "run")
	_, now, err := s.watch(r.Context(), id)
	if err != nil {
		return page{}, pageLevel{}, err
	}
	levels := pageLevels(now.newest.Net.Arch)
	level, err := findLevel(levels, chi.URLParam(r, "level"))
	if err != nil {
		return page{}, pageLevel{}, err
	}
	text, err := json.Marshal(levels)
	return page{RunID: id, Level: level.Name, Levels: string(text)}, level, err
}

// unitPage shows one unit: what it looks for, its figures, what it is connected
// with, and what may be done to it.
func (s *Server) unitPage(w http.ResponseWriter, r *http.Request) error {
	if s.keepToken(w, r) {
		return nil
	}
	data, level, err := s.levelPage(r)
	if err != nil {
		return err
	}
	name := chi.URLParam(r, "unit")
	unit, err := strconv.Atoi(name)
	if err != nil || unit < 0 || unit >= level.Units {
		return notFoundf("%s has no unit %q; its units are 0 to %d", level.Name, name, level.Units-1)
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
