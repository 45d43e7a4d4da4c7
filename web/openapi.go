package web

import (
	_ "embed"
	"net/http"
)

// description is the API as OpenAPI has it. A test holds it against the routes
// and their answers.
//
//go:embed openapi.json
var description []byte

// openAPI answers with the API's description.
func (s *Server) openAPI(w http.ResponseWriter, _ *http.Request) error {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-cache")
	_, _ = w.Write(description) // an error means that the client has gone
	return nil
}
