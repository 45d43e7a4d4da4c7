package web_test

import (
	"net/http"
	"strings"
	"testing"

	"filterscope/nn/train"
)

// Units and films have pages for every layer's units, under the layer's name
// or its level's; what is none is told what would be one.
func TestUnitPages(t *testing.T) {
	s := serve(t, nil)
	run := "/runs/" + s.open(train.Config{Architecture: "tiny", Epochs: 1})
	for path, words := range map[string]string{
		"/units/conv2/7":   `data-level="conv2" data-unit="7"`,
		"/units/mid/0":     `data-level="conv2" data-unit="0"`,
		"/units/classes/9": `&#34;name&#34;:&#34;classes&#34;,&#34;units&#34;:10`,
		"/film/high":       `data-level="conv3"`,
	} {
		if body := string(s.get(run + path).body); !strings.Contains(body, words) {
			t.Errorf("%s lacks %s", path, words)
		}
	}
	for path, words := range map[string]string{
		"/units/conv2/8": "units 0 to 7", "/units/conv2/-1": "units 0 to 7", "/units/conv2/x": "units 0 to 7",
		"/units/conv4/0": "conv1, conv2, conv3, and classes", "/film/conv4": "classes",
	} {
		s.wantError(s.ask("GET", run+path, ""), http.StatusNotFound, words)
		page := s.ask("GET", run+path, "", "Accept", "text/html")
		if page.StatusCode != http.StatusNotFound || !strings.Contains(string(page.body), "ErrorPage-message") {
			t.Errorf("%s: %s is no page that says so", path, page.Status)
		}
	}
	s.wantError(s.ask("GET", "/runs/none/units/conv1/0", ""), http.StatusNotFound, "no such run")
}
