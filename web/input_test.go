package web_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"filterscope/nn/train"
)

const aSeven = `[[[20,20],[80,20],[40,90]]]`

// predicted is what the tests read of a prediction.
type predicted struct {
	Label         int
	Probabilities []float64
	Pixels        []float32
	Box           [4]float64
	Center        [2]float64
	Run           string
	Step          int
}

// All calls that are about an input know all ways of naming it, and refuse all
// others with the same words.
func TestInputsAreNamedAlike(t *testing.T) {
	s := serve(t, nil)
	id := s.open(small)
	s.step(id, 3)
	var saved train.Drawing
	s.into(s.ask("POST", "/api/drawings", `{"strokes":`+aSeven+`,"label":7}`), &saved)
	var seen predicted
	s.into(s.ask("POST", "/api/predict", `{"strokes":`+aSeven+`}`), &seen)
	pixels, _ := json.Marshal(seen.Pixels)
	for _, path := range []string{"/api/predict", "/api/explain", "/api/belief", "/api/nearest", "/api/runs/" + id + "/steps/latest/maps/low.png"} {
		answers := map[string]string{}
		for name, value := range map[string]string{"strokes": aSeven, "pixels": string(pixels), "drawing": `"` + saved.ID + `"`, "test": "7"} {
			a := s.ask("POST", path, fmt.Sprintf(`{%q:%s}`, name, value))
			if a.StatusCode != 200 || len(a.body) < 50 {
				t.Errorf("%s by %s: %s: %s", path, name, a.Status, a.body)
			}
			answers[name] = string(a.body)
		}
		if path != "/api/explain" && path != "/api/predict" && (answers["strokes"] != answers["drawing"] || answers["strokes"] != answers["pixels"]) {
			t.Errorf("%s answers otherwise about the same drawing named otherwise", path)
		}
		if answers["test"] == answers["strokes"] {
			t.Errorf("%s answers alike about two images", path)
		}
		long := strings.Repeat("0,", 783)
		for body, words := range map[string]string{
			`{}`:                           "nothing is given; name exactly one of strokes, pixels, test and drawing",
			`{"test":1,"drawing":"a"}`:     "test and drawing are given",
			`{"strokes":null}`:             "nothing is given",
			`{"strokes":[]}`:               "empty",
			`{"test":640}`:                 "0 to 639",
			`{"test":-1}`:                  "0 to 639",
			`{"pixels":[]}`:                "this net reads 784: height 28, width 28, channels 1",
			`{"pixels":[` + long + `1.5]}`: "number 783 is 1.5",
			`{"pixels":[` + long + `-1]}`:  "number 783 is -1",
			`{"pixels":[` + long + `NaN]}`: "JSON",
			`{"image":3}`:                  "image",
		} {
			s.wantError(s.ask("POST", path, body), 400, words)
		}
		s.wantError(s.ask("POST", path, `{"drawing":"nothing"}`), 404, "no such drawing")
	}
}

func TestPredictionTellsWhereTheInkIs(t *testing.T) {
	s := serve(t, nil)
	s.open(small)
	pixels := make([]float64, 784)
	pixels[5*28+10], pixels[5*28+11], pixels[6*28+10] = 1, 0.5, 0.5
	body, _ := json.Marshal(map[string]any{"pixels": pixels})
	var p predicted
	s.into(s.ask("POST", "/api/predict", string(body)), &p)
	if p.Box != [4]float64{10, 5, 12, 7} || math.Abs(p.Center[0]-10.75) > 1e-9 || math.Abs(p.Center[1]-5.75) > 1e-9 {
		t.Errorf("the box is %v, the centre %v", p.Box, p.Center)
	}
	s.into(s.ask("POST", "/api/predict", `{"strokes":`+aSeven+`}`), &p)
	if math.Abs(p.Center[0]-14.4) > 0.3 || math.Abs(p.Center[1]-14.4) > 0.3 {
		t.Errorf("the drawing's centre is %v", p.Center)
	}
}

// A picture of the test set predicted by its index is predicted as its pixels.
func TestTestImagesByIndex(t *testing.T) {
	s := serve(t, nil)
	s.step(s.open(small), 2)
	data, err := someDigits()
	if err != nil {
		t.Fatal(err)
	}
	var byIndex, byPixels predicted
	s.into(s.ask("POST", "/api/predict", `{"test":17}`), &byIndex)
	want := make([]float32, 784)
	for i, v := range data.Test.Image(17) {
		want[i] = float32(v) / 255
	}
	body, _ := json.Marshal(map[string]any{"pixels": want})
	s.into(s.ask("POST", "/api/predict", string(body)), &byPixels)
	if !cmp.Equal(byIndex, byPixels) || !cmp.Equal(byIndex.Pixels, want) {
		t.Errorf("test image 17 by index %+v, by its pixels %+v", byIndex, byPixels)
	}
}

// Whatever is sent as strokes, the answer is a prediction or a sentence.
func FuzzStrokes(f *testing.F) {
	s := serve(f, nil)
	s.open(small)
	hundreds := strings.TrimSuffix(strings.Repeat("[[1,2],[3,4]],", 300), ",")
	for _, strokes := range []string{
		aSeven, `[]`, `[[]]`, `[[[1,2]]]`, `[[[1,2],[1,2],[1,2]]]`, `[[[1e9,1e-9],[-1e9,0]]]`, `[[[1e308,-1e308],[-1e308,1e308]]]`,
		`[[[5e-324,0],[0,5e-324]]]`, `[[[-50,-50],[500,30]]]`, `[` + hundreds + `]`, `[[[NaN,1]]]`, `[[["1",2]]]`, `[[[1]]]`, `[null]`, `[[null]]`, `[[[null,1]]]`, `{}`, `[[[1,2]`,
	} {
		f.Add(strokes)
	}
	f.Fuzz(func(t *testing.T, strokes string) {
		a := s.within(t).ask("POST", "/api/predict", `{"strokes":`+strokes+`}`)
		switch {
		case a.StatusCode == 200:
			var p predicted
			if err := json.Unmarshal(a.body, &p); err != nil || len(p.Probabilities) != 10 || len(p.Pixels) != 784 {
				t.Errorf("%s became %s", strokes, a.body)
			}
		case a.StatusCode < 400 || a.StatusCode >= 500 || !strings.Contains(string(a.body), `"error":"`):
			t.Errorf("%s: %s: %s", strokes, a.Status, a.body)
		}
	})
}
