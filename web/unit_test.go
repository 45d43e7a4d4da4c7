package web_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"image/gif"
	"image/png"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"filterscope/nn"
	"filterscope/nn/digits"
	"filterscope/nn/train"
)

type unitJSON struct {
	Level, Layer, Kind string
	Step, Unit, Units  int
	Field              struct {
		Height, Width, Row, Column, RowStep, ColumnStep int
		Whole                                           bool
	}
	Growth []struct {
		Layer           string
		Height, RowStep int
	}
	Place         struct{ Row, Column int }
	Dead, Rare    bool
	Best, Reached float64
	Probe         struct {
		Set    string
		Images int
	}
	Patches []struct {
		Image, Label, Row, Column, Top, Left int
		Value                                float64
	}
	Vitals struct {
		Norm, Bias, GradientNorm, UpdateRatio, Distance, ActiveShare float64
		UpdateSince                                                  *int
		Selectivity                                                  []float64
		SelectiveClass                                               int
	}
	Histograms struct {
		Weights, Gradient struct {
			Min, Max float64
			Counts   []int
		}
	}
	Incoming, Outgoing []struct {
		Level, Layer string
		Unit         int
		Weight       float64
	}
	Alt map[string]string
}

// What is said of a unit is what the network itself answers to these images, with the run's recorded weights.
func TestUnitIsWhatTheNetworkAnswers(t *testing.T) {
	s := serve(t, nil)
	id := s.open(threeLevels)
	s.step(id, 11)
	snapshot, err := s.runs.Snapshot(t.Context(), id, 11)
	if err != nil {
		t.Fatal(err)
	}
	net := snapshot.Net
	data, err := someDigits()
	if err != nil {
		t.Fatal(err)
	}
	for _, set := range []string{"test", "train"} {
		var u unitJSON
		s.into(s.get("/api/runs/"+id+"/steps/11/units/conv2/4?probe="+set), &u)
		images := map[string]*digits.Set{"test": data.Test, "train": data.Train}[set]
		if u.Layer != "conv2" || u.Units != 6 || u.Kind != "convolution" || u.Probe.Set != set || len(u.Patches) != 9 {
			t.Fatalf("the unit is %+v", u)
		}
		w := nn.NewWorkspace(net.Arch, 1)
		before := math.Inf(1)
		for _, p := range u.Patches {
			w.SetInputBytes(0, images.Image(p.Image))
			net.Forward(w, 1)
			if got := float64(w.Output(3).At(0, p.Row, p.Column, 4)); math.Abs(got-p.Value) > 1e-5 || p.Value > before {
				t.Errorf("%s image %d at %d, %d answers %v; told is %v after %v", set, p.Image, p.Row, p.Column, got, p.Value, before)
			}
			before = p.Value
			if p.Label != images.Label(p.Image) || p.Top != u.Field.Row+p.Row*u.Field.RowStep || p.Left != u.Field.Column+p.Column*u.Field.ColumnStep {
				t.Errorf("the patch is %+v, of a %d", p, images.Label(p.Image))
			}
		}
		size := 1
		for _, g := range u.Growth {
			size += (g.Height - 1) * g.RowStep
		}
		if size != u.Field.Height || len(u.Growth) != 3 || u.Growth[1].Layer != "pool1" {
			t.Errorf("a field of %d pixels grows by %+v", u.Field.Height, u.Growth)
		}
		if u.Best != u.Patches[0].Value || u.Reached <= u.Best {
			t.Errorf("best is %v, reached %v", u.Best, u.Reached)
		}
	}
}

