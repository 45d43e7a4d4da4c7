package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"filterscope/nn/train"
)

// threeLevels has a low, a mid and a high level.
var threeLevels = train.Config{Architecture: "conv 5x5x4 pad 2 | relu | maxpool 2 | conv 3x3x6 pad 1 | relu | maxpool 2 | conv 3x3x8 pad 1 | relu | dense classes", Epochs: 1000}

// looks are a level through each lens that differs from the others.
var looks = []string{
	"filter", "filter&scale=unit", "maximization", "patches", "projection", "projection&rule=deconvnet", "projection&rule=gradient", "maps", "maps&image=3",
}

type pictureHeader struct {
	Type, Run, Level, Layer, View, Rule, Scale, Alt string
	Step, Units, Columns, Rows                      int
	Snapshot, Untrained                             bool
	Image                                           int
	Tile                                            struct{ Width, Height, Gap int }
	Range                                           [2]float64
	Ranges                                          [][2]float64
	Best, Reached, Change                           []float64
	Dead                                            []int
	ChangeSince                                     *int
	Selectivity                                     [][]float64
	Labels                                          [][]int
	Probe                                           *struct {
		Set    string
		Images int
	}
}

// Every level has every view: another picture each, with a header that fits it, and a text that says what it shows.
func TestEveryLevelThroughEveryLens(t *testing.T) {
	s := serve(t, nil)
	id := s.open(threeLevels)
	s.step(id, 12)
	for level, units := range map[string]int{"low": 4, "mid": 6, "high": 8, "conv2": 6, "classes": 10} {
		seen, alts := map[string]string{}, map[string]bool{}
		for _, look := range looks {
			if level == "classes" && strings.HasPrefix(look, "maps") {
				continue
			}
			address := "/api/runs/" + id + "/steps/12/filters/" + level + ".%s?view=" + look
			a := s.get(fmt.Sprintf(address, "png"))
			picture, err := png.Decode(bytes.NewReader(a.body))
			if err != nil {
				t.Fatalf("%s, %s: %v", level, look, err)
			}
			if a.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" || a.Header.Get("X-Step") != "12" {
				t.Errorf("%s, %s has the headers %v", level, look, a.Header)
			}
			var h pictureHeader
			s.into(s.get(fmt.Sprintf(address, "json")), &h)
			size := picture.Bounds().Size()
			wide, high := h.Tile.Gap+h.Columns*(h.Tile.Width+h.Tile.Gap), h.Tile.Gap+h.Rows*(h.Tile.Height+h.Tile.Gap)
			if h.Units != units || size.X != wide || size.Y != high || h.Level != level || h.Step != 12 || h.Alt == "" {
				t.Errorf("%s, %s of %v has the header %+v", level, look, size, h)
			}
			if len(h.Best) != units || len(h.Selectivity) != units || len(h.Selectivity[0]) != 10 || len(h.Change) != units || *h.ChangeSince != 0 {
				t.Errorf("%s, %s tells of units %+v", level, look, h)
			}
			if other, ok := seen[string(a.body)]; ok && (level != "low" || !strings.HasPrefix(look, "projection")) { // no ReLU comes before it, so all rules are one
				t.Errorf("%s is the same through %s and %s", level, look, other)
			}
			seen[string(a.body)] = look
			if alts[h.Alt] {
				t.Errorf("%s, %s has a text that another picture has: %s", level, look, h.Alt)
			}
			alts[h.Alt] = true
		}
	}
}

// Lists that a view brings are about its units, and without any wish a level shows its usual view.
func TestHeadersOfViews(t *testing.T) {
	s := serve(t, nil)
	id := s.open(threeLevels)
	s.step(id, 3)
	read := func(path string) (h pictureHeader) {
		s.into(s.get("/api/runs/"+id+"/steps/3/"+path), &h)
		return h
	}
	for level, view := range map[string]string{"low": "filter", "mid": "maximization", "high": "maximization", "classes": "maximization"} {
		if h := read("filters/" + level + ".json"); h.View != view {
			t.Errorf("%s shows %s, want %s", level, h.View, view)
		}
	}
	if h := read("classes.json"); h.Level != "classes" || len(h.Reached) != 10 {
		t.Errorf("the classes are %+v", h)
	}
	high := read("filters/high.json")
	for u, reached := range high.Reached {
		if !slices.Contains(high.Dead, u) && reached <= high.Best[u] {
			t.Errorf("unit %d reaches %v, and images %v", u, reached, high.Best[u])
		}
	}
	patches := read("filters/high.json?view=patches")
	for u, labels := range patches.Labels {
		if want := 9; len(labels) != want && !slices.Contains(patches.Dead, u) {
			t.Errorf("unit %d has patches of %v", u, labels)
		}
	}
	if h := read("filters/mid.json?view=filter&scale=unit"); len(h.Ranges) != 6 || h.Ranges[0][1] <= 0 || h.Ranges[0][0] != -h.Ranges[0][1] {
		t.Errorf("scales of their own are %v", h.Ranges)
	}
	if h := read("maps/mid.json"); h.View != "maps" || h.Tile.Width != 14 {
		t.Errorf("the maps are %+v", h)
	}
}

