package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-chi/chi/v5"

	"filterscope/nn/train"
)

// maxBody bounds every JSON body, in bytes.
const maxBody = 64 << 10

// readBody reads a body of at most so many bytes.
func readBody(w http.ResponseWriter, r *http.Request, most int64) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, &httpError{Status: http.StatusRequestEntityTooLarge, Message: fmt.Sprintf("the body is larger than %d bytes", most)}
	case err != nil:
		return nil, badRequest("the body could not be read")
	case !utf8.Valid(body):
		return nil, badRequest("the body is not UTF-8")
	}
	return body, nil
}

// readJSON decodes a body strictly: one value, no unknown fields.
func readJSON(w http.ResponseWriter, r *http.Request, v any) error {
	body, err := readBody(w, r, maxBody)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(strings.NewReader(string(body)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(v); err != nil {
		var config *train.ConfigError
		if errors.As(err, &config) {
			return config
		}
		return badRequest("the body is not the JSON that is expected here: %s", strings.TrimPrefix(err.Error(), "json: "))
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return badRequest("the body has more than one JSON value")
	}
	return nil
}

// readOptionalJSON is readJSON for a body that may be left out.
func readOptionalJSON(w http.ResponseWriter, r *http.Request, v any) error {
	if r.ContentLength == 0 {
		return nil
	}
	return readJSON(w, r, v)
}

func (s *Server) listRuns(w http.ResponseWriter, r *http.Request) error {
	infos, err := s.config.Runs.List(r.Context())
	if err != nil {
		return err
	}
	runs := make([]runJSON, len(infos))
	for i, info := range infos {
		if runs[i], err = s.runJSON(info); err != nil {
			return err
		}
	}
	return writeJSON(w, http.StatusOK, map[string][]runJSON{"runs": runs})
}

// writeRun answers with a run, or the error of what was done to it.
func (s *Server) writeRun(w http.ResponseWriter, status int, info train.Info, err error) error {
	if err != nil {
		return err
	}
	run, err := s.runJSON(info)
	if err != nil {
		return err
	}
	return writeJSON(w, status, run)
}

func (s *Server) startRun(w http.ResponseWriter, r *http.Request) error {
	request, problems, err := readStart(w, r)
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		p := problems[0]
		return badRequest("%s: %s (line %d, column %d of the JSON)", p.Path(), p.Problem, p.Line, p.Column)
	}
	c := request.Config
	if err := train.CheckName(c.Name); err != nil {
		return err
	}
	if request.Teach {
		if c.Taught, err = s.taught(r.Context()); err != nil {
			return err
		}
	}
	info, err := s.config.Runs.Start(r.Context(), c)
	return s.writeRun(w, http.StatusCreated, info, err)
}

func (s *Server) readRun(w http.ResponseWriter, r *http.Request) error {
	info, err := s.config.Runs.Get(r.Context(), chi.URLParam(r, "run"))
	return s.writeRun(w, http.StatusOK, info, err)
}

func (s *Server) deleteRun(w http.ResponseWriter, r *http.Request) error {
	if err := s.config.Runs.Delete(r.Context(), chi.URLParam(r, "run")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// changeRun applies a PATCH: settings go to the trainer, the name does not.
func (s *Server) changeRun(w http.ResponseWriter, r *http.Request) error {
	var change struct {
		train.Change
		Name *string `json:"name"`
	}
	if err := readJSON(w, r, &change); err != nil {
		return err
	}
	id := chi.URLParam(r, "run")
	if change.Name != nil {
		if err := train.CheckName(*change.Name); err != nil {
			return err
		}
	}
	info, err := s.config.Runs.Get(r.Context(), id)
	if err == nil && !change.IsZero() {
		info, err = s.config.Runs.Command(r.Context(), id, train.Command{Kind: train.Adjust, Change: change.Change})
	}
	if err == nil && change.Name != nil {
		info, err = s.config.Runs.Rename(r.Context(), id, *change.Name)
		if err == nil {
			s.renamed(info)
		}
	}
	return s.writeRun(w, http.StatusOK, info, err)
}

func (s *Server) pauseRun(w http.ResponseWriter, r *http.Request) error {
	return s.command(w, r, train.Command{Kind: train.Pause})
}

func (s *Server) resumeRun(w http.ResponseWriter, r *http.Request) error {
	return s.command(w, r, train.Command{Kind: train.Resume})
}

// stepRun answers when the steps are taken, which may take longer than the
// server's time limit for other answers.
func (s *Server) stepRun(w http.ResponseWriter, r *http.Request) error {
	body := struct {
		Steps *int `json:"steps"`
	}{}
	if err := readOptionalJSON(w, r, &body); err != nil {
		return err
	}
	steps := 1
	if body.Steps != nil {
		steps = *body.Steps
	}
	if err := http.NewResponseController(w).SetWriteDeadline(time.Time{}); err != nil {
		return err
	}
	return s.command(w, r, train.Command{Kind: train.Step, Steps: steps})
}

func (s *Server) command(w http.ResponseWriter, r *http.Request, c train.Command) error {
	info, err := s.config.Runs.Command(r.Context(), chi.URLParam(r, "run"), c)
	return s.writeRun(w, http.StatusOK, info, err)
}
