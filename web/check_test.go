package web_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"filterscope/nn/train"
	"filterscope/web"
)

// checked is what the server says of a configuration.
type checked struct {
	Config struct {
		Architecture, Data, Optimizer, Schedule, Name string
		Epochs, BatchSize                             int
		Seed                                          uint64
		LearningRate                                  float64
		Augmentation, Pace                            any
		From                                          *train.Origin
	}
	Network *struct {
		Text, About  string
		Input        [3]int
		Parameters   int
		MultiplyAdds struct{ Forward, Backward int64 }
		Levels       []struct{ Name, Layer, Missing string }
		Layers       []checkedLayer
	}
	Plan *struct {
		ImagesPerEpoch, StepsPerEpoch, FirstStep, LastStep int
		WeightBytes, Snapshots, SnapshotBytes              int
		Speed                                              *struct {
			Run                              string
			ImagesPerSecond, SecondsPerEpoch float64
		}
	}
	Errors []struct {
		Field, Problem string
		From, To       *int
		Line, Column   int
	}
}

type checkedLayer struct {
	Name, Kind, Text, Level string
	Input, Output           [3]int
	Weights, Biases         int
	Field, Jump             [2]int
	Whole                   bool
	MultiplyAdds            int64
}

func (s *site) check(body string) (c checked) {
	s.Helper()
	a := s.ask("POST", "/api/runs/check", body)
	if a.StatusCode != 200 {
		s.Fatalf("checking %s: %s: %s", body, a.Status, a.body)
	}
	s.into(a, &c)
	return c
}

func TestCheckCompletes(t *testing.T) {
	s := serve(t, func(c *web.Config) { c.Token = "secret" }) // a question needs no token
	c := s.check(`{"architecture":"CONV 5x5x16 pad 2|relu|maxpool 2|conv 3x3x32 pad 1 stride 2|relu|dense classes","validation":40,"batchSize":100,"name":"Mine"}`)
	if c.Errors != nil || c.Config.Epochs != 5 || c.Config.LearningRate != 0.005 || c.Config.Seed != 1 || c.Config.Data != "mnist" || c.Config.Augmentation != "off" || c.Config.Name != "Mine" {
		t.Errorf("completed, it is %+v with %v", c.Config, c.Errors)
	}
	want := []checkedLayer{
		{"conv1", "conv", "conv 5x5x16 pad 2", "low", [3]int{28, 28, 1}, [3]int{28, 28, 16}, 400, 16, [2]int{5, 5}, [2]int{1, 1}, false, 28 * 28 * 400},
		{"relu1", "relu", "relu", "", [3]int{28, 28, 16}, [3]int{28, 28, 16}, 0, 0, [2]int{5, 5}, [2]int{1, 1}, false, 0},
		{"pool1", "maxpool", "maxpool 2", "", [3]int{28, 28, 16}, [3]int{14, 14, 16}, 0, 0, [2]int{6, 6}, [2]int{2, 2}, false, 0},
		{"conv2", "conv", "conv 3x3x32 stride 2 pad 1", "high", [3]int{14, 14, 16}, [3]int{7, 7, 32}, 4608, 32, [2]int{10, 10}, [2]int{4, 4}, false, 7 * 7 * 4608},
		{"relu2", "relu", "relu", "", [3]int{7, 7, 32}, [3]int{7, 7, 32}, 0, 0, [2]int{10, 10}, [2]int{4, 4}, false, 0},
		{"dense1", "dense", "dense 10", "", [3]int{7, 7, 32}, [3]int{1, 1, 10}, 15680, 10, [2]int{34, 34}, [2]int{4, 4}, true, 15680},
	}
	if !slices.Equal(c.Network.Layers, want) {
		t.Errorf("layers are\n%+v, want\n%+v", c.Network.Layers, want)
	}
	parameters, forward := 0, int64(0)
	for _, l := range want {
		parameters += l.Weights + l.Biases
		forward += l.MultiplyAdds
	}
	n := c.Network
	if n.Parameters != parameters || n.MultiplyAdds.Forward != forward || n.MultiplyAdds.Backward != 2*forward-28*28*400 {
		t.Errorf("in all %d parameters, %+v; want %d, %d", n.Parameters, n.MultiplyAdds, parameters, forward)
	}
	if n.Levels[1].Name != "mid" || n.Levels[1].Missing == "" || n.Levels[2].Layer != "conv2" {
		t.Errorf("the levels are %+v", n.Levels)
	}
	if p := c.Plan; p.ImagesPerEpoch != 600 || p.StepsPerEpoch != 6 || p.LastStep != 30 || p.WeightBytes != 4*parameters || p.SnapshotBytes != p.Snapshots*p.WeightBytes || p.Speed != nil {
		t.Errorf("the plan is %+v", p)
	}
	if runs, _ := s.runs.List(t.Context()); len(runs) != 0 {
		t.Errorf("the question started %d runs", len(runs))
	}
}