func TestUnitVitalsAndConnections(t *testing.T) {
	s := serve(t, nil)
	id := s.open(threeLevels)
	s.step(id, 40)
	var u unitJSON
	s.into(s.get("/api/runs/"+id+"/steps/16/units/mid/2"), &u)
	net := func(step int) *nn.Network {
		snapshot, err := s.runs.Snapshot(t.Context(), id, step)
		if err != nil {
			t.Fatal(err)
		}
		return snapshot.Net
	}
	now, before, start := net(16), net(15), net(0)
	w, b, z := now.Tensor(now.Arch.Layers[3].Weight), before.Tensor(now.Arch.Layers[3].Weight), start.Tensor(now.Arch.Layers[3].Weight)
	var norm, moved, update float64
	tie := 0.0
	for i := 2; i < len(w); i += 6 {
		norm += float64(w[i]) * float64(w[i])
		moved += math.Pow(float64(w[i]-z[i]), 2)
		update += math.Pow(float64(w[i]-b[i]), 2)
		if i/6%4 == u.Incoming[0].Unit {
			tie += float64(w[i]) * float64(w[i])
		}
	}
	v := u.Vitals
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"norm", v.Norm, math.Sqrt(norm)}, {"distance", v.Distance, math.Sqrt(moved)}, {"update", v.UpdateRatio, math.Sqrt(update / norm)},
		{"connection", math.Abs(u.Incoming[0].Weight), math.Sqrt(tie)}, {"since", float64(*v.UpdateSince), 15},
	} {
		if math.Abs(c.got-c.want) > 1e-6 {
			t.Errorf("%s is %v, want %v", c.name, c.got, c.want)
		}
	}
	if v.GradientNorm <= 0 || len(v.Selectivity) != 10 || slices.Max(v.Selectivity) != v.Selectivity[v.SelectiveClass] {
		t.Errorf("vitals are %+v", v)
	}
	sum := 0
	for _, n := range u.Histograms.Weights.Counts {
		sum += n
	}
	if sum != 36 || u.Incoming[0].Level != "conv1" || u.Outgoing[0].Level != "conv3" || len(u.Outgoing) != 8 {
		t.Errorf("%d weights are counted; incoming %v, outgoing %v", sum, u.Incoming, u.Outgoing)
	}
	var history struct {
		Steps                                                  []int
		Norm, Distance, GradientNorm, UpdateRatio, ActiveShare []float64
		Selectivity                                            [][]float64
		Dead                                                   []bool
	}
	s.into(s.get("/api/runs/"+id+"/units/mid/2/vitals"), &history)
	if want := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 15, 16, 20, 24, 25, 28, 30, 32, 35, 40}; !slices.Equal(history.Steps, want) {
		t.Errorf("the steps are %v, want %v", history.Steps, want)
	}
	at := slices.Index(history.Steps, 16)
	if history.Distance[0] != 0 || history.Norm[at] != v.Norm || history.GradientNorm[at] != v.GradientNorm || len(history.Dead) != len(history.Steps) {
		t.Errorf("the history is %+v", history)
	}
	for _, figure := range []string{"norm", "gradient", "update", "distance", "active", "selectivity", "weights", "gradients"} {
		for query, start := range map[string]string{"svg?x=log&theme=dark": "<svg", "png?mark=16": "\x89PNG", "pdf": "%PDF"} {
			if a := s.get("/api/runs/" + id + "/units/mid/2/figures/" + figure + "." + query); !bytes.HasPrefix(a.body, []byte(start)) {
				t.Errorf("%s.%s begins with %.40q", figure, query, a.body)
			}
		}
	}
	at16, at24 := s.get("/api/runs/"+id+"/units/mid/2/figures/weights.svg?step=16"), s.get("/api/runs/"+id+"/units/mid/2/figures/weights.svg?step=24")
	if bytes.Equal(at16.body, at24.body) {
		t.Error("the histograms of steps 16 and 24 are the same")
	}
	s.wantError(s.ask("GET", "/api/runs/"+id+"/units/mid/2/figures/pulse.svg", ""), 404, "norm")
	s.wantError(s.ask("GET", "/api/runs/"+id+"/units/mid/9/vitals", ""), 404, "0 to 5")
}

