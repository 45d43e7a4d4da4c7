package train

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"filterscope/nn/digits"
)

// augmentation is a setting that differs from the default one.
var augmentation = &digits.Augmentation{Rotation: 20, Shift: 2}

func checked(t *testing.T, c Config, d *digits.Data) Config {
	t.Helper()
	c, _, err := c.Check(d)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// own is someDigits with only MNIST's images.
func own(t *testing.T) *digits.Data {
	t.Helper()
	d := *someDigits(t)
	d.Train = d.Train.Head(d.Train.Len())
	return &d
}

func TestDataByDefault(t *testing.T) {
	fashion := own(t)
	fashion.Name = "Fashion"
	for _, c := range []struct {
		given, data string
		over        *digits.Data
		want        digits.Augmentation
	}{
		{"", "mnist+pen", someDigits(t), DefaultAugmentation},
		{"mnist", "mnist", someDigits(t), digits.Augmentation{}},
		{"", "mnist", own(t), digits.Augmentation{}},
		{"", "fashion", fashion, digits.Augmentation{}},
	} {
		got := checked(t, Config{Data: c.given}, c.over)
		if got.Data != c.data || *got.Augmentation != c.want {
			t.Errorf("%q over %s is %q, %v; want %q, %v", c.given, c.over.Name, got.Data, got.Augmentation, c.data, c.want)
		}
	}
	off := checked(t, Config{Augmentation: &digits.Augmentation{}}, someDigits(t))
	text, err := json.Marshal(off)
	if err != nil || !strings.Contains(string(text), `"data":"mnist+pen","augmentation":"off"`) {
		t.Errorf("a run without augmentation is %s, %v", text, err)
	}
}

func TestImpossibleData(t *testing.T) {
	for _, c := range []struct {
		c             Config
		over          *digits.Data
		field, answer string
	}{
		{Config{Data: "emnist"}, someDigits(t), "data", `"emnist" is not known; use mnist+pen or mnist`},
		{Config{Data: "mnist+pen"}, own(t), "data", `"mnist+pen" is not known; use mnist`},
		{Config{Augmentation: &digits.Augmentation{Rotation: 90}}, own(t), "augmentation", "rotation 90 is impossible; use 0 to 45"},
	} {
		_, _, err := c.c.Check(c.over)
		if d := cmp.Diff(&ConfigError{c.field, c.answer}, err); d != "" {
			t.Errorf("%+v (-want +got)\n%s", c.c, d)
		}
	}
}

// An epoch has as many images as without those that are mixed in, each of which is twice as likely in it; what is set
// aside is in none.
func TestEpochsOfMixedImages(t *testing.T) {
	const epochs, validation, images, pen = 300, 40, 640, 160
	r, err := New(Config{Validation: validation}, someDigits(t), &journal{}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if s := r.InitialStatus(); s.StepsPerEpoch != 5 || s.LastStep != 25 {
		t.Errorf("%d steps an epoch and %d in all, want 5 and 25", s.StepsPerEpoch, s.LastStep)
	}
	seen := make([]float64, images+pen)
	for epoch := range epochs {
		for _, i := range r.order.Epoch(epoch)[:r.sets.epoch] {
			seen[i] += 1.0 / epochs
		}
	}
	if r.sets.epoch != images-validation {
		t.Errorf("an epoch has %d images, want %d", r.sets.epoch, images-validation)
	}
	share := float64(images-validation) / (images - validation + 2*pen)
	for i, n := range seen {
		want := share
		switch {
		case slices.Contains(r.sets.validIndex, int32(i)):
			want = 0
		case i >= images:
			want = 2 * share
		}
		if n < want-0.2 || n > want+0.2 || want == 0 && n > 0 {
			t.Errorf("image %d is %v times in an epoch, want %v", i, n, want)
		}
	}
}

// A run on a data set's own images is the same whatever could be mixed in, and mixing and changing images both matter.
func TestDataAndAugmentationChangeNumbers(t *testing.T) {
	weights := func(c Config, d *digits.Data) []float32 {
		c.Architecture, c.Epochs = "tiny", 1
		log := &journal{}
		r, err := New(c, d, log, Options{})
		if err != nil {
			t.Fatal(err)
		}
		carry(t, log, r)
		return finalWeights(t, log)
	}
	alone := weights(Config{}, own(t))
	if !slices.Equal(alone, weights(Config{Data: "mnist"}, someDigits(t))) {
		t.Error("images that are not mixed in change the weights")
	}
	off := &digits.Augmentation{}
	mixed := weights(Config{Augmentation: off}, someDigits(t))
	changed := weights(Config{Augmentation: augmentation}, own(t))
	both := weights(Config{Augmentation: augmentation}, someDigits(t))
	all := [][]float32{alone, mixed, changed, both}
	for i := range all {
		for j := range i {
			if slices.Equal(all[i], all[j]) {
				t.Errorf("settings %d and %d give the same weights", j, i)
			}
		}
	}
}

func TestBranchKeepsDataAndAugmentation(t *testing.T) {
	c, log, _ := changedRun(t)
	origin := checked(t, c, someDigits(t))
	at := checkpointAt(t, origin, log, 30)
	got, _, err := Config{}.Branch(origin, archOf(t, origin), at)
	if err != nil || got.Data != "mnist+pen" || *got.Augmentation != DefaultAugmentation {
		t.Errorf("a branch trains on %q, %v (%v)", got.Data, got.Augmentation, err)
	}
	same := Config{Data: origin.Data, Augmentation: &DefaultAugmentation}
	if _, _, err := same.Branch(origin, archOf(t, origin), at); err != nil {
		t.Errorf("a branch refuses its origin's data: %v", err)
	}
	for field, c := range map[string]Config{"data": {Data: "mnist"}, "augmentation": {Augmentation: augmentation}} {
		_, _, err := c.Branch(origin, archOf(t, origin), at)
		var problem *ConfigError
		if !errors.As(err, &problem) || problem.Field != field || !strings.Contains(problem.Problem, "a branch keeps its origin's") {
			t.Errorf("%s: error %v", field, err)
		}
	}
}