// The untrained picture of any step is step 0's; a projection's patches stay.
func TestUntrained(t *testing.T) {
	s := serve(t, nil)
	id := s.open(threeLevels)
	s.step(id, 9)
	at := func(step int, rest string) []byte {
		return s.get(fmt.Sprintf("/api/runs/%s/steps/%d/filters/high.png?%s", id, step, rest)).body
	}
	for _, view := range []string{"filter", "maximization", "patches", "maps"} {
		if !bytes.Equal(at(9, "untrained=1&view="+view), at(0, "view="+view)) {
			t.Errorf("%s without training is not step 0's", view)
		}
	}
	if bytes.Equal(at(9, "untrained=1&view=projection"), at(9, "view=projection")) {
		t.Error("projections are the same without training")
	}
	branch := s.ask("POST", "/api/runs", `{"from":{"run":"`+id+`","step":9},"epochs":1000}`)
	if branch.StatusCode != http.StatusCreated {
		t.Fatalf("%s: %s", branch.Status, branch.body)
	}
	var run runJSON
	s.into(branch, &run)
	s.ask("POST", "/api/runs/"+run.ID+"/pause", "")
	first := s.get("/api/runs/" + run.ID + "/steps/9/filters/high.png?untrained=1&view=filter").body
	if !bytes.Equal(first, at(0, "view=filter")) {
		t.Error("a branch's untrained filters are not those of its seed")
	}
}

func TestLensErrors(t *testing.T) {
	s := serve(t, nil)
	id := s.open(threeLevels)
	s.step(id, 1)
	for path, want := range map[string]struct {
		status int
		words  string
	}{
		"filters/high.png?view=xray":            {400, `"maximization"`},
		"filters/high.png?rule=lrp":             {400, `"deconvnet"`},
		"filters/low.png?scale=log":             {400, `"unit"`},
		"filters/low.png?untrained=maybe":       {400, "use 1 or 0"},
		"filters/low.png?zoom=99":               {400, "1 to 32"},
		"filters/low.png?zoom=3":                {200, ""},
		"filters/none.png":                      {404, "low"},
		"filters/conv9.png":                     {404, "conv1, conv2, conv3, and classes"},
		"filters/classes.png?view=maps":         {404, "logit"},
		"maps/high.png?image=640":               {400, "0 to 639"},
		"maps/high.png?image=-1":                {400, "whole number"},
		"units/high/8":                          {404, "0 to 7"},
		"units/high/x":                          {404, "0 to 7"},
		"units/top/1":                           {404, "classes"},
		"units/high/1?probe=all":                {400, `"train"`},
		"units/high/1/maximization.png?zoom=99": {400, "1 to 32"},
		"units/high/1/patches.png?view=filter":  {200, ""},
	} {
		a := s.ask("GET", "/api/runs/"+id+"/steps/1/"+path, "")
		if want.status != 200 {
			s.wantError(a, want.status, want.words)
		} else if a.StatusCode != 200 {
			t.Errorf("%s: %s: %s", path, a.Status, a.body)
		}
	}
	for body, words := range map[string]string{
		`{"strokes":[]}`: "strokes", `{"strokes":[[[1]]]}`: "1 numbers", `{`: "JSON", `{"strokes":[[[1,1]]],"step":3}`: "",
	} {
		a := s.ask("POST", "/api/runs/"+id+"/steps/1/maps/high.png", body)
		if words != "" {
			s.wantError(a, 400, words)
		}
	}
	s.wantError(s.ask("GET", "/api/test/640.png", ""), 404, "0 to 639")
}

// A drawing's feature maps are another picture than a test image's, with what JSON tells of others in a header.
func TestMapsOfADrawing(t *testing.T) {
	s := serve(t, nil)
	id := s.open(threeLevels)
	s.step(id, 4)
	a := s.ask("POST", "/api/runs/"+id+"/steps/4/maps/mid.png", `{"strokes":[[[50,10],[50,90]]]}`)
	if _, err := png.Decode(bytes.NewReader(a.body)); err != nil || a.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%s: %v, %v", a.Status, err, a.Header)
	}
	var h pictureHeader
	if err := json.Unmarshal([]byte(a.Header.Get("X-Header")), &h); err != nil || h.Level != "mid" || h.Units != 6 || !strings.Contains(h.Alt, "drawing") {
		t.Errorf("the header is %+v (%v)", h, err)
	}
	if bytes.Equal(a.body, s.get("/api/runs/"+id+"/steps/4/maps/mid.png").body) {
		t.Error("the drawing's maps are a test image's")
	}
}

