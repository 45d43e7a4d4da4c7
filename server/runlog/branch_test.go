package runlog

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"filterscope/nn/train"
)

// branch starts a branch that is as its origin but for the changes in c, and returns it when it has ended.
func branch(t *testing.T, s *Store, c train.Config, origin string, step int) (train.Info, history) {
	t.Helper()
	c.From = &train.Origin{Run: origin, Step: step}
	info := start(t, s, c)
	return info, historyOf(t, s, info.ID)
}

// A branch without changes is its origin, from any step: one with a snapshot, one without, the first and an epoch's end.
func TestBranchIsWhole(t *testing.T) {
	want := undisturbed(t)
	folder := t.TempDir()
	s, stop := launch(t, Config{Dir: folder})
	c := killed
	c.Pace = train.Pace{}
	origin := start(t, s, c)
	until(t, s, origin.ID, finished)
	var ids []string
	for _, step := range []int{0, 7, 18, 36, 77, 201} {
		info, got := branch(t, s, train.Config{}, origin.ID, step)
		got.weights[step] = nil // kept in a branch, because it begins here
		expected := history{want.points, want.evaluations, map[int][]float32{}}
		for k, w := range want.weights {
			expected.weights[k] = w
		}
		expected.weights[step] = nil
		t.Logf("a branch at step %d is called %q", step, info.Name)
		compare(t, expected, got)
		if d := cmp.Diff(&train.Origin{Run: origin.ID, Step: step}, info.Config.From); d != "" {
			t.Errorf("its origin (-want +got):\n%s", d)
		}
		ids = append(ids, info.ID)
	}
	// It needs its origin no more, also after a restart.
	if err := s.Delete(t.Context(), origin.ID); err != nil {
		t.Fatal(err)
	}
	stop()
	s = open(t, Config{Dir: folder})
	if d := cmp.Diff(want.points, historyOf(t, s, ids[4]).points, exceptTime); d != "" {
		t.Errorf("after the origin was deleted (-want +got):\n%s", d)
	}
	info, _ := branch(t, s, train.Config{}, ids[4], 250)
	if info.Status.Step < 250 {
		t.Errorf("a branch of a branch begins at step %d", info.Status.Step)
	}
}

func TestBranchWithOtherSettings(t *testing.T) {
	s := open(t, Config{})
	c := killed
	c.Pace = train.Pace{}
	origin := start(t, s, c)
	before := historyOf(t, s, origin.ID)
	info, got := branch(t, s, train.Config{Name: "slow", LearningRate: 0.0001, BatchSize: 16}, origin.ID, 100)
	if info.Name != "slow" || info.Config.LearningRate != 0.0001 || info.Config.BatchSize != 16 || info.Config.Architecture != "tiny" {
		t.Errorf("the branch is %q with %+v", info.Name, info.Config)
	}
	if d := cmp.Diff(before.points[:100], got.points[:100]); d != "" {
		t.Errorf("its past differs (-want +got):\n%s", d)
	}
	checkTime(t, got.points)
	if cmp.Equal(before.points[100:150], got.points[100:150], exceptTime) {
		t.Error("the settings changed nothing")
	}
	for _, wrong := range []struct {
		c     train.Config
		field string
	}{
		{train.Config{From: &train.Origin{Run: "nobody", Step: 3}}, "from"},
		{train.Config{From: &train.Origin{Run: origin.ID, Step: 1 << 30}}, "from"},
		{train.Config{From: &train.Origin{Run: origin.ID, Step: -1}}, "from"},
		{train.Config{From: &train.Origin{Run: origin.ID, Step: 5}, Seed: 12}, "seed"},
		{train.Config{From: &train.Origin{Run: origin.ID, Step: len(before.points)}}, "epochs"},
	} {
		_, err := s.Start(t.Context(), wrong.c)
		var config *train.ConfigError
		if !errors.As(err, &config) || config.Field != wrong.field {
			t.Errorf("%+v: %v, want an error of %s", wrong.c.From, err, wrong.field)
		}
	}
}

// What is too large for a message goes to the object store, and goes away with its run.
func TestLargeWeights(t *testing.T) {
	s := open(t, Config{})
	c := train.Config{Architecture: "conv 5x5x64 | relu | conv 5x5x200 | relu | dense 10", Epochs: 1, BatchSize: 512}
	info := start(t, s, c)
	got := historyOf(t, s, info.ID)
	if n := len(got.weights[2]); 4*n < 1<<20 {
		t.Fatalf("%d weights are not too many for a message", n)
	}
	objects, err := s.bus.blobs.List(t.Context())
	if err != nil || len(objects) < 3 {
		t.Fatalf("%d large contents are kept, %v", len(objects), err)
	}
	other, _ := branch(t, s, train.Config{Epochs: 2}, info.ID, 1)
	for _, id := range []string{info.ID, other.ID} {
		if err := s.Delete(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	used, err := s.bus.blobsInUse(t.Context())
	if err != nil || len(used) > 0 {
		t.Errorf("%d large contents are in use after both runs were deleted, %v", len(used), err)
	}
}

func TestDeletedRunIsGoneFromTheDisk(t *testing.T) {
	s := open(t, Config{})
	info := start(t, s, small)
	until(t, s, info.ID, finished)
	if err := s.Delete(t.Context(), info.ID); err != nil {
		t.Fatal(err)
	}
	for name := range s.bus.js.StreamNames(t.Context()).Name() {
		if strings.Contains(name, info.ID) {
			t.Errorf("the stream %s is still there", name)
		}
	}
}
