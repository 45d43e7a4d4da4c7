package web_test

import (
	"bytes"
	"encoding/csv"
	"image"
	"image/png"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"filterscope/nn/safetensors"
	"filterscope/nn/train"
)

func TestWeightsOfAKeptStepNeverChange(t *testing.T) {
	s := serve(t, nil)
	id := s.open(small)
	s.step(id, 40)
	path := "/api/runs/" + id + "/steps/"
	kept := s.get(path + "7/weights.safetensors")
	if h := kept.Header; h.Get("X-Step") != "7" || h.Get("X-Snapshot") != "true" || !strings.Contains(h.Get("Cache-Control"), "immutable") ||
		h.Get("Content-Disposition") != `attachment; filename="`+id+`-7.safetensors"` {
		t.Errorf("its headers are %v", h)
	}
	file, err := safetensors.Parse(kept.body)
	if err != nil {
		t.Fatal(err)
	}
	snapshot, err := s.runs.Snapshot(t.Context(), id, 7)
	if err != nil {
		t.Fatal(err)
	}
	net, err := file.Network(snapshot.Net.Arch)
	if err != nil || !slices.Equal(net.Weights, snapshot.Net.Weights) {
		t.Errorf("the weights are others, %v", err)
	}
	if file.Metadata["run"] != id || file.Metadata["step"] != "7" || file.Architecture() != snapshot.Net.Arch.Text {
		t.Errorf("it says %v", file.Metadata)
	}
	if !bytes.Equal(kept.body, s.get(path+"7/weights.safetensors").body) {
		t.Error("asked again, the bytes are others")
	}
	if a := s.ask("GET", path+"33/weights.safetensors", ""); a.StatusCode != http.StatusFound || a.Header.Get("Location") != path+"32/weights.safetensors" {
		t.Errorf("a step that is not kept: %s, %v", a.Status, a.Header)
	}
	if a := s.get(path + "latest/weights.safetensors"); a.Header.Get("Cache-Control") != "no-store" || a.Header.Get("X-Step") != "40" {
		t.Errorf("the newest has the headers %v", a.Header)
	}
	s.wantError(s.ask("GET", path+"41/weights.safetensors", ""), 404, "has not been reached")
}

func TestConfusion(t *testing.T) {
	s := serve(t, nil)
	id := s.open(train.Config{Architecture: "tiny", Epochs: 1000, Validation: 128})
	s.wantError(s.ask("GET", "/api/runs/"+id+"/steps/latest/confusion.csv", ""), 404, "the test set has not been evaluated yet")
	s.step(id, 9) // two epochs of four steps
	path := "/api/runs/" + id + "/steps/"
	var all struct{ Evaluations []train.Evaluation }
	s.into(s.get("/api/runs/"+id+"/evaluations"), &all)
	for _, e := range all.Evaluations {
		a := s.get(path + map[int]string{4: "4", 8: "latest"}[e.Step] + "/confusion.csv?set=" + e.Set)
		rows, err := csv.NewReader(bytes.NewReader(a.body)).ReadAll()
		if err != nil || len(rows) != 11 || rows[0][0] != "label" || rows[3][0] != rows[0][3] {
			t.Fatalf("%s of step %d: %v, %v", e.Set, e.Step, rows, err)
		}
		for label, row := range e.Confusion {
			for prediction, count := range row {
				if rows[label+1][prediction+1] != strconv.Itoa(count) {
					t.Errorf("%s of step %d: label %d taken for %d: %s times, want %d", e.Set, e.Step, label, prediction, rows[label+1][prediction+1], count)
				}
			}
		}
	}
	for format, kind := range map[string]string{"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf"} {
		if a := s.get(path + "4/confusion." + format); a.Header.Get("Content-Type") != kind || len(a.body) < 1000 {
			t.Errorf("as %s it is %d bytes of %s", format, len(a.body), a.Header.Get("Content-Type"))
		}
	}
	s.wantError(s.ask("GET", path+"5/confusion.svg", ""), 404, "step 5 was not evaluated with the test set; evaluated were [4 8]")
	s.wantError(s.ask("GET", path+"4/confusion.svg?set=train", ""), 400, "set")
	s.wantError(s.ask("GET", path+"4/confusion.gif", ""), 404, "nothing at")
}

func TestEnlargedPictures(t *testing.T) {
	s := serve(t, nil)
	id := s.open(small)
	path := "/api/runs/" + id + "/steps/0/filters/low.png"
	small, large := s.get(path), s.get(path+"?zoom=7")
	a, b := decoded(t, small.body), decoded(t, large.body)
	if b.Bounds().Dx() != 7*a.Bounds().Dx() || b.Bounds().Dy() != 7*a.Bounds().Dy() {
		t.Fatalf("%v was enlarged to %v", a.Bounds(), b.Bounds())
	}
	for y := range b.Bounds().Dy() {
		for x := range b.Bounds().Dx() {
			if b.At(x, y) != a.At(x/7, y/7) {
				t.Fatalf("pixel %d, %d is %v, want %v", x, y, b.At(x, y), a.At(x/7, y/7))
			}
		}
	}
	s.wantError(s.ask("GET", path+"?zoom=33", ""), 400, "zoom")
}

func decoded(t *testing.T, file []byte) image.Image {
	t.Helper()
	m, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return m
}
