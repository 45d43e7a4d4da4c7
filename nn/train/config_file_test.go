package train

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"filterscope/nn/digits"
)

// sentence is a problem as people read it.
func sentence(p Problem) string { return p.Path() + ": " + p.Problem }

func TestReadConfigTellsEverythingThatIsWrong(t *testing.T) {
	for text, want := range map[string][]string{
		`{"epochs":7,"seed":18446744073709551615}`:                nil,
		`{"epochs":null}`:                                         nil,
		"{\n  \"epochs\": \"many\",\n\t\"batchSize\": 1.5\n}":     {`2:13 epochs: "many" is impossible; use a whole number from 1 to 10000`, `3:15 batchSize: 1.5 is impossible; use a whole number from 1 to 4096`},
		`{"epochz":7}`:                                            {"1:11 epochz: it is no setting; there are name, from, init, architecture"},
		`{"seed":-1}`:                                             {"1:9 seed: -1 is impossible; use a whole number from 1 to 18446744073709551615"},
		`{"learningRate":1e999}`:                                  {"1:17 learningRate: 1e999 is impossible; use a number above 0 and up to 100"},
		`{"name":"größe","pace":"fast"}`:                          {`1:24 pace: "fast" is not known; use max, watch`},
		`{"augmentation":"often"}`:                                {`1:17 augmentation: "often" is impossible; use "off", or numbers for rotation`},
		`{"augmentation":{"rotation":"far","turn":1,"shear":[]}}`: {`augmentation.rotation: rotation "far" is impossible; use a number`, "augmentation.turn: it is no setting of the augmentation; there are rotation", "augmentation.shear: shear [] is impossible"},
		`{"epochs":1,"epochs":2}`:                                 {"1:22 epochs: it is there twice"},
		`{"taught":[{"label":1,"pixel":""}]}`:                     {`1:11 taught: [{"label":1,"pixel":""}] is impossible; use a list of {"label", "pixels"}`},
		`{"from":{"run":"a","step":"last"}}`:                      {`1:9 from: {"run":"a","step":"last"} is impossible; use {"run": the id`},
		`{"architecture":["` + strings.Repeat("x", 99) + `"]}`:    {`1:17 architecture: ["` + strings.Repeat("x", 38) + "… is impossible"},
	} {
		var c Config
		problems, err := ReadConfig([]byte(text), &c)
		if err != nil || len(problems) != len(want) {
			t.Errorf("%s has %d problems, %v; want %d", text, len(problems), err, len(want))
			continue
		}
		for i, p := range problems {
			if got := fmt.Sprintf("%d:%d %s", p.Line, p.Column, sentence(p)); !strings.Contains(got, want[i]) {
				t.Errorf("%s: problem %q, want %q", text, got, want[i])
			}
		}
	}
}

func TestReadConfigKeepsWhatIsRight(t *testing.T) {
	c := Config{Pace: Pace{Watch: true}}
	if _, err := ReadConfig([]byte(`{"epochs":"x","seed":7,"augmentation":{"rotation":"x","shift":2}}`), &c); err != nil {
		t.Fatal(err)
	}
	if c.Seed != 7 || !c.Pace.Watch || c.Augmentation == nil || c.Augmentation.Shift != 2 {
		t.Errorf("it became %+v", c)
	}
}

