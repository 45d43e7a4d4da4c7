package web

import (
	"encoding/json"
	"net/http"

	"github.com/go-chi/chi/v5"
)

// drawingPage shows a drawn digit: what a run's net sees of it and says of it,
// where it looked, and since when it knows.
func (s *Server) drawingPage(w http.ResponseWriter, r *http.Request) error {
	return s.runPage(w, r, "drawing.html")
}

// lessonPage shows one training step in slow motion.
func (s *Server) lessonPage(w http.ResponseWriter, r *http.Request) error {
	return s.runPage(w, r, "lesson.html")
}

// evaluationPage shows how a run's net does on the test set at any kept step.
func (s *Server) evaluationPage(w http.ResponseWriter, r *http.Request) error {
	return s.runPage(w, r, "evaluation.html")
}

// runPage writes a page of a run.
func (s *Server) runPage(w http.ResponseWriter, r *http.Request, template string) error {
	if s.keepToken(w, r) {
		return nil
	}
	id := chi.URLParam(r, "run")
	_, now, err := s.watch(r.Context(), id)
	if err != nil {
		return err
	}
	levels, err := json.Marshal(pageLevels(now.newest.Net.Arch))
	if err != nil {
		return err
	}
	return s.pages.write(w, http.StatusOK, template, page{RunID: id, Levels: string(levels), MayChange: s.mayChange(r)})
}
