package web

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"filterscope/nn/digits"
	"filterscope/nn/train"
)

// maxDrawings bounds the drawings that are kept.
const maxDrawings = 10_000

// drawingRequest is a drawing with the label that it is meant to have.
type drawingRequest struct {
	Strokes [][][]float64 `json:"strokes"`
	Label   *int          `json:"label"`
	Run     string        `json:"run"`  // "" means the newest
	Step    *int          `json:"step"` // nil means the newest
}

// saveDrawing keeps a drawing that can be drawn, with a label that the data has.
func (s *Server) saveDrawing(w http.ResponseWriter, r *http.Request) error {
	var request drawingRequest
	if err := readJSON(w, r, &request); err != nil {
		return err
	}
	data, err := s.config.Data()
	if err != nil {
		return err
	}
	if request.Label == nil || *request.Label < 0 || *request.Label >= data.Train.Classes {
		return badRequest("label: it must be a number from 0 to %d", data.Train.Classes-1)
	}
	strokes, err := predictRequest{Strokes: request.Strokes}.drawing()
	if err != nil {
		return err
	}
	if _, err := digits.Rasterize(strokes, data.Train.H, data.Train.W); err != nil {
		return badRequest("%v", err)
	}
	id, err := s.runOrNewest(r, request.Run)
	if err != nil {
		return err
	}
	info, err := s.config.Runs.Get(r.Context(), id)
	if err != nil {
		return err
	}
	all, err := s.config.Runs.Drawings(r.Context())
	if err != nil {
		return err
	}
	if len(all) >= maxDrawings {
		return badRequest("%d drawings are kept already, which is the limit; remove some", maxDrawings)
	}
	step := info.Status.Step
	if request.Step != nil {
		step = *request.Step
	}
	if step < 0 || step > info.Status.Step {
		return badRequest("step: %d is impossible; the run has steps 0 to %d", step, info.Status.Step)
	}
	kept, err := s.config.Runs.SaveDrawing(r.Context(), train.Drawing{Label: *request.Label, Strokes: request.Strokes, Run: id, Step: step})
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusCreated, kept)
}

func (s *Server) listDrawings(w http.ResponseWriter, r *http.Request) error {
	all, err := s.config.Runs.Drawings(r.Context())
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, map[string][]train.Drawing{"drawings": append([]train.Drawing{}, all...)})
}

func (s *Server) removeDrawing(w http.ResponseWriter, r *http.Request) error {
	if err := s.config.Runs.RemoveDrawing(r.Context(), chi.URLParam(r, "drawing")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
