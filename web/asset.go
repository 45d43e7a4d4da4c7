package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/go-chi/chi/v5"

	"filterscope/static"
	"filterscope/web/bundle"
)

// compiled is the bundle of the program's own sources, made when it is first
// asked for.
var compiled = sync.OnceValues(func() (*bundle.Bundle, error) { return bundle.Compile(static.FS) })

// assets are the files below /static/: the bundle, and icons as they are. The
// bundle is made while the first pages are answered, and what asks for it waits.
type assets struct {
	version string                           // of the sources, and of how they are bundled
	files   func() (map[string]asset, error) // by path below /static/; waits for the bundle
	imports atomic.Pointer[map[string][]string]
	made    func() (*bundle.Bundle, error)
}

type asset struct {
	body   []byte
	packed func() []byte // with gzip
	tag    string        // weak: the same for both
}

// newAssets is for a file system, whose bundle is made when it is first asked for.
func newAssets(fsys fs.FS, made func() (*bundle.Bundle, error)) (*assets, error) {
	a := &assets{made: made, files: sync.OnceValues(func() (map[string]asset, error) { return allFiles(fsys, made) })}
	all := sha256.New()
	fmt.Fprint(all, bundle.Version())
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(fsys, name)
		fmt.Fprintf(all, "%s %d ", name, len(body))
		all.Write(body)
		return err
	})
	a.version = hex.EncodeToString(all.Sum(nil)[:6])
	return a, err
}

// allFiles are those of the bundle, and all that are no sources of it.
func allFiles(fsys fs.FS, made func() (*bundle.Bundle, error)) (map[string]asset, error) {
	b, err := made()
	if err != nil {
		return nil, err
	}
	all := map[string]asset{}
	for name, body := range b.Files {
		all[name] = newAsset(body)
	}
	err = fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if _, ok := all[name]; ok || err != nil || d.IsDir() || path.Ext(name) == ".js" || path.Ext(name) == ".css" {
			return err
		}
		body, err := fs.ReadFile(fsys, name)
		all[name] = newAsset(body)
		return err
	})
	return all, err
}

func newAsset(body []byte) asset {
	sum := sha256.Sum256(body)
	return asset{body, sync.OnceValue(func() []byte { return pack(body) }), "W/" + strconv.Quote(hex.EncodeToString(sum[:8]))}
}

// pack compresses; nothing can fail in memory.
func pack(body []byte) []byte {
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		panic(err)
	}
	_, _ = w.Write(body)
	_ = w.Close()
	return packed.Bytes()
}

// load makes the bundle, unless it is there.
func (a *assets) load() {
	if b, err := a.made(); err == nil {
		a.imports.Store(&b.Imports)
	}
}

// modules are the addresses of the files that an entry needs besides itself,
// so that a browser can ask for all together. It does not wait for the bundle, without
// which there are none.
func (a *assets) modules(entry string) []string {
	imports := a.imports.Load()
	if imports == nil {
		return nil
	}
	var all []string
	for _, name := range (*imports)[entry] {
		all = append(all, "/static/"+name)
	}
	return all
}

func contentType(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".map":
		return "application/json"
	case ".webmanifest":
		return "application/manifest+json"
	}
	return mime.TypeByExtension(path.Ext(name))
}

// shared are files named by their content.
var shared = regexp.MustCompile(`^shared-[A-Z0-9]{8}\.js$`)

// serve answers with a file. What is asked for by its content or version never changes.
func (a *assets) serve(w http.ResponseWriter, r *http.Request) error {
	files, err := a.files()
	if err != nil {
		return err
	}
	name := chi.URLParam(r, "*")
	file, ok := files[name]
	if !ok {
		return notFound(w, r)
	}
	h := w.Header()
	h.Set("Content-Type", contentType(name))
	h.Set("ETag", file.tag)
	h.Set("Cache-Control", "no-cache")
	if shared.MatchString(name) || r.URL.Query().Get("v") == a.version {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	h.Set("Vary", "Accept-Encoding")
	if r.Header.Get("If-None-Match") == file.tag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	body := file.body
	if takesGzip(r) {
		body = file.packed()
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