// Each field that is wrong is named, with what would be right.
func TestCheckNamesEveryField(t *testing.T) {
	s := serve(t, nil)
	for body, want := range map[string]string{
		`{"name":"` + strings.Repeat("x", 101) + `"}`: "name: 101 characters are too many; use up to 100",
		`{"name":"a\u0007"}`:                          "name: control characters are impossible",
		`{"architecture":""}`:                         "",
		`{"architecture":"n7"}`:                       `architecture: "n7" is no layer, and no preset`,
		`{"data":"emnist"}`:                           `data: "emnist" is not known; use mnist`,
		`{"augmentation":{"shift":9}}`:                "augmentation.shift: shift 9 is impossible; use 0 to 8",
		`{"augmentation":{"shear":"a bit"}}`:          `augmentation.shear: shear "a bit" is impossible; use a number`,
		`{"augmentation":"on"}`:                       `augmentation: "on" is impossible; use "off"`,
		`{"optimizer":"adamw"}`:                       `optimizer: "adamw" is not known; use adam or sgd`,
		`{"momentum":0.5}`:                            "momentum: adam has no momentum setting; use it with sgd",
		`{"optimizer":"sgd","momentum":1}`:            "momentum: 1 is impossible; use a number from 0",
		`{"learningRate":-1}`:                         "learningRate: -1 is impossible; use a number above 0 and up to 100",
		`{"learningRate":"0,5"}`:                      `learningRate: "0,5" is impossible; use a number above 0`,
		`{"schedule":"cosine"}`:                       `schedule: "cosine" is not known; use one-cycle or constant`,
		`{"batchSize":5000}`:                          "batchSize: 5000 is impossible; use 1 to 4096",
		`{"batchSize":2.5}`:                           "batchSize: 2.5 is impossible; use a whole number from 1 to 4096",
		`{"epochs":10001}`:                            "epochs: 10001 is impossible; use 1 to 10000",
		`{"seed":-4}`:                                 "seed: -4 is impossible; use a whole number",
		`{"validation":640}`:                          "validation: 640 of 640 training images cannot be held out; use 0 to 639",
		`{"targetAccuracy":99}`:                       "targetAccuracy: 99 is impossible; use a fraction from 0",
		`{"pace":"fast"}`:                             `pace: "fast" is not known; use max, watch, or a number`,
		`{"pace":0}`:                                  "pace: 0 steps per second is a pause",
		`{"pace":1001}`:                               "pace: 1001 steps per second is impossible; use 0.001 to 1000",
		`{"units":[{"level":"low","unit":99,"action":"freeze"}]}`:           "units: conv1 has no unit 99; use 0 to 15",
		`{"taught":[{"label":10,"pixels":""}]}`:                             "taught: image 0 has the label 10; use 0 to 9",
		`{"from":{"run":"nobody","step":1}}`:                                `from: there is no run "nobody"`,
		`{"teach":"yes"}`:                                                   `teach: "yes" is impossible`,
		`{"learnrate":1}`:                                                   "learnrate: it is no setting; there are name",
		`{"architecture":"dense 1000 | relu | dense classes","epochs":900}`: "epochs: a run of 900 epochs keeps",
	} {
		c := s.check(body)
		var got []string
		for _, e := range c.Errors {
			got = append(got, e.Field+": "+e.Problem)
		}
		if text := strings.Join(got, "\n"); !strings.HasPrefix(text, want) || want == "" && text != "" || len(got) > 1 {
			t.Errorf("%s: %q, want %q", body, text, want)
		}
		// What cannot be started is not taken by the other call either.
		if want != "" {
			a := s.ask("POST", "/api/runs", body)
			if a.StatusCode != 400 {
				t.Errorf("%s starts a run: %s", body, a.Status)
			}
		}
	}
	for body, words := range map[string]string{"{\"epochs\":\n 5,}": "line 2, column 4", `[]`: "object", `{} {}`: "more than one"} {
		s.wantError(s.ask("POST", "/api/runs/check", body), 400, words)
	}
}

