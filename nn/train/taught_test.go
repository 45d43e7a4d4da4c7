package train

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"filterscope/nn"
)

// lesson is so many images that are no digits, all called the same.
func lesson(n, label int) []Taught {
	var all []Taught
	for i := range n {
		pixels := make([]byte, 784)
		for j := range pixels {
			pixels[j] = byte((i*31 + j*j) % 256)
		}
		all = append(all, Taught{label, pixels})
	}
	return all
}

// A run that is taught images has the same weights interrupted and undisturbed, and others than one that is not.
func TestTaughtRunsGoOnBitForBit(t *testing.T) {
	c := Config{Architecture: "tiny", Epochs: 4, BatchSize: 50, Seed: 3, Taught: lesson(7, 4)}
	whole := &journal{}
	r, err := New(c, someDigits(t), whole, Options{})
	if err != nil {
		t.Fatal(err)
	}
	carry(t, whole, r)
	final := func(j *journal) []float32 {
		last := slices.IndexFunc(j.records, func(r Record) bool { return r.Snapshot != nil && r.Snapshot.Step == 52 })
		if last < 0 {
			t.Fatal("step 52 is not kept")
		}
		return j.records[last].Snapshot.Net.Weights
	}
	at, err := Replay(t.Context(), c, nil, someDigits(t), Options{Workers: 1}, 20)
	if err != nil {
		t.Fatal(err)
	}
	rest := &journal{}
	r, err = Continue(c, Past{Checkpoint: at, Status: at.Status, Kept: 20}, someDigits(t), rest, Options{Workers: 3})
	if err != nil {
		t.Fatal(err)
	}
	carry(t, rest, r)
	if diff := cmp.Diff(final(whole), final(rest)); diff != "" {
		t.Errorf("gone on at step 20 it differs (-whole +rest)\n%s", diff)
	}
	c.Taught = nil
	untaught := &journal{}
	if r, err = New(c, someDigits(t), untaught, Options{}); err != nil {
		t.Fatal(err)
	}
	carry(t, untaught, r)
	if slices.Equal(final(whole), final(untaught)) {
		t.Error("what it was taught changed nothing")
	}
}

// A branch that is taught learns what its origin cannot know; its origin's steps are as many.
func TestABranchLearnsWhatItIsTaught(t *testing.T) {
	c := Config{Architecture: "tiny", Epochs: 30, BatchSize: 50, Seed: 3, Schedule: Constant}
	at, err := Replay(t.Context(), c, nil, someDigits(t), Options{}, 60)
	if err != nil {
		t.Fatal(err)
	}
	data := someDigits(t)
	origin, arch, err := c.Check(data)
	if err != nil {
		t.Fatal(err)
	}
	images := lesson(5, 7)
	branch, past, err := Config{From: &Origin{"a", 60}, Taught: images, Epochs: 12}.Branch(origin, arch, at)
	if err != nil {
		t.Fatal(err)
	}
	log := &journal{}
	r, err := Continue(branch, past, data, log, Options{})
	if err != nil {
		t.Fatal(err)
	}
	carry(t, log, r)
	if last := log.records[len(log.records)-1].Status; last.Step != 12*13 || last.StepsPerEpoch != 13 {
		t.Errorf("it ended at step %d, %d steps an epoch", last.Step, last.StepsPerEpoch)
	}
	knows := func(weights []float32) (known int) {
		net := r.net.Clone()
		copy(net.Weights, weights)
		known = 0
		for _, image := range images {
			if predicts(net, image.Pixels) == image.Label {
				known++
			}
		}
		return known
	}
	if before, after := knows(at.Weights), knows(r.net.Weights); after != len(images) || before == len(images) {
		t.Errorf("it knew %d of %d before, %d after", before, len(images), after)
	}
}

func TestTaughtImagesAreChecked(t *testing.T) {
	for _, c := range []struct {
		taught []Taught
		words  string
	}{
		{[]Taught{{10, make([]byte, 784)}}, "use 0 to 9"}, {[]Taught{{-1, make([]byte, 784)}}, "use 0 to 9"},
		{[]Taught{{1, make([]byte, 783)}}, "needs 784"}, {lesson(MaxTaught+1, 1), "up to 400"},
	} {
		if _, _, err := (Config{Taught: c.taught}).Check(someDigits(t)); err == nil || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%d images: %v, want %q", len(c.taught), err, c.words)
		}
	}
}

func predicts(net *nn.Network, pixels []byte) int {
	w := nn.NewWorkspace(net.Arch, 1)
	w.SetInputBytes(0, pixels)
	logits := net.Forward(w, 1)
	return slices.Index(logits, slices.Max(logits))
}
