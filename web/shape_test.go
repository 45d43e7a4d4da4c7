package web_test

import (
	"bytes"
	"encoding/json"
	"image/png"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"filterscope/nn/digits"
	"filterscope/nn/train"
	"filterscope/web"
)

// colours is a made data set of 9x7 images with three channels: the class is
// the channel that is brightest, or none.
func colours() (*digits.Data, error) {
	source := rand.New(rand.NewPCG(1, 2))
	set := func(n int) *digits.Set {
		s := &digits.Set{H: 9, W: 7, C: 3, Classes: 4}
		for range n {
			label := source.IntN(4)
			for i := range 9 * 7 * 3 {
				v := source.IntN(100)
				if i%3 == label {
					v += 120
				}
				s.Images = append(s.Images, byte(v))
			}
			s.Labels = append(s.Labels, byte(label))
		}
		return s
	}
	return &digits.Data{Name: "colours", Train: set(400), Test: set(100), ClassNames: []string{"red", "green", "blue", "none"}}, nil
}

// The size of the images, their channels and the number of classes are data.
func TestAnyImageShape(t *testing.T) {
	s := serve(t, func(c *web.Config) { c.Data = colours })
	const arch = "conv 3x2x5 | relu | conv 2x3x6 pad 1 | relu | maxpool 2 | conv 2x2x7 | relu | dense classes"
	id := s.open(train.Config{Architecture: arch, Epochs: 30, BatchSize: 40})
	v := s.connect(id, 0)
	v.until(func() bool { return v.run.State == "finished" && len(v.pictures) == 4 })
	if *v.run.TestAccuracy < 0.95 {
		t.Errorf("it tells %v of four plain colours apart", *v.run.TestAccuracy)
	}
	for level, units := range map[string]int{"low": 5, "mid": 6, "high": 7} {
		var h struct{ Units int }
		path := "/api/runs/" + id + "/steps/10/filters/" + level
		s.into(s.get(path+".json"), &h)
		picture, err := png.Decode(bytes.NewReader(s.get(path + ".png").body))
		if err != nil || h.Units != units {
			t.Fatalf("%s has %d units, %v", level, h.Units, err)
		}
		coloured := false
		for y := range picture.Bounds().Dy() {
			for x := range picture.Bounds().Dx() {
				r, g, b, _ := picture.At(x, y).RGBA()
				coloured = coloured || r != g || g != b
			}
		}
		if !coloured {
			t.Errorf("the %s level of colour images is gray", level)
		}
	}
	var p struct {
		Probabilities, Pixels []float64
	}
	s.into(s.ask("POST", "/api/predict", `{"strokes":[[[0,0],[1,1]]]}`), &p)
	if len(p.Probabilities) != 4 || len(p.Pixels) != 9*7 {
		t.Errorf("%d probabilities and %d pixels, want 4 and 63", len(p.Probabilities), len(p.Pixels))
	}
	alike, err := json.Marshal(p.Pixels)
	if err != nil {
		t.Fatal(err)
	}
	before := slices.Clone(p.Probabilities)
	if s.into(s.ask("POST", "/api/predict", `{"pixels":`+string(alike)+`}`), &p); !slices.Equal(before, p.Probabilities) {
		t.Errorf("the drawing's pixels are %v, the drawing itself %v", p.Probabilities, before)
	}
	if s.into(s.ask("POST", "/api/predict", `{"test":1}`), &p); len(p.Pixels) != 9*7*3 {
		t.Errorf("a colour image has %d numbers, want 189", len(p.Pixels))
	}
	var e explanation
	if s.into(s.ask("POST", "/api/explain", `{"test":1,"method":"occlusion"}`), &e); len(e.Values) != 9*7 || e.Height != 9 || e.Width != 7 {
		t.Errorf("an explanation of %d values, %d by %d", len(e.Values), e.Height, e.Width)
	}
}

func TestMissingLevelsSayWhy(t *testing.T) {
	for arch, missing := range map[string]string{
		"conv 5x5x4 stride 3 | relu | conv 3x3x4 | relu | dense classes": "mid",
		"conv 5x5x4 stride 3 | relu | dense classes":                     "mid high",
		"dense classes": "low mid high",
	} {
		s := serve(t, nil)
		id := s.open(train.Config{Architecture: arch, Epochs: 2})
		v := s.connect(id, 0)
		want := 4 - len(strings.Fields(missing)) // with the classes
		v.until(func() bool { return v.run.State == "finished" && len(v.pictures) == want })
		var without []string
		for _, level := range v.hello.Levels {
			if level.Missing == "" {
				continue
			}
			without = append(without, level.Name)
			s.wantError(s.ask("GET", "/api/runs/"+id+"/steps/0/filters/"+level.Name+".png", ""), 404, level.Name)
		}
		if got := strings.Join(without, " "); got != missing {
			t.Errorf("%s lacks the levels %q, want %q", arch, got, missing)
		}
	}
}
