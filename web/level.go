package web

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"filterscope/nn/digits"
	"filterscope/web/figure"
)

// levelPicture answers with a level through a lens, classesPicture with that of
// the classes, mapsPicture with the feature maps of a test image; as a PNG or,
// for format json, its header. ?zoom= enlarges each pixel.
func (s *Server) levelPicture(w http.ResponseWriter, r *http.Request) error {
	return s.answerLens(w, r, chi.URLParam(r, "level"), "")
}

func (s *Server) classesPicture(w http.ResponseWriter, r *http.Request) error {
	return s.answerLens(w, r, classesLevel, "")
}

func (s *Server) mapsPicture(w http.ResponseWriter, r *http.Request) error {
	return s.answerLens(w, r, chi.URLParam(r, "level"), mapsView)
}

func (s *Server) answerLens(w http.ResponseWriter, r *http.Request, level, view string) error {
	l, q, err := lensOf(r, level, "zoom")
	if err != nil {
		return err
	}
	zoom, err := q.integer("zoom", 1, 1, figure.MaxZoom)
	if err != nil {
		return err
	}
	data, err := s.config.Data()
	if err != nil {
		return err
	}
	if view != "" {
		l.View = view
		if !q.values.Has("image") {
			l.Image = fixedDigits(data)[0]
		}
	}
	sp, err := s.specimenOf(w, r)
	if err != nil || sp.found == nil {
		return err
	}
	if l, err = l.complete(sp.found.net.Arch, data); err != nil {
		return err
	}
	p, err := s.pictures.level(r.Context(), sp, l, false)
	if err != nil {
		return err
	}
	if chi.URLParam(r, "format") == "json" {
		return writeJSON(w, http.StatusOK, p.header)
	}
	png := p.png
	if zoom > 1 {
		if png, err = figure.Enlarged(png, zoom); err != nil {
			return err
		}
	}
	return writePNG(w, png)
}

func writePNG(w http.ResponseWriter, png []byte) error {
	w.Header().Set("Content-Type", "image/png")
	_, _ = w.Write(png) // an error means that the client has gone
	return nil
}

// writeDescribed answers with a picture, and with what there is to tell of it
// as JSON in the header X-Header.
func writeDescribed(w http.ResponseWriter, about any, png []byte) error {
	text, err := json.Marshal(about)
	if err != nil {
		return err
	}
	w.Header().Set("X-Header", string(text))
	return writePNG(w, png)
}

// drawnMaps answers with the feature maps of an input; the header X-Header has
// what the JSON of other pictures has.
func (s *Server) drawnMaps(w http.ResponseWriter, r *http.Request) error {
	if _, err := queryOf(r); err != nil {
		return err
	}
	var q inputRequest
	if err := readJSON(w, r, &q); err != nil {
		return err
	}
	sp, err := s.specimenOf(w, r)
	if err != nil || sp.found == nil {
		return err
	}
	arch := sp.found.net.Arch
	input, err := s.inputOf(r.Context(), q, arch.Input)
	if err != nil {
		return err
	}
	l, err := lens{Level: chi.URLParam(r, "level"), View: mapsView}.complete(arch, sp.found.bench.data)
	if err != nil {
		return err
	}
	layer, err := layerOf(arch, l.Level)
	if err != nil {
		return err
	}
	h := sp.header(l)
	h.Layer = arch.Layers[layer].Name
	grid, err := sp.found.drawMaps(layer, input.pixels, input.name, &h)
	if err != nil {
		return err
	}
	h.fit(grid)
	w.Header().Set("Cache-Control", "no-store")
	return writeDescribed(w, h, grid.PNG)
}

// setImage answers with an image of the test or the training set, a pixel a
// pixel.
func (s *Server) setImage(w http.ResponseWriter, r *http.Request) error {
	data, err := s.config.Data()
	if err != nil {
		return err
	}
	name, text, set := "test", chi.URLParam(r, "index"), data.Test
	if chi.URLParam(r, "set") == trainProbe {
		name, set = "training", data.Train
	}
	i, err := strconv.Atoi(text)
	if err != nil || i < 0 || i >= set.Len() {
		return notFoundf("there is no %s image %q; there are 0 to %d", name, text, set.Len()-1)
	}
	grid, err := figure.Images(figure.ImageBank{H: set.H, W: set.W, C: set.C, Units: [][]float32{pixelsOf(set.Image(i))}})
	if err != nil {
		return err
	}
	png, err := grid.Unit(0, 1)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-cache") // another data set has others
	w.Header().Set("X-Label", strconv.Itoa(set.Label(i)))
	return writePNG(w, png)
}

// fixedDigits are four test images that many views show: of each of these
// labels the first, where the data has the label.
func fixedDigits(data *digits.Data) []int {
	var found []int
	for _, label := range []byte{6, 5, 8, 1} {
		for i, l := range data.Test.Labels {
			if l == label%byte(data.Test.Classes) {
				found = append(found, i)
				break
			}
		}
	}
	if len(found) == 0 {
		return []int{0}
	}
	return found
}