// All that is wrong is told at once; what is right is still answered.
func TestCheckTellsAllProblems(t *testing.T) {
	s := serve(t, nil)
	c := s.check(`{"epochs":-1,"learningRate":"fast","augmentation":{"rotation":50,"width":3},"architecture":"tiny","seed":5}`)
	var fields []string
	for _, e := range c.Errors {
		fields = append(fields, e.Field)
	}
	slices.Sort(fields)
	if want := strings.Fields("augmentation.rotation augmentation.width epochs learningRate"); !slices.Equal(fields, want) {
		t.Errorf("wrong are %v, want %v", fields, want)
	}
	if c.Network == nil || len(c.Network.Layers) != 7 || c.Plan != nil || c.Config.Seed != 5 {
		t.Errorf("beside the problems it answers %+v", c)
	}
	const text = "conv 5x5x8 | größe 3 | dense classes"
	c = s.check(fmt.Sprintf(`{"architecture":%q}`, text))
	e := c.Errors[0]
	if word := string([]rune(text)[*e.From:*e.To]); word != "größe" || c.Network != nil || strings.Contains(e.Problem, "\n") {
		t.Errorf("it points at %q and says %q", word, e.Problem)
	}
}

func TestCheckOfABranch(t *testing.T) {
	s := serve(t, nil)
	id := s.open(train.Config{Architecture: "tiny", Epochs: 3, LearningRate: 0.004})
	s.step(id, 7)
	from := fmt.Sprintf(`"from":{"run":%q,"step":6}`, id)
	c := s.check(`{` + from + `,"batchSize":64}`)
	if c.Errors != nil || c.Config.Architecture != "tiny" || c.Config.LearningRate != 0.004 || c.Config.From.Step != 6 || c.Plan.FirstStep != 6 || c.Plan.LastStep != 6+8+10 {
		t.Errorf("the branch is %+v, %+v, %v", c.Config, c.Plan, c.Errors)
	}
	for body, want := range map[string]string{
		`{` + from + `,"seed":3}`:   "seed: 3 is impossible: a branch keeps its origin's, 1",
		`{` + from + `,"epochs":1}`: "epochs: 1 is fewer than the 2 already begun",
		`{` + from + `,"units":[{"level":"low","unit":0,"action":"release"}]}`: "units: unit 0 of conv1 is neither silenced nor frozen; there is nothing to release",
		`{"from":{"run":"` + id + `","step":8}}`:                               "from: step 8 is impossible; Run 1 has steps 0 to 7",
	} {
		if c := s.check(body); len(c.Errors) != 1 || c.Errors[0].Field+": "+c.Errors[0].Problem != want {
			t.Errorf("%s: %+v, want %q", body, c.Errors, want)
		}
	}
}

// What is estimated was measured: on the same net, at full speed, now.
func TestCheckTellsMeasuredSpeed(t *testing.T) {
	s := serve(t, nil)
	info, err := s.runs.Start(t.Context(), train.Config{Architecture: "tiny", Epochs: 2000})
	if err != nil {
		t.Fatal(err)
	}
	v := s.connect(info.ID, 0)
	v.until(func() bool { return v.run.ImagesPerSecond > 0 })
	c := s.check(`{"architecture":"tiny"}`)
	if p := c.Plan; p.Speed == nil || p.Speed.Run != info.ID || p.Speed.SecondsPerEpoch != float64(p.ImagesPerEpoch)/p.Speed.ImagesPerSecond {
		t.Errorf("the speed is %+v", c.Plan.Speed)
	}
	for _, other := range []string{`{"architecture":"n1"}`, `{"architecture":"tiny","batchSize":4}`} {
		if c := s.check(other); c.Plan.Speed != nil {
			t.Errorf("%s gets the speed of another net or batch: %+v", other, c.Plan.Speed)
		}
	}
}