// A class is a unit too: of the whole image, its answer being its logit over the others' mean.
func TestClassesAreUnits(t *testing.T) {
	s := serve(t, nil)
	id := s.open(threeLevels)
	s.step(id, 30)
	var u unitJSON
	s.into(s.get("/api/runs/"+id+"/steps/30/units/classes/0"), &u)
	if u.Kind != "class" || !u.Field.Whole || u.Field.Height != 28 || u.Patches[0].Top != 0 || len(u.Outgoing) != 0 || u.Incoming[0].Level != "conv3" {
		t.Errorf("the class is %+v", u)
	}
	for _, view := range []string{"filter", "maximization", "patches", "projection"} {
		a := s.get("/api/runs/" + id + "/steps/30/units/classes/0/" + view + ".png?zoom=2")
		if _, err := png.Decode(bytes.NewReader(a.body)); err != nil {
			t.Errorf("%s: %v", view, err)
		}
		if u.Alt[view] == "" {
			t.Errorf("%s has no text", view)
		}
	}
}

// A dead unit is named dead, and not drawn as noise.
func TestDeadUnits(t *testing.T) {
	s := serve(t, nil)
	id := s.open(threeLevels)
	s.step(id, 3)
	if a := s.ask("PATCH", "/api/runs/"+id, `{"units":[{"level":"high","unit":5,"action":"silence"}]}`); a.StatusCode != 200 {
		t.Fatalf("%s: %s", a.Status, a.body)
	}
	s.step(id, 2)
	var h pictureHeader
	s.into(s.get("/api/runs/"+id+"/steps/5/filters/high.json"), &h)
	if !slices.Contains(h.Dead, 5) || !strings.Contains(h.Alt, "dead") {
		t.Errorf("dead are %v; the text is %s", h.Dead, h.Alt)
	}
	var u unitJSON
	s.into(s.get("/api/runs/"+id+"/steps/5/units/high/5"), &u)
	if !u.Dead || len(u.Patches) != 0 || u.Vitals.ActiveShare != 0 || !strings.Contains(u.Alt["patches"], "is dead") {
		t.Errorf("the dead unit is %+v", u)
	}
	for _, view := range []string{"maximization", "patches", "projection"} {
		colours := map[string]bool{}
		for pixel := range slices.Chunk(pixels(t, s.get("/api/runs/"+id+"/steps/5/units/high/5/"+view+".png").body), 4) {
			colours[string(pixel)] = true
		}
		if len(colours) != 2 {
			t.Errorf("the %s of a dead unit has %d colours, not a hatch's two", view, len(colours))
		}
	}
}

// Without a unit the test set is what a network is that lacks it; with it, what the run's own evaluation says.
func TestAblation(t *testing.T) {
	s := serve(t, nil)
	id := s.open(threeLevels)
	s.step(id, 10) // two epochs
	judged := errors.New("judged")
	if err := s.runs.Follow(t.Context(), id, func(r train.Record) error {
		if slices.ContainsFunc(r.Evaluations, func(e train.Evaluation) bool { return e.Step == 10 }) {
			return judged
		}
		return nil
	}); !errors.Is(err, judged) {
		t.Fatal(err)
	}
	type score struct {
		Accuracy, Loss float64
		ClassAccuracy  []float64
		Confusion      [][]int
	}
	var got struct{ Before, Without score }
	s.into(s.get("/api/runs/"+id+"/steps/10/units/low/1/ablation"), &got)
	var all struct{ Evaluations []score }
	s.into(s.get("/api/runs/"+id+"/evaluations"), &all)
	if diff := cmp.Diff(all.Evaluations[len(all.Evaluations)-1], got.Before); diff != "" {
		t.Errorf("with all units (-the run's +the ablation's)\n%s", diff)
	}
	if got.Without.Loss == got.Before.Loss || len(got.Without.Confusion) != 10 || len(got.Without.ClassAccuracy) != 10 {
		t.Errorf("without the unit it is %+v", got.Without)
	}
}

