package web

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"filterscope/nn/safetensors"
)

// weights answers with a step's weights as a file that the program starts from
// with -init, and other programs read.
func (s *Server) weights(w http.ResponseWriter, r *http.Request) error {
	if _, err := queryOf(r, version); err != nil {
		return err
	}
	_, snapshot, err := s.snapshotOf(w, r)
	if err != nil || snapshot == nil {
		return err
	}
	id := chi.URLParam(r, "run")
	var file bytes.Buffer
	err = safetensors.Write(&file, snapshot.Net, map[string]string{
		"run": id, "step": strconv.Itoa(snapshot.Step), "program": "Filterscope",
	})
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", fmt.Sprintf("%s-%d.safetensors", id, snapshot.Step)))
	_, _ = w.Write(file.Bytes()) // an error means that the client has gone
	return nil
}
