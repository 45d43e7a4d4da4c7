package runlog

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"filterscope/nn/digits"
	"filterscope/nn/train"
)

func TestMain(m *testing.M) {
	if folder := os.Getenv(childVariable); folder != "" {
		if err := child(folder); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// someDigits is the beginning of MNIST.
var someDigits = sync.OnceValues(func() (*digits.Data, error) {
	d, err := digits.MNIST()
	if err != nil {
		return nil, err
	}
	d.Train, d.Test = d.Train.Head(640), d.Test.Head(640)
	return d, nil
})

var small = train.Config{Architecture: "tiny", Epochs: 2}

// open returns a store that runs until the test ends.
func open(t *testing.T, c Config) *Store {
	t.Helper()
	s, stop := launch(t, c)
	t.Cleanup(stop)
	return s
}

// launch is open for a store that is stopped earlier.
func launch(t *testing.T, c Config) (s *Store, stop func()) {
	t.Helper()
	if c.Dir == "" {
		c.Dir = t.TempDir()
	}
	if c.Data == nil {
		c.Data = someDigits
	}
	s, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	return s, sync.OnceFunc(func() {
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("Run ended with %v", err)
		}
		s.Close()
	})
}

func start(t *testing.T, s *Store, c train.Config) train.Info {
	t.Helper()
	info, err := s.Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return info
}

var errEnough = errors.New("enough")

// until follows a run from its beginning until a status satisfies the test,
// and returns all its records.
func until(t *testing.T, s *Store, id string, want func(train.Status) bool) []train.Record {
	t.Helper()
	var records []train.Record
	err := s.Follow(t.Context(), id, func(r train.Record) error {
		records = append(records, r)
		if want(r.Status) {
			return errEnough
		}
		return nil
	})
	if !errors.Is(err, errEnough) {
		t.Fatalf("following ended with %v", err)
	}
	return records
}

func finished(s train.Status) bool { return s.State == train.Finished }

func steps(records []train.Record) []int {
	all := []int{}
	for _, r := range records {
		for _, p := range r.Points {
			all = append(all, p.Step)
		}
	}
	return all
}

func TestEveryReaderGetsTheWholeHistory(t *testing.T) {
	s := open(t, Config{})
	info := start(t, s, small)
	live := steps(until(t, s, info.ID, finished))
	late := steps(until(t, s, info.ID, finished))
	want := []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	if diff := cmp.Diff(want, live); diff != "" {
		t.Errorf("followed live (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, late); diff != "" {
		t.Errorf("followed afterwards (-want +got):\n%s", diff)
	}
}

func TestKeptSnapshotsCanBeAskedFor(t *testing.T) {
	s := open(t, Config{})
	info := start(t, s, small)
	kept := map[int]bool{}
	for _, r := range until(t, s, info.ID, finished) {
		if r.Snapshot == nil || !r.Snapshot.Keep {
			continue
		}
		kept[r.Snapshot.Step] = true
		got, err := s.Snapshot(t.Context(), info.ID, r.Snapshot.Step)
		if err != nil || got.Step != r.Snapshot.Step || r.Snapshot.Net != nil && !slices.Equal(got.Net.Weights, r.Snapshot.Net.Weights) {
			t.Errorf("step %d: %v, %v; want the snapshot that was recorded", r.Snapshot.Step, got, err)
		}
	}
	if len(kept) != 11 {
		t.Errorf("%d snapshots are kept, want 11 (steps 0 to 10)", len(kept))
	}
	if _, err := s.Snapshot(t.Context(), info.ID, 11); !errors.Is(err, train.ErrNoSnapshot) {
		t.Errorf("a step that never was: %v", err)
	}
	if _, err := s.Snapshot(t.Context(), "nobody", 0); !errors.Is(err, train.ErrNoRun) {
		t.Errorf("a run that never was: %v", err)
	}
}

func TestOneRunTrainsAtATime(t *testing.T) {
	s := open(t, Config{})
	long := small
	long.Epochs = 1000
	first := start(t, s, long)
	second := start(t, s, long)
	state := func(id string) train.Status {
		info, err := s.Get(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return info.Status
	}
	if got := state(first.ID); got.State != train.Paused || got.Message != "another run was started" {
		t.Errorf("the first run is %s: %q", got.State, got.Message)
	}
	if _, err := s.Command(t.Context(), first.ID, train.Command{Kind: train.Resume}); err != nil {
		t.Fatal(err)
	}
	if got := state(second.ID); got.State != train.Paused {
		t.Errorf("the second run is %s", got.State)
	}
	infos, err := s.List(t.Context())
	if err != nil || len(infos) != 2 || infos[0].ID != second.ID {
		t.Errorf("the list is %+v, %v; want the newest first", infos, err)
	}
}

func TestRefusedCommandsPauseNobody(t *testing.T) {
	s := open(t, Config{})
	done := start(t, s, small)
	until(t, s, done.ID, finished)
	long := small
	long.Epochs = 1000
	busy := start(t, s, long)
	for _, c := range []train.Command{{Kind: train.Resume}, {Kind: train.Step}, {Kind: train.Step, Steps: 3}, {Kind: "jump"}} {
		if _, err := s.Command(t.Context(), done.ID, c); err == nil {
			t.Errorf("%+v of a finished run was obeyed", c)
		}
	}
	if _, err := s.Start(t.Context(), train.Config{Optimizer: "none"}); err == nil {
		t.Error("an impossible run was started")
	}
	if info, _ := s.Get(t.Context(), busy.ID); info.Status.State != train.Running {
		t.Errorf("the refusals left the other run %s", info.Status.State)
	}
	// More epochs let the finished run go on, so the other one pauses.
	epochs := 500
	if _, err := s.Command(t.Context(), done.ID, train.Command{Kind: train.Adjust, Change: train.Change{Epochs: &epochs}}); err != nil {
		t.Fatal(err)
	}
	if info, _ := s.Get(t.Context(), busy.ID); info.Status.State != train.Paused {
		t.Errorf("the run that went on left the other one %s", info.Status.State)
	}
}

func TestRunsStartedTogetherTrainOneByOne(t *testing.T) {
	s := open(t, Config{})
	long := small
	long.Epochs = 1000
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if _, err := s.Start(t.Context(), long); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	infos, err := s.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	running := 0
	for _, info := range infos {
		if info.Status.State == train.Running {
			running++
		}
	}
	if running != 1 {
		t.Errorf("%d of %d runs train at once", running, len(infos))
	}
}

func TestDeletingARunEndsItsSteps(t *testing.T) {
	s := open(t, Config{})
	long := small
	long.Epochs = 1000
	info, err := s.Open(t.Context(), long)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		_, err := s.Command(t.Context(), info.ID, train.Command{Kind: train.Step, Steps: 100_000})
		done <- err
	}()
	until(t, s, info.ID, func(s train.Status) bool { return s.Step > 3 })
	if err := s.Delete(t.Context(), info.ID); err != nil {
		t.Fatal(err)
	}
	if err := <-done; !errors.Is(err, train.ErrNoRun) {
		t.Errorf("the step command ended with %v", err)
	}
}

func TestOpenedRunWaits(t *testing.T) {
	s := open(t, Config{})
	info, err := s.Open(t.Context(), small)
	if err != nil || info.Status.State != train.Waiting || info.Status.Step != 0 {
		t.Fatalf("it is %+v, %v", info.Status, err)
	}
	if _, err := s.Command(t.Context(), info.ID, train.Command{Kind: train.Start}); err != nil {
		t.Fatal(err)
	}
	until(t, s, info.ID, finished)
}

func TestRename(t *testing.T) {
	s := open(t, Config{})
	info := start(t, s, small)
	if info.Name != "Run 1" {
		t.Errorf("it is called %q", info.Name)
	}
	if again, err := s.Rename(t.Context(), info.ID, "Edges"); err != nil || again.Name != "Edges" {
		t.Errorf("renamed it is %q, %v", again.Name, err)
	}
}

func TestDeletedRunIsGone(t *testing.T) {
	s := open(t, Config{})
	long := small
	long.Epochs = 1000
	info := start(t, s, long)
	done := make(chan error, 1)
	go func() {
		done <- s.Follow(context.Background(), info.ID, func(train.Record) error { return nil })
	}()
	if err := s.Delete(t.Context(), info.ID); err != nil {
		t.Fatal(err)
	}
	if err := <-done; !errors.Is(err, train.ErrNoRun) {
		t.Errorf("its reader ended with %v", err)
	}
	if _, err := s.Get(t.Context(), info.ID); !errors.Is(err, train.ErrNoRun) {
		t.Errorf("asking for it gives %v", err)
	}
	if err := s.Delete(t.Context(), info.ID); !errors.Is(err, train.ErrNoRun) {
		t.Errorf("deleting it again gives %v", err)
	}
}

func TestRunsThatDoNotFitAreRefused(t *testing.T) {
	s := open(t, Config{RunBytes: 3 << 20})
	info := start(t, s, small) // 16 KB a snapshot, some 60 of them
	huge := small
	huge.Epochs = 1000
	_, err := s.Start(t.Context(), huge)
	var config *train.ConfigError
	if !errors.As(err, &config) || !strings.Contains(err.Error(), "fewer epochs") {
		t.Errorf("a run that does not fit: %v", err)
	}
	epochs := 1000
	_, err = s.Command(t.Context(), info.ID, train.Command{Kind: train.Adjust, Change: train.Change{Epochs: &epochs}})
	if !errors.As(err, &config) {
		t.Errorf("epochs that do not fit: %v", err)
	}
	epochs = -1 << 40
	if _, err := s.Command(t.Context(), info.ID, train.Command{Kind: train.Adjust, Change: train.Change{Epochs: &epochs}}); !errors.As(err, &config) {
		t.Errorf("negative epochs: %v", err)
	}
	if _, err := s.Start(t.Context(), huge); !errors.As(err, &config) {
		t.Errorf("the refusals left room for a run that does not fit: %v", err)
	}
	last, err := s.Open(t.Context(), small) // it waits
	if err != nil {
		t.Fatal(err)
	}
	if infos, _ := s.List(t.Context()); len(infos) != 2 {
		t.Errorf("there are %d runs, want the two that fit", len(infos))
	}
	for changes := range 100 { // each keeps 64 KB
		rate := 0.001 / float64(changes+1)
		_, err = s.Command(t.Context(), last.ID, train.Command{Kind: train.Adjust, Change: train.Change{LearningRate: &rate}})
		if err != nil {
			break
		}
	}
	if !errors.As(err, &config) || !strings.Contains(err.Error(), "no room to record a further change") {
		t.Errorf("endless changes give %v", err)
	}
	kept, _, err := s.kept(t.Context(), last)
	if err != nil || kept > 3<<20 {
		t.Errorf("the run keeps %d bytes, %v; want at most the 3 MB that it may", kept, err)
	}
}

func TestImpossibleConfigurationStartsNothing(t *testing.T) {
	s := open(t, Config{})
	_, err := s.Start(t.Context(), train.Config{Architecture: "nonsense"})
	var config *train.ConfigError
	if !errors.As(err, &config) {
		t.Errorf("it gives %v", err)
	}
	if infos, _ := s.List(t.Context()); len(infos) != 0 {
		t.Errorf("there are %d runs", len(infos))
	}
}
