package web_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"filterscope/nn"
	"filterscope/nn/feature"
	"filterscope/web"
)

type explanation struct {
	Method, Alt   string
	Class         int
	Height, Width int
	Values        []float32
	Range         [2]float32
	Step          int
}

// An explanation has the values of the step's weights, for the class that is
// named or else the predicted one.
func TestExplain(t *testing.T) {
	s := serve(t, nil)
	id := s.open(small)
	s.step(id, 20)
	var p predicted
	s.into(s.ask("POST", "/api/predict", `{"test":3,"step":10}`), &p)
	kept, err := s.runs.Snapshot(t.Context(), id, 10)
	if err != nil {
		t.Fatal(err)
	}
	cam := func(net *nn.Network, pixels []float32, class int) []float32 {
		values, err := feature.GradCAM(net, pixels, class)
		if err != nil {
			t.Fatal(err)
		}
		return values
	}
	for method, want := range map[string]func(*nn.Network, []float32, int) []float32{
		"gradient": feature.InputGradient, "gradcam": cam, "occlusion": feature.Occlusion{Stride: 2}.Occlude,
	} {
		for _, named := range []string{"", `,"class":4`} {
			var e explanation
			s.into(s.ask("POST", "/api/explain", fmt.Sprintf(`{"test":3,"step":10,"method":%q%s}`, method, named)), &e)
			class := p.Label
			if named != "" {
				class = 4
			}
			if e.Method != method || e.Class != class || e.Height != 28 || e.Width != 28 || e.Step != 10 || e.Alt == "" {
				t.Errorf("%s%s: %+v", method, named, e)
			}
			if values := want(kept.Net, p.Pixels, class); !slices.Equal(e.Values, values) || e.Range != [2]float32{slices.Min(values), slices.Max(values)} {
				t.Errorf("%s of class %d has other values than step 10's weights give", method, class)
			}
		}
	}
	for body, words := range map[string]string{
		`{"test":3,"method":"guess"}`:           "gradcam",
		`{"test":3,"class":10}`:                 "0 to 9",
		`{"test":3,"class":-1}`:                 "0 to 9",
		`{"test":3,"step":"soon"}`:              "no step",
		`{"test":3,"step":1.5,"class":"three"}`: "JSON",
	} {
		s.wantError(s.ask("POST", "/api/explain", body), 400, words)
	}
	s.wantError(s.ask("POST", "/api/explain", `{"test":3,"step":21}`), 404, "not been reached")
	s.wantError(s.ask("POST", "/api/explain", `{"test":3,"run":"nobody"}`), 404, "no such run")
}

func TestExplainWithoutConvolutions(t *testing.T) {
	s := serve(t, nil)
	c := small
	c.Architecture = "dense 5 | relu | dense classes"
	s.open(c)
	s.wantError(s.ask("POST", "/api/explain", `{"test":3,"method":"gradcam"}`), 400, "last convolution")
	if a := s.ask("POST", "/api/explain", `{"test":3,"method":"occlusion"}`); a.StatusCode != 200 {
		t.Errorf("occlusion needs no convolution: %s", a.body)
	}
}

// The belief at each step is what predict says there.
func TestBelief(t *testing.T) {
	s := serve(t, nil)
	id := s.open(small)
	s.step(id, 40)
	var b struct {
		Steps         []int
		Probabilities [][]float64
		Labels        []int
	}
	s.into(s.ask("POST", "/api/belief", `{"strokes":`+aSeven+`,"run":"`+id+`"}`), &b)
	if n := len(b.Steps); n < 12 || b.Steps[0] != 0 || b.Steps[n-1] != 40 || !slices.IsSorted(b.Steps) || len(b.Labels) != n || len(b.Probabilities) != n {
		t.Fatalf("steps %v, %d labels, %d probabilities", b.Steps, len(b.Labels), len(b.Probabilities))
	}
	for i, step := range b.Steps {
		var p predicted
		s.into(s.ask("POST", "/api/predict", fmt.Sprintf(`{"strokes":%s,"step":%d}`, aSeven, step)), &p)
		if p.Step != step || p.Label != b.Labels[i] || !slices.Equal(p.Probabilities, b.Probabilities[i]) {
			t.Errorf("step %d: belief %v, prediction %v", step, b.Probabilities[i], p.Probabilities)
		}
	}
	s.wantError(s.ask("POST", "/api/belief", `{"test":1,"step":3}`), 400, "step")
	s.wantError(s.ask("POST", "/api/belief", `{"test":1,"run":"nobody"}`), 404, "no such run")
}