func TestFilms(t *testing.T) {
	s := serve(t, nil)
	id := s.open(threeLevels)
	s.step(id, 40)
	type film struct {
		Steps, Units []int
		Labels       []string
		Marks        []struct{ Unit, Step int }
	}
	read := func(query string) (f film) {
		s.into(s.get("/api/runs/"+id+"/film/"+query), &f)
		return f
	}
	if f := read("high.json"); !slices.Equal(f.Steps, []int{0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 40}) || len(f.Units) != 8 || len(f.Labels) != len(f.Steps) {
		t.Errorf("the film is %+v", f)
	}
	if f := read("high.json?steps=epochs&unit=3"); !slices.Equal(f.Steps, []int{0, 5, 10, 15, 20, 25, 30, 35, 40}) || !slices.Equal(f.Units, []int{3}) {
		t.Errorf("the epochs' film is %+v", f)
	}
	if f := read("high.json?columns=3"); len(f.Steps) != 3 || f.Steps[0] != 0 || f.Steps[2] != 40 {
		t.Errorf("a short film has the steps %v", f.Steps)
	}
	frames, err := gif.DecodeAll(bytes.NewReader(s.get("/api/runs/" + id + "/film/mid.gif?view=projection&columns=6").body))
	if err != nil || len(frames.Image) != 6 {
		t.Fatalf("the animation: %v", err)
	}
	sheet := s.get("/api/runs/" + id + "/film/low.png?unit=2&steps=epochs&theme=dark")
	if _, err := png.Decode(bytes.NewReader(sheet.body)); err != nil {
		t.Error(err)
	}
	for _, words := range []string{`"run":"` + id + `"`, `"steps":[0,5,`, `"view":"filter"`, "Filterscope"} {
		if !bytes.Contains(sheet.body, []byte(words)) {
			t.Errorf("the contact sheet's metadata lack %s", words)
		}
	}
	for query, words := range map[string]string{
		"high.json?columns=1": "2 to 40", "high.json?steps=days": `"epochs"`, "high.json?unit=8": "0 to 7", "top.json": "classes", "high.json?theme=red": `"dark"`,
	} {
		a := s.ask("GET", "/api/runs/"+id+"/film/"+query, "")
		s.wantError(a, a.StatusCode, words)
		if a.StatusCode != 400 && a.StatusCode != 404 {
			t.Errorf("%s: %s", query, a.Status)
		}
	}
}

// The replay is one file: nothing in it is loaded from elsewhere, and all levels have a picture for each step.
func TestReplayIsOneFile(t *testing.T) {
	s := serve(t, nil)
	id := s.open(threeLevels)
	s.step(id, 20)
	a := s.get("/api/runs/" + id + "/replay.html")
	if loads := regexp.MustCompile(`(?:src|href)\s*=\s*["'][^"']`).FindAll(a.body, -1); len(loads) > 0 {
		t.Errorf("the page refers to %q", loads)
	}
	text := regexp.MustCompile(`(?s)<script type="application/json" id="data">(.*?)</script>`).FindSubmatch(a.body)
	var data struct {
		Steps    []int
		Pictures map[string][]struct {
			PNG []byte
			Alt string
		}
		Metrics struct{ Train struct{ Step []int } }
	}
	if err := json.Unmarshal(text[1], &data); err != nil {
		t.Fatal(err)
	}
	if data.Steps[0] != 0 || data.Steps[len(data.Steps)-1] != 20 || len(data.Metrics.Train.Step) != 20 {
		t.Errorf("it has the steps %v and %d points", data.Steps, len(data.Metrics.Train.Step))
	}
	for _, level := range []string{"low", "mid", "high", "classes"} {
		if len(data.Pictures[level]) != len(data.Steps) {
			t.Errorf("%s has %d pictures for %d steps", level, len(data.Pictures[level]), len(data.Steps))
		}
		for i, p := range data.Pictures[level] {
			name := fmt.Sprintf("/api/runs/%s/steps/%d/filters/%s.png", id, data.Steps[i], level)
			if !bytes.Equal(p.PNG, s.get(name).body) || p.Alt == "" {
				t.Errorf("%s is another picture in the replay", name)
			}
		}
	}
	if policy := a.Header.Get("Content-Security-Policy"); strings.Contains(policy, "unsafe") || !strings.Contains(policy, "sha256-") {
		t.Errorf("the policy is %q", policy)
	}
}
