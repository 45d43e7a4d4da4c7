package web

import (
	"bytes"
	"html/template"
	"io/fs"
	"net/http"

	"github.com/go-chi/chi/v5"
)

// pages are the HTML templates.
type pages struct {
	templates *template.Template
	assets    *assets
}

func parsePages(fsys fs.FS, assets *assets) (pages, error) {
	t, err := template.New("").Funcs(template.FuncMap{"modules": assets.modules}).ParseFS(fsys, "*.html")
	return pages{t, assets}, err
}

// page is what a template sees.
type page struct {
	Version string // of the assets, for their addresses
	RunID   string // "" means the newest, on the dashboard
	Level   string // of a unit or a film: a layer's name
	Unit    int
	Levels  string // all layers whose units have pages, as JSON
	// MayChange is whether the reader may change runs, and not only look.
	MayChange bool
	Status    int // of an error
	Message   string
}

func (p pages) write(w http.ResponseWriter, status int, name string, data page) error {
	data.Version = p.assets.version
	var body bytes.Buffer
	if err := p.templates.ExecuteTemplate(&body, name, data); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes())
	return nil
}

func (p pages) writeError(w http.ResponseWriter, e *httpError) {
	if err := p.write(w, e.Status, "error.html", page{Status: e.Status, Message: e.Message}); err != nil {
		http.Error(w, e.Message, e.Status)
	}
}

// dashboard shows one run. Without a name it is the newest, which the stream
// finds, so that the page is there before the data is.
func (s *Server) dashboard(w http.ResponseWriter, r *http.Request) error {
	if s.keepToken(w, r) {
		return nil
	}
	id := chi.URLParam(r, "run")
	if id != "" {
		if _, err := s.config.Runs.Get(r.Context(), id); err != nil {
			return err
		}
	}
	return s.pages.write(w, http.StatusOK, "dashboard.html", page{RunID: id, MayChange: s.mayChange(r)})
}

func (s *Server) favicon(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, "/static/favicon.svg?v="+s.assets.version, http.StatusFound)
	return nil
}

// health answers while the server lives.
func (s *Server) health(w http.ResponseWriter, _ *http.Request) error {
	return writeJSON(w, http.StatusOK, map[string]string{"status": "ok"})
}