type nearest struct {
	Layer      string
	Images     int
	Neighbours []struct {
		Set          string
		Image, Label int
		Distance     float64
	}
}

// A training image is its own nearest neighbour, and neighbours have the
// labels of the training set.
func TestNearest(t *testing.T) {
	s := serve(t, nil)
	id := s.open(small)
	s.step(id, 20)
	data, err := someDigits()
	if err != nil {
		t.Fatal(err)
	}
	text := "["
	for i, v := range data.Train.Image(321) {
		if i > 0 {
			text += ","
		}
		text += fmt.Sprint(float32(v) / 255)
	}
	var n nearest
	s.into(s.ask("POST", "/api/nearest", `{"pixels":`+text+`],"k":5,"step":"latest"}`), &n)
	if len(n.Neighbours) != 5 || n.Images != 640 || n.Layer != "pool2" && n.Layer != "relu2" && n.Layer != "relu3" {
		t.Fatalf("%+v", n)
	}
	if first := n.Neighbours[0]; first.Image != 321 || first.Set != "train" || math.Abs(first.Distance) > 1e-5 {
		t.Errorf("training image 321 is most like %+v", first)
	}
	for i, found := range n.Neighbours {
		if found.Label != data.Train.Label(found.Image) || i > 0 && found.Distance < n.Neighbours[i-1].Distance {
			t.Errorf("neighbour %d: %+v", i, found)
		}
	}
	var first nearest
	s.into(s.ask("POST", "/api/nearest", `{"test":4,"step":0}`), &first)
	s.into(s.ask("POST", "/api/nearest", `{"test":4}`), &n)
	if len(n.Neighbours) != 10 || slices.Equal(n.Neighbours, first.Neighbours) {
		t.Errorf("%d neighbours, the same at steps 0 and 20: %+v", len(n.Neighbours), n)
	}
	s.wantError(s.ask("POST", "/api/nearest", `{"test":4,"k":0}`), 400, "1 to 50")
	s.wantError(s.ask("POST", "/api/nearest", `{"test":4,"k":51}`), 400, "1 to 50")
	picture := s.get("/api/train/321.png")
	if picture.Header.Get("X-Label") != fmt.Sprint(data.Train.Label(321)) || picture.Header.Get("Content-Type") != "image/png" {
		t.Errorf("training image 321 has headers %v", picture.Header)
	}
	s.wantError(s.ask("GET", "/api/train/640.png", ""), 404, "no training image")
	s.wantError(s.ask("GET", "/api/test/640.png", ""), 404, "no test image")
}

// Questions change nothing, so that they need no token.
func TestQuestionsNeedNoToken(t *testing.T) {
	s := serve(t, func(c *web.Config) { c.Token = "open-sesame" })
	id := s.open(small)
	for _, path := range []string{"/api/explain", "/api/belief", "/api/nearest", "/api/runs/" + id + "/steps/0/maps/low.png"} {
		if a := s.ask("POST", path, `{"test":1}`); a.StatusCode != 200 {
			t.Errorf("%s: %s: %s", path, a.Status, a.body)
		}
	}
	s.wantError(s.ask("POST", "/api/picture", "", "Content-Type", "text/plain"), 415, "image/png")
	s.wantError(s.ask("POST", "/api/drawings", `{"strokes":`+aSeven+`,"label":7}`), 401, "control token")
}
