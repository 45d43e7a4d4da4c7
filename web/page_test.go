package web_test

import (
	"regexp"
	"strings"
	"testing"
)

// A page names all modules that its script will import, so that they are loaded together: each exists, and none is missing.
func TestPagesPreloadTheirModules(t *testing.T) {
	s := serve(t, nil)
	id := s.open(small)
	link := regexp.MustCompile(`<link rel="modulepreload" href="([^"]+)">`)
	entry := regexp.MustCompile(`<script type="module" src="([^"?]+)`)
	imports := regexp.MustCompile(`from "(\.[^"]+)"`)
	for _, page := range []string{"/", "/runs/" + id + "/units/low/0", "/runs/" + id + "/film/low"} {
		html := string(s.get(page).body)
		named := map[string]bool{}
		for _, match := range link.FindAllStringSubmatch(html, -1) {
			named[match[1]] = true
		}
		needed := 0
		for module := range named {
			for _, match := range imports.FindAllStringSubmatch(string(s.get(module).body), -1) {
				needed++
				if name := resolve(module, match[1]); !named[name] {
					t.Errorf("%s: %s imports %s, which is not named", page, module, name)
				}
			}
		}
		first := entry.FindStringSubmatch(html)[1]
		for _, match := range imports.FindAllStringSubmatch(string(s.get(first).body), -1) {
			if name := resolve(first, match[1]); !named[name] {
				t.Errorf("%s: %s imports %s, which is not named", page, first, name)
			}
		}
		if needed < 5 {
			t.Errorf("%s names modules with %d imports", page, needed)
		}
	}
}

// resolve is the address of a module that another one imports.
func resolve(from, relative string) string {
	parts := strings.Split(from[:strings.LastIndex(from, "/")], "/")
	for _, part := range strings.Split(relative, "/") {
		switch part {
		case ".":
		case "..":
			parts = parts[:len(parts)-1]
		default:
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "/")
}