// Every preset is a configuration that the server takes as it is.
func TestPresetsAreTaken(t *testing.T) {
	s := serve(t, nil)
	var all struct {
		Data          []string
		Architectures []struct{ Name, About, Text string }
		Runs          []struct {
			Name, About string
			Config      json.RawMessage
		}
	}
	s.into(s.get("/api/presets"), &all)
	if len(all.Architectures) != 3 || len(all.Runs) != 6 || !slices.Equal(all.Data, []string{"mnist"}) {
		t.Fatalf("there are %+v", all)
	}
	for _, p := range all.Runs {
		if c := s.check(string(p.Config)); c.Errors != nil || utf8.RuneCountInString(p.About) < 20 {
			t.Errorf("%s: %v", p.Name, c.Errors)
		}
	}
	for _, a := range all.Architectures {
		if byName, byText := s.check(`{"architecture":"`+a.Name+`"}`), s.check(`{"architecture":"`+a.Text+`"}`); byName.Network.Text != byText.Network.Text || byName.Network.About != a.About || byText.Network.About != "" {
			t.Errorf("%s is %s by its text", a.Name, byText.Network.Text)
		}
	}
	s.wantError(s.ask("GET", "/api/presets?of=me", ""), 400, "of")
}

// An exported configuration gives the same weights, bit for bit.
func TestConfigFileRepeatsARun(t *testing.T) {
	s := serve(t, nil)
	c := train.Config{
		Name: "Mine & 3", Architecture: "conv 5x5x4 stride 2 | relu | dense classes", Seed: 1<<63 + 12345, BatchSize: 33, Optimizer: "sgd", Momentum: 0.7, LearningRate: 1. / 3,
		Units: []train.Intervention{{Level: "low", Unit: 1, Action: train.Freeze}}, Pace: train.Pace{StepsPerSecond: 0.001},
		Taught: []train.Taught{{Label: 7, Pixels: slices.Repeat([]byte{3, 250}, 392)}}, Validation: 30,
	}
	first := s.open(c)
	s.step(first, 25)
	a := s.get("/api/runs/" + first + "/config.json")
	if d := a.Header.Get("Content-Disposition"); d != `attachment; filename="filterscope-mine-3.json"` {
		t.Errorf("it is downloaded as %s", d)
	}
	var run runJSON
	s.into(s.ask("POST", "/api/runs", string(a.body)), &run)
	if run.Name != "Mine & 3" || run.Seed != 1<<63+12345 {
		t.Errorf("the repeated run is %+v", run)
	}
	s.step(run.ID, 25)
	for _, step := range []int{0, 1, 25} {
		want, err := s.runs.Snapshot(t.Context(), first, step)
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.runs.Snapshot(t.Context(), run.ID, step)
		if err != nil || !slices.Equal(got.Net.Weights, want.Net.Weights) {
			t.Errorf("at step %d the weights differ (%v)", step, err)
		}
	}
	// A branch says where it began.
	branch := s.ask("POST", "/api/runs", fmt.Sprintf(`{"from":{"run":%q,"step":20},"learningRate":0.01}`, first))
	s.into(branch, &run)
	var file struct {
		From         train.Origin
		LearningRate float64
	}
	s.into(s.get("/api/runs/"+run.ID+"/config.json"), &file)
	if file.From != (train.Origin{Run: first, Step: 20}) || file.LearningRate != 0.01 {
		t.Errorf("the branch's file is %+v", file)
	}
	if again := s.ask("POST", "/api/runs", string(s.get("/api/runs/"+run.ID+"/config.json").body)); again.StatusCode != 201 {
		t.Errorf("a branch of the branch's file: %s: %s", again.Status, again.body)
	}
	s.wantError(s.ask("GET", "/api/runs/nobody/config.json", ""), 404, "no such run")
}

// As many drawings as a run may be taught fit into what starts it; as much of
// anything else does not.
func TestManyTaughtImagesCanBeSent(t *testing.T) {
	s := serve(t, nil)
	c := train.Config{Architecture: "tiny", Taught: slices.Repeat([]train.Taught{{Label: 1, Pixels: make([]byte, 784)}}, train.MaxTaught)}
	text, err := c.File()
	if err != nil {
		t.Fatal(err)
	}
	if got := s.check(string(text)); got.Errors != nil {
		t.Errorf("%d images: %v", train.MaxTaught, got.Errors)
	}
	s.wantError(s.ask("POST", "/api/runs/check", `{"name":"`+strings.Repeat("x", 70_000)+`"}`), 413, "larger")
}