func TestTextsThatAreNoConfiguration(t *testing.T) {
	for text, want := range map[string]string{
		``: "line 1, column 1 is no JSON: the text ends too early", "{\n": "line 2, column 1 is no JSON", `[1]`: "no object", `7`: "no object",
		"{\n \"epochs\": 5,\n}":       "line 3, column 1 is no JSON: invalid character '}'",
		"{\"epochs\": 5}\n{}":         "more than one JSON value: the first ends at line 1, column 14",
		"{\"name\":\"é\", epochs: 5}": "line 1, column 14 is no JSON",
		"{\"name\":\"\xff\"}":         "UTF-8",
	} {
		if _, err := ReadConfig([]byte(text), new(Config)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// All fields are checked, not only up to the first that is wrong, and the
// first is what Check answers.
func TestCheckAll(t *testing.T) {
	data := someDigits(t)
	c := Config{
		Architecture: "conv 3x3x4 | rely | dense classes", Epochs: -1, BatchSize: MaxBatchSize + 1, LearningRate: math.Inf(1), Optimizer: "adamant", Momentum: 1,
		Schedule: "cosine", Validation: 640, TargetAccuracy: 99, Pace: Pace{StepsPerSecond: 1e9}, Data: "emnist", Taught: []Taught{{Label: 11}},
		Augmentation: &digits.Augmentation{Rotation: 46, Width: -1},
	}
	_, arch, problems := c.CheckAll(data)
	var got []string
	for _, p := range problems {
		got = append(got, p.Path())
	}
	want := strings.Fields("architecture taught epochs batchSize learningRate pace optimizer momentum schedule validation targetAccuracy data augmentation.rotation augmentation.width")
	if d := cmp.Diff(want, got); d != "" || arch != nil {
		t.Errorf("wrong fields (-want +got):\n%s", d)
	}
	if w := problems[0].Word; w == nil || w.Offset != 13 || w.Length != 4 {
		t.Errorf("the architecture's mistake is at %+v", w)
	}
	if _, _, err := c.Check(data); err == nil || err.Error() != problems[0].Error() || !strings.Contains(err.Error(), "^^^^") {
		t.Errorf("Check answers %v", err)
	}
	if _, arch, problems := (Config{Epochs: -1, Units: []Intervention{{"low", 99, Freeze}}}).CheckAll(data); arch == nil || len(problems) != 2 || problems[1].Field != "units" {
		t.Errorf("a right architecture among wrong fields is %v, with %v", arch, problems)
	}
}

// What is written is read as the same configuration, whatever it is.
func TestFileIsReadAgain(t *testing.T) {
	data := someDigits(t)
	for _, c := range []Config{
		{}, {Optimizer: "sgd", Momentum: 0.9, Augmentation: &digits.Augmentation{}},
		{Name: "a <b> & \"c\"", Seed: math.MaxUint64, Augmentation: &digits.Augmentation{Rotation: 7.25}, Pace: Pace{StepsPerSecond: 0.3}, Validation: 3, TargetAccuracy: 0.99},
		{Units: []Intervention{{"low", 1, Silence}}, Taught: []Taught{{Label: 3, Pixels: make([]byte, 784)}}, Pace: Pace{Watch: true}, LearningRate: 1. / 3},
	} {
		c := checked(t, c, data)
		text, err := c.File()
		if err != nil {
			t.Fatal(err)
		}
		var again Config
		if problems, err := ReadConfig(text, &again); err != nil || len(problems) > 0 {
			t.Errorf("%s has %v, %v", text, problems, err)
		}
		if d := cmp.Diff(c, again); d != "" {
			t.Errorf("the file (-written +read):\n%s", d)
		}
		for _, s := range []string{`"momentum": 0,`, `"validation": 0`, `\u003c`, "null"} {
			if strings.Contains(string(text), s) {
				t.Errorf("the file has %s:\n%s", s, text)
			}
		}
	}
}

// The table of what is right knows every field, so that no error is without.
func TestSettingsAreTheFields(t *testing.T) {
	text, err := json.Marshal(Config{Name: "n", From: &Origin{}, Taught: []Taught{{}}, Units: []Intervention{{}}, Init: &Init{}})
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(text, &fields); err != nil {
		t.Fatal(err)
	}
	for _, s := range settings {
		delete(fields, s.name)
	}
	if len(fields) > 0 || len(settings) != 18 {
		t.Errorf("%d settings; not among them: %v", len(settings), fields)
	}
}

// Every preset can be run; one of them fails as it says.
func TestPresetsRun(t *testing.T) {
	data := someDigits(t)
	presets := Presets(data)
	if len(presets) != 7 || !cmp.Equal(presets[0].Config, Config{}) {
		t.Fatalf("the presets are %+v", presets)
	}
	for _, p := range presets {
		if _, _, problems := p.Config.CheckAll(data); len(problems) > 0 || p.About == "" {
			t.Errorf("%s has %v", p.Name, problems)
		}
		c := p.Config
		if c.Epochs = 1; c.Architecture == "" {
			c.Architecture = "n1"
		}
		c.BatchSize = 64 // 10 steps
		_, log := begin(t, c, Options{})
		status := log.until(t, ended)
		if failed := status.State == Failed; failed != (p.Name == "Divergence") {
			t.Errorf("%s ended as %s: %s", p.Name, status.State, status.Message)
		}
	}
	plain := *data
	plain.Train = data.Train.Head(100)
	plain.Name = "Fashion"
	for _, p := range Presets(&plain) {
		if strings.Contains(p.About+p.Name, "pen") || strings.Contains(p.Name+p.About, "MNIST") {
			t.Errorf("over a data set of one's own, a preset is %s: %s", p.Name, p.About)
		}
	}
}

// A plan is what the run then does.
func TestPlanIsKept(t *testing.T) {
	data := someDigits(t)
	c := checked(t, Config{Architecture: "tiny", Epochs: 2, BatchSize: 100, Validation: 40}, data)
	_, log := begin(t, c, Options{})
	status := log.until(t, ended)
	plan := c.Plan(data, nil)
	if plan.LastStep != status.Step || plan.StepsPerEpoch != status.StepsPerEpoch || plan.ImagesPerEpoch != 600 || plan.FirstStep != 0 {
		t.Errorf("planned %+v; it ended at step %d, with %d an epoch", plan, status.Step, status.StepsPerEpoch)
	}
	if _, _, kept := log.all(); len(kept) > plan.Snapshots {
		t.Errorf("%d steps are kept, planned were %d", len(kept), plan.Snapshots)
	}
	at := &Checkpoint{Status: Status{Step: 8, Epoch: 1}, Used: 200}
	if branch := c.Plan(data, at); branch.FirstStep != 8 || branch.LastStep != 8+4 {
		t.Errorf("a branch in its second epoch plans %+v", branch)
	}
}

// A branch is told all that it cannot change, at once.
func TestCheckBranch(t *testing.T) {
	data := someDigits(t)
	origin := checked(t, Config{Architecture: "tiny", Epochs: 3}, data)
	_, arch, _ := origin.Check(data)
	at := &Checkpoint{Status: Status{Step: 12, Epoch: 2, Epochs: 3, BatchSize: 128, LearningRate: 0.004}, Used: 256}
	c := Config{Architecture: "n1", Seed: 5, Optimizer: "sgd", LearningRate: -1, BatchSize: 1 << 20, Epochs: 2, TargetAccuracy: 2, Units: []Intervention{{"top", 0, Freeze}}}
	_, problems := c.CheckBranch(origin, arch, at)
	var got []string
	for _, p := range problems {
		got = append(got, p.Field)
	}
	if want := strings.Fields("architecture seed optimizer learningRate batchSize epochs units targetAccuracy"); !slices.Equal(got, want) {
		t.Errorf("wrong are %v, want %v", got, want)
	}
	same, problems := Config{Epochs: 9}.CheckBranch(origin, arch, at)
	if len(problems) > 0 || same.Epochs != 9 || same.LearningRate != 0.004 || same.Architecture != "tiny" {
		t.Errorf("a branch with more epochs is %+v, %v", same, problems)
	}
}