// Pictures of steps are the same bytes forwards in a run that trains and is watched, and in random order from a cold start.
func TestPicturesLiveForwardsAndInRandomOrder(t *testing.T) {
	const steps = 10
	addresses := func(id string, step int) (all []string) {
		for _, level := range []string{"low", "mid", "high", "classes"} {
			for _, look := range looks[:7] {
				all = append(all, fmt.Sprintf("/api/runs/%s/steps/%d/filters/%s.png?view=%s", id, step, level, look))
			}
		}
		return append(all, fmt.Sprintf("/api/runs/%s/steps/%d/units/high/3/patches.png", id, step), fmt.Sprintf("/api/runs/%s/steps/%d/units/mid/1/projection.png", id, step))
	}
	live := serve(t, nil)
	id := live.open(threeLevels)
	v := live.connect(id, 0)
	v.say(`{"type":"options","views":{"mid":{"view":"projection"},"high":{"view":"maximization"},"classes":{}}}`)
	forwards := map[string][]byte{}
	for step := range steps {
		if step > 0 {
			live.step(id, 1)
			v.until(func() bool { return v.pictures["mid"].Step >= step })
		}
		for i, address := range addresses(id, step) {
			forwards[fmt.Sprint(step, " ", i)] = live.get(address).body
		}
	}
	cold := serve(t, nil)
	other := cold.open(threeLevels)
	cold.step(other, steps-1)
	for _, step := range rand.New(rand.NewPCG(1, 1)).Perm(steps) {
		for _, i := range rand.New(rand.NewPCG(2, uint64(step))).Perm(len(addresses(other, step))) {
			address := addresses(other, step)[i]
			got, want := cold.get(address).body, forwards[fmt.Sprint(step, " ", i)]
			if strings.Contains(address, "/units/") { // these name their run in their metadata
				got, want = pixels(t, got), pixels(t, want)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s has other bytes than live", address)
			}
		}
	}
}

// pixels are those of a PNG, as bytes.
func pixels(t *testing.T, file []byte) []byte {
	t.Helper()
	picture, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	plain := image.NewNRGBA(picture.Bounds())
	draw.Draw(plain, plain.Bounds(), picture, picture.Bounds().Min, draw.Src)
	return plain.Pix
}

// Training gives the same weights, bit for bit, with every kind of picture drawn and with none.
func TestPicturesDoNotChangeTraining(t *testing.T) {
	weights := func(watched bool) []float32 {
		s := serve(t, nil)
		id := s.open(threeLevels)
		if watched {
			for _, look := range []string{
				`{"low":{"view":"maximization"},"mid":{"view":"projection","rule":"gradient"},"high":{"view":"patches"},"classes":{}}`,
				`{"low":{"view":"filter"},"mid":{"view":"maps"},"high":{"view":"maximization","untrained":true}}`,
			} {
				v := s.connect(id, 0)
				v.say(`{"type":"options","views":` + look + `}`)
				v.until(func() bool { return len(v.pictures) >= 3 })
			}
		}
		s.step(id, 20)
		if watched {
			s.get("/api/runs/" + id + "/film/high.gif")
			s.get("/api/runs/" + id + "/units/high/2/vitals")
		}
		s.step(id, 20)
		snapshot, err := s.runs.Snapshot(context.Background(), id, 40)
		if err != nil {
			t.Fatal(err)
		}
		return snapshot.Net.Weights
	}
	if diff := cmp.Diff(weights(false), weights(true)); diff != "" {
		t.Errorf("weights differ (-unwatched +watched)\n%s", diff)
	}
}

// A viewer gets the views that it asks for, and no others.
func TestStreamShowsTheViewsAskedFor(t *testing.T) {
	s := serve(t, nil)
	id := s.open(threeLevels)
	v := s.connect(id, 0)
	v.say(`{"type":"options","views":{"mid":{"view":"projection","rule":"gradient"},"conv3":{"view":"maps","image":5},"nothing":{}}}`)
	v.until(func() bool { return v.pictures["mid"].View == "projection" && v.pictures["conv3"].View == "maps" })
	if h := v.pictures["mid"]; h.Rule != "gradient" {
		t.Errorf("the projection is by %q", h.Rule)
	}
	v.say(`{"type":"options","views":{"mid":{"view":"patches"}}}`)
	v.until(func() bool { return v.pictures["mid"].View == "patches" })
	if _, ok := v.pictures["nothing"]; ok {
		t.Error("a level that does not exist has a picture")
	}
	v.say(`{"type":"options","views":{"mid":{"view":"xray"}}}`)
	for {
		err := v.next()
		if err == nil {
			continue
		}
		var closed *websocket.CloseError
		if !errors.As(err, &closed) || closed.Code != websocket.ClosePolicyViolation || !strings.Contains(closed.Text, "xray") {
			t.Errorf("an unknown view ends the stream with %v", err)
		}
		return
	}
}
