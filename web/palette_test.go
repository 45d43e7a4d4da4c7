package web_test

import (
	"bytes"
	"fmt"
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
	light, dark := figure.RunColors("light"), figure.RunColors("dark")
	for i := range light {
		if want := fmt.Sprintf("--run-%d: light-dark(%s, %s);", i+1, light[i], dark[i]); !bytes.Contains(tokens, []byte(want)) {
			t.Errorf("tokens.css lacks %s", want)
		}
	}
}
