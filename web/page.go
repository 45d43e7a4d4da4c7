package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"html/template"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"

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

// assets are the static files, each with the hash of its content.
type assets struct {
	files   map[string]asset // by path below /static/
	version string           // of all together
}

type asset struct {
	body   []byte
	packed []byte // with gzip
	mime   string
	tag    string // weak: the same for both
}

func newAssets(fsys fs.FS) (*assets, error) {
	a := &assets{files: map[string]asset{}}
	all := sha256.New()
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(body)
		all.Write(sum[:])
		packed, err := pack(body)
		a.files[name] = asset{body, packed, contentType(name), "W/" + strconv.Quote(hex.EncodeToString(sum[:8]))}
		return err
	})
	a.version = hex.EncodeToString(all.Sum(nil)[:6])
	return a, err
}

func pack(body []byte) ([]byte, error) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	err := w.Close()
	return packed.Bytes(), err
}

// imported finds the modules that a module's text imports.
var imported = regexp.MustCompile(`(?m)^(?:import|export)[^;]*? from "(\.[^"]+)";`)

// modules are the addresses of all modules that an entry imports, itself or
// through others, so that a browser can ask for them together instead of one
// generation after the other.
func (a *assets) modules(entry string) []string {
	var found []string
	seen := map[string]bool{entry: true}
	for queue := []string{entry}; len(queue) > 0; queue = queue[1:] {
		for _, match := range imported.FindAllSubmatch(a.files[queue[0]].body, -1) {
			name := path.Join(path.Dir(queue[0]), string(match[1]))
			if !seen[name] {
				seen[name] = true
				found, queue = append(found, "/static/"+name), append(queue, name)
			}
		}
	}
	return found
}

func contentType(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".webmanifest":
		return "application/manifest+json"
	}
	return mime.TypeByExtension(path.Ext(name))
}

func (a *assets) serve(w http.ResponseWriter, r *http.Request) error {
	file, ok := a.files[chi.URLParam(r, "*")]
	if !ok {
		return notFound(w, r)
	}
	h := w.Header()
	h.Set("Content-Type", file.mime)
	h.Set("ETag", file.tag)
	h.Set("Cache-Control", "no-cache")
	h.Set("Vary", "Accept-Encoding")
	if r.Header.Get("If-None-Match") == file.tag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	body := file.body
	if takesGzip(r) {
		body = file.packed
		h.Set("Content-Encoding", "gzip")
	}
	_, _ = w.Write(body)
	return nil
}

// takesGzip reports whether a client names gzip, as all browsers do. One that
// refuses it by a weight of 0 gets the file as it is.
func takesGzip(r *http.Request) bool {
	for coding := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(coding), ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") && !refused.MatchString(weight) {
			return true
		}
	}
	return false
}

var refused = regexp.MustCompile(`^\s*q\s*=\s*0(\.0*)?\s*$`)

func (s *Server) favicon(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, "/static/favicon.svg?v="+s.assets.version, http.StatusFound)
	return nil
}

// health answers while the server lives.
func (s *Server) health(w http.ResponseWriter, _ *http.Request) error {
	return writeJSON(w, http.StatusOK, map[string]string{"status": "ok"})
}
