package web_test

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	preloaded    = regexp.MustCompile(`<link rel="modulepreload" href="([^"]+)">`)
	entryOf      = regexp.MustCompile(`<script type="module" src="([^"]+)"`)
	staticFile   = regexp.MustCompile(`(?:src|href)="(/static/[^"]+)"`)
	importedFile = regexp.MustCompile(`(?:from|import)"\./(shared-[^"]+)"`)
)

// A page names all files that its script will import, so that they are loaded
// together, and no other. What it names is there, and never changes. All scripts of all pages
// are small together.
func TestPagesNameTheirScripts(t *testing.T) {
	s := serve(t, nil)
	id := s.open(small)
	s.get("/static/app.js") // afterwards the bundle is there
	scripts := map[string]bool{}
	for _, page := range []string{"/", "/runs/" + id + "/units/low/0", "/runs/" + id + "/film/low", "/runs/" + id + "/drawing", "/runs/" + id + "/lesson", "/runs/" + id + "/evaluation"} {
		html := string(s.get(page).body)
		for _, match := range staticFile.FindAllStringSubmatch(html, -1) {
			if cached := s.get(match[1]).Header.Get("Cache-Control"); !strings.Contains(cached, "immutable") {
				t.Errorf("%s is cached as %q", match[1], cached)
			}
			if path, _, _ := strings.Cut(match[1], "?"); strings.HasSuffix(path, ".js") {
				scripts[path] = true
			}
		}
		named := map[string]bool{}
		for _, match := range preloaded.FindAllStringSubmatch(html, -1) {
			named[match[1]] = true
		}
		needed := map[string]bool{}
		for queue := []string{entryOf.FindStringSubmatch(html)[1]}; len(queue) > 0; queue = queue[1:] {
			for _, match := range importedFile.FindAllSubmatch(s.get(queue[0]).body, -1) {
				if file := "/static/" + string(match[1]); !needed[file] {
					needed[file], queue = true, append(queue, file)
				}
			}
		}
		if len(needed) < 2 || !maps.Equal(named, needed) {
			t.Errorf("%s names %v; its script imports %v", page, named, needed)
		}
	}
	raw, packed := 0, 0
	for path := range scripts {
		raw += len(s.get(path).body)
		packed += len(s.ask("GET", path, "", "Accept-Encoding", "gzip").body)
	}
	t.Logf("%d scripts have %d bytes, %d with gzip", len(scripts), raw, packed)
	if packed > 100_000 {
		t.Errorf("all scripts together have %d bytes with gzip, more than 100,000", packed)
	}
}

// A script leads developers' tools to the modules as they are written. Of these
// only the bundle is served.
func TestScriptsHaveSourceMaps(t *testing.T) {
	s := serve(t, nil)
	if script := s.get("/static/app.js").body; !strings.HasSuffix(strings.TrimSpace(string(script)), "//# sourceMappingURL=app.js.map") {
		t.Errorf("app.js ends with %q", script[max(0, len(script)-100):])
	}
	var names struct{ Sources, SourcesContent []string }
	s.into(s.get("/static/app.js.map"), &names)
	i := slices.IndexFunc(names.Sources, func(name string) bool { return strings.HasSuffix(name, "panel/run-list.js") })
	if i < 0 || !strings.Contains(names.SourcesContent[i], "export class RunList") {
		t.Errorf("the map leads to %q", names.Sources)
	}
	if a := s.ask("GET", "/static/panel/timeline.js", ""); a.StatusCode != http.StatusNotFound {
		t.Errorf("a module: %s", a.Status)
	}
	if cached := s.get("/static/app.js?v=other").Header.Get("Cache-Control"); cached != "no-cache" {
		t.Errorf("another version is cached as %q", cached)
	}
}
