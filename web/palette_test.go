package web_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"regexp"
	"testing"

	"filterscope/static"
	"filterscope/web/figure"
)

// The page and its canvases have the colours of the server's pictures.
func TestPageHasThePicturesColours(t *testing.T) {
	tokens, err := static.FS.ReadFile("style/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	for name, colours := range map[string][]string{"weights": figure.DivergingStops(9), "label": figure.LabelColors()} {
		for i, colour := range colours {
			if want := fmt.Sprintf("--%s-%d: %s;", name, i, colour); !bytes.Contains(tokens, []byte(want)) {
				t.Errorf("tokens.css lacks %s", want)
			}
		}
	}
}

// Styles have no colours and no sizes of type of their own.
func TestStylesUseTokens(t *testing.T) {
	files, err := fs.Glob(static.FS, "style/*.css")
	if err != nil || len(files) < 10 {
		t.Fatalf("there are %d styles, %v", len(files), err)
	}
	own := regexp.MustCompile(`(?i)#[0-9a-f]{3,8}\b[^{]*;|\b(rgb|hsl)a?\(|font-size: [1-9.]|font-size: 0\.`)
	for _, name := range files {
		text, err := fs.ReadFile(static.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range bytes.Split(text, []byte("\n")) {
			if found := own.Find(line); found != nil && name != "style/tokens.css" {
				t.Errorf("%s:%d has %q of its own; use a token of style/tokens.css", name, i+1, found)
			}
		}
	}
}
