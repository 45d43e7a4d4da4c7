package web

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/go-chi/chi/v5"

	"filterscope/nn"
	"filterscope/nn/train"
)

// maxStart bounds the body that starts a run, in bytes. Without the images that
// it may be taught, the bound is maxBody.
const maxStart = 8 << 20

// startRequest is what a run can be started with.
type startRequest struct {
	train.Config
	Teach bool `json:"teach"` // with the saved drawings among the training images
}

// readStart reads a configuration, with what is wrong in its JSON. Nothing at
// all means the default run.
func readStart(w http.ResponseWriter, r *http.Request) (request startRequest, problems []train.Problem, err error) {
	body, err := readBody(w, r, maxStart)
	if err != nil || len(body) == 0 {
		return request, nil, err
	}
	if problems, err = train.ReadConfig(body, &request); err != nil {
		return request, nil, badRequest("the body is not the JSON that is expected here: %v", err)
	}
	rest := len(body)
	for _, t := range request.Taught {
		rest -= base64.StdEncoding.EncodedLen(len(t.Pixels))
	}
	if rest > maxBody {
		return request, nil, &httpError{Status: http.StatusRequestEntityTooLarge, Message: fmt.Sprintf("the body is larger than %d bytes, taught images left out", maxBody)}
	}
	return request, problems, nil
}

// configFile answers with a run's configuration, as it was started, as a file
// that -config and POST /api/runs take.
func (s *Server) configFile(w http.ResponseWriter, r *http.Request) error {
	if _, err := queryOf(r); err != nil {
		return err
	}
	info, err := s.config.Runs.Get(r.Context(), chi.URLParam(r, "run"))
	if err != nil {
		return err
	}
	c := info.Config
	c.Name = info.Name
	text, err := c.File()
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Disposition", `attachment; filename="`+fileName(info.Name)+`.json"`)
	h.Set("Cache-Control", "no-store")
	_, _ = w.Write(text) // an error means that the client has gone
	return nil
}

var noFileName = regexp.MustCompile(`[^a-z0-9]+`)

// fileName is a run's name as a file can have it on every system.
func fileName(name string) string {
	return "filterscope-" + strings.Trim(noFileName.ReplaceAllString(strings.ToLower(name), "-"), "-")
}

type (
	presetsJSON struct {
		Data          []string           `json:"data"` // what data can be; the default first
		Architectures []architectureJSON `json:"architectures"`
		Runs          []presetJSON       `json:"runs"`
	}
	architectureJSON struct {
		Name  string `json:"name"`
		About string `json:"about"`
		Text  string `json:"text"`
	}
	presetJSON struct {
		train.Preset
		Config json.RawMessage `json:"config"` // as a file
	}
)

// presets answers with the architectures and configurations that have names
// and suit the data.
func (s *Server) presets(w http.ResponseWriter, r *http.Request) error {
	if _, err := queryOf(r); err != nil {
		return err
	}
	data, err := s.config.Data()
	if err != nil {
		return err
	}
	answer := presetsJSON{Data: train.DataNames(data)}
	for _, p := range nn.Presets() {
		if _, _, err := (train.Config{Architecture: p.Name}).Check(data); err == nil {
			answer.Architectures = append(answer.Architectures, architectureJSON{p.Name, p.About, p.Text})
		}
	}
	for _, p := range train.Presets(data) {
		text, err := p.Config.File()
		if err != nil {
			return err
		}
		answer.Runs = append(answer.Runs, presetJSON{p, text})
	}
	return writeJSON(w, http.StatusOK, answer)
}
