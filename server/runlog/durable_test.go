package runlog

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"filterscope/nn/train"
)

// childVariable makes the test binary a program that trains the runs of the folder that it names, until it is killed.
const childVariable = "FILTERSCOPE_RUNLOG_CHILD"

// longVariable asks for the tests that take minutes.
const longVariable = "FILTERSCOPE_LONG"

// child opens a folder, starts a run if there is none, and prints every step whose record was acknowledged.
func child(folder string) error {
	ctx := context.Background()
	s, err := Open(ctx, Config{Dir: folder, Data: someDigits, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	defer s.Close()
	failed := make(chan error, 1)
	go func() { failed <- s.Run(ctx) }()
	infos, err := s.List(ctx)
	if err != nil {
		return err
	}
	var id string
	if len(infos) == 0 {
		info, err := s.Start(ctx, killed)
		if err != nil {
			return err
		}
		id = info.ID
	} else {
		id = infos[0].ID
		fmt.Printf("kept %d\n", infos[0].Status.Step)
	}
	err = s.Follow(ctx, id, func(r train.Record) error {
		fmt.Printf("%d\n", r.Status.Step)
		if r.Status.State == train.Finished {
			return errEnough
		}
		return nil
	})
	if !errors.Is(err, errEnough) {
		return err
	}
	fmt.Println("finished")
	return nil
}

// killed is a run of 300 steps that takes about a second.
var killed = train.Config{Architecture: "tiny", Epochs: 15, BatchSize: 32, Validation: 64, Pace: train.Pace{StepsPerSecond: 400}}

// A run whose process is killed at random moments, again and again, keeps every record that was acknowledged, and ends with the
// same weights as a run that nothing happened to.
func TestKilledProcessLosesNothing(t *testing.T) {
	want := undisturbed(t)
	folder := t.TempDir()
	kills := 5
	if os.Getenv(longVariable) != "" {
		kills = 100
	}
	random := rand.New(rand.NewPCG(uint64(kills), 1))
	reached, done := 0, 0
	for done < kills {
		kept, step, finished := runChild(t, folder, time.Duration(random.IntN(400))*time.Millisecond)
		if kept < reached {
			t.Fatalf("after a kill the run is at step %d; step %d was acknowledged before", kept, reached)
		}
		reached = max(reached, step)
		done++
		if finished {
			compareRuns(t, folder, want)
			if done < kills {
				folder, reached = t.TempDir(), 0
			}
		}
	}
	for finished := false; !finished; {
		_, _, finished = runChild(t, folder, time.Minute)
	}
	compareRuns(t, folder, want)
}

// runChild runs a child for a while, then kills it. It returns the step that it found kept, and the newest step that it printed.
func runChild(t *testing.T, folder string, while time.Duration) (kept, step int, finished bool) {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), childVariable+"="+folder)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	var kill *time.Timer
	for lines.Scan() {
		if kill == nil { // count from the first record on
			kill = time.AfterFunc(while, func() { _ = c.Process.Kill() })
		}
		if n, err := strconv.Atoi(lines.Text()); err == nil {
			step = max(step, n)
		}
		if text, ok := strings.CutPrefix(lines.Text(), "kept "); ok {
			kept, _ = strconv.Atoi(text)
		}
		finished = finished || lines.Text() == "finished"
	}
	if err := c.Wait(); finished == (err != nil) && !finished && kill == nil {
		t.Fatalf("the child ended with %v before it printed anything", err)
	}
	if kill != nil {
		kill.Stop()
	}
	return kept, step, finished
}

// history is all that a run's log holds.
type history struct {
	points      []train.Point
	evaluations []train.Evaluation
	weights     map[int][]float32
}

func historyOf(t *testing.T, s *Store, id string) history {
	t.Helper()
	h := history{weights: map[int][]float32{}}
	for _, r := range until(t, s, id, finished) {
		h.points = append(h.points, r.Points...)
		h.evaluations = append(h.evaluations, r.Evaluations...)
		if r.Snapshot != nil && r.Snapshot.Keep {
			snapshot, err := s.Snapshot(t.Context(), id, r.Snapshot.Step)
			if err != nil {
				t.Fatal(err)
			}
			h.weights[r.Snapshot.Step] = snapshot.Net.Weights
		}
	}
	return h
}

// exceptTime compares points of runs that computed the same at another time.
var exceptTime = cmpopts.IgnoreFields(train.Point{}, "Seconds")

// checkTime wants the seconds of points to rise from step to step.
func checkTime(t *testing.T, points []train.Point) {
	t.Helper()
	before := 0.0
	for _, p := range points {
		if p.Seconds <= before {
			t.Fatalf("step %d ends after %v s, the step before after %v s", p.Step, p.Seconds, before)
		}
		before = p.Seconds
	}
}

// undisturbed is the history of a run that nothing happens to.
var undisturbedOnce sync.Once
var undisturbedHistory history

func undisturbed(t *testing.T) history {
	t.Helper()
	undisturbedOnce.Do(func() {
		s, stop := launch(t, Config{})
		defer stop()
		c := killed
		c.Pace = train.Pace{}
		undisturbedHistory = historyOf(t, s, start(t, s, c).ID)
	})
	return undisturbedHistory
}

func compareRuns(t *testing.T, folder string, want history) {
	t.Helper()
	s, stop := launch(t, Config{Dir: folder})
	defer stop()
	infos, err := s.List(t.Context())
	if err != nil || len(infos) != 1 {
		t.Fatalf("there are %d runs, %v", len(infos), err)
	}
	compare(t, want, historyOf(t, s, infos[0].ID))
}

func compare(t *testing.T, want, got history) {
	t.Helper()
	if d := cmp.Diff(want.points, got.points, exceptTime); d != "" {
		t.Fatalf("the points differ (-want +got):\n%s", d)
	}
	checkTime(t, got.points)
	if d := cmp.Diff(want.evaluations, got.evaluations); d != "" {
		t.Fatalf("the evaluations differ (-want +got):\n%s", d)
	}
	if len(want.weights) != len(got.weights) {
		t.Errorf("%d snapshots are kept, want %d", len(got.weights), len(want.weights))
	}
	for step, weights := range want.weights {
		if !slices.Equal(weights, got.weights[step]) {
			t.Errorf("the weights of step %d differ", step)
		}
	}
}

func TestSecondProcessGetsASentence(t *testing.T) {
	folder := t.TempDir()
	open(t, Config{Dir: folder})
	_, err := Open(t.Context(), Config{Dir: folder, Data: someDigits})
	if err == nil || !strings.Contains(err.Error(), folder) || !strings.Contains(err.Error(), "-data") {
		t.Errorf("opening the folder twice gives %v", err)
	}
}

// A store that ends and begins again has the same runs in the same states.
func TestRunsGoOnAfterARestart(t *testing.T) {
	folder := t.TempDir()
	s, stop := launch(t, Config{Dir: folder})
	c := killed
	c.Pace = train.Pace{}
	ended := start(t, s, c)
	want := historyOf(t, s, ended.ID)
	c.Epochs, c.Name = 1000, "long"
	paused := start(t, s, c)
	if _, err := s.Command(t.Context(), paused.ID, train.Command{Kind: train.Step, Steps: 7}); err != nil {
		t.Fatal(err)
	}
	before, err := s.Get(t.Context(), paused.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Rename(t.Context(), ended.ID, "Edges"); err != nil {
		t.Fatal(err)
	}
	stop()

	s = open(t, Config{Dir: folder})
	compare(t, want, historyOf(t, s, ended.ID))
	if info, err := s.Get(t.Context(), ended.ID); err != nil || info.Name != "Edges" {
		t.Errorf("the renamed run is %q, %v", info.Name, err)
	}
	after, err := s.Command(t.Context(), paused.ID, train.Command{Kind: train.Step, Steps: 1})
	if err != nil || after.Status.Step != before.Status.Step+1 || after.Status.State != train.Paused {
		t.Errorf("a step after the restart leads from %d to %d (%s), %v", before.Status.Step, after.Status.Step, after.Status.State, err)
	}
	epochs := 16
	if _, err := s.Command(t.Context(), ended.ID, train.Command{Kind: train.Adjust, Change: train.Change{Epochs: &epochs}}); err != nil {
		t.Errorf("a finished run that gets more epochs after a restart: %v", err)
	}
	until(t, s, ended.ID, func(s train.Status) bool { return s.State == train.Finished && s.Epoch == 16 })
}

// A process may end between making a run's stream and asking for a trainer, or in the middle of copying a branch's past.
func TestInterruptedStartsAreFinished(t *testing.T) {
	folder := t.TempDir()
	s, stop := launch(t, Config{Dir: folder})
	whole := birth{ID: "whole", Created: time.Now()}
	if err := s.newborn(small, &whole); err != nil {
		t.Fatal(err)
	}
	var err error
	if whole.Data, err = s.fingerprint(); err != nil {
		t.Fatal(err)
	}
	half := whole
	half.ID, half.Config.From = "half", &train.Origin{Run: "gone", Step: 3}
	for _, born := range []birth{whole, half} {
		if _, err := s.create(t.Context(), born); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	s = open(t, Config{Dir: folder, Log: slog.New(slog.DiscardHandler)})
	until(t, s, "whole", finished)
	if infos, err := s.List(t.Context()); err != nil || len(infos) != 1 {
		t.Errorf("there are %d runs, %v; want only the whole one", len(infos), err)
	}
}

// A nearly full disk stops the steps, and room lets them go on.
func TestFullDiskHoldsTrainingUp(t *testing.T) {
	folder := t.TempDir()
	free, known := freeSpace(folder)
	if !known {
		t.Skip("this system does not tell how much room there is")
	}
	s := open(t, Config{Dir: folder})
	c := killed
	c.Epochs = 1000
	info := start(t, s, c)
	until(t, s, info.ID, func(s train.Status) bool { return s.Step > 5 })
	reserve := func(bytes int64) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.config.Reserve, s.checked = bytes, time.Time{}
	}
	reserve(2 * free)
	records := make(chan train.Record)
	ctx, cancel := context.WithCancel(t.Context())
	var reader sync.WaitGroup
	reader.Go(func() {
		_ = s.Follow(ctx, info.ID, func(r train.Record) error {
			select {
			case records <- r:
			case <-ctx.Done():
			}
			return nil
		})
	})
	stalled := waitFor(t, records, func(r train.Record) bool { return r.Status.State == train.Stalled })
	if !strings.Contains(stalled.Status.Message, "MB left") {
		t.Errorf("the run says %q", stalled.Status.Message)
	}
	if got, _ := s.Get(t.Context(), info.ID); got.Status.State != train.Stalled {
		t.Errorf("the list says %s", got.Status.State)
	}
	if _, err := s.Start(t.Context(), small); err == nil {
		t.Error("another run was started on a full disk")
	}
	reserve(1)
	waitFor(t, records, func(r train.Record) bool {
		return r.Status.State == train.Running && r.Status.Step > stalled.Status.Step
	})
	cancel()
	reader.Wait()
	gapless(t, s, info.ID)
}

func waitFor(t *testing.T, records <-chan train.Record, want func(train.Record) bool) train.Record {
	t.Helper()
	for {
		select {
		case r := <-records:
			if want(r) {
				return r
			}
		case <-time.After(time.Minute):
			t.Fatal("the record did not come")
		}
	}
}

// gapless checks that a run's points have all steps once.
func gapless(t *testing.T, s *Store, id string) {
	t.Helper()
	info, err := s.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	next := 1
	for _, r := range until(t, s, id, func(now train.Status) bool { return now.Step >= info.Status.Step }) {
		for _, p := range r.Points {
			if p.Step != next {
				t.Fatalf("step %d follows step %d", p.Step, next-1)
			}
			next++
		}
	}
}

// A server that has stopped keeping messages, as it does when its disk is full, is started again.
func TestStoppedServerIsStartedAgain(t *testing.T) {
	s := open(t, Config{})
	c := killed
	c.Epochs = 1000
	info := start(t, s, c)
	until(t, s, info.ID, func(s train.Status) bool { return s.Step > 5 })
	s.bus.embedded.mu.Lock()
	server := s.bus.embedded.server
	s.bus.embedded.mu.Unlock()
	if err := server.DisableJetStream(); err != nil {
		t.Fatal(err)
	}
	until(t, s, info.ID, func(s train.Status) bool { return s.State == train.Running && s.Step > 100 })
	if _, err := s.Command(t.Context(), info.ID, train.Command{Kind: train.Pause}); err != nil {
		t.Error(err)
	}
	gapless(t, s, info.ID)
}

// What is damaged on the disk is named; the rest can be read.
func TestDamagedStoreIsReported(t *testing.T) {
	folder := t.TempDir()
	s, stop := launch(t, Config{Dir: folder})
	good := start(t, s, small)
	until(t, s, good.ID, finished)
	bad := start(t, s, small)
	until(t, s, bad.ID, finished)
	stop()
	blocks, err := filepath.Glob(filepath.Join(folder, "runs", "jetstream", "*", "streams", runStream+bad.ID, "msgs", "*.blk"))
	if err != nil || len(blocks) == 0 {
		t.Fatalf("no blocks: %v", err)
	}
	for _, block := range blocks {
		content, err := os.ReadFile(block)
		if err != nil {
			t.Fatal(err)
		}
		for i := len(content) / 3; i < 2*len(content)/3; i++ {
			content[i] ^= 0x55
		}
		if err := os.WriteFile(block, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s = open(t, Config{Dir: folder, Log: slog.New(slog.DiscardHandler)})
	infos, err := s.List(t.Context())
	if err != nil || len(infos) != 2 {
		t.Fatalf("there are %d runs, %v", len(infos), err)
	}
	historyOf(t, s, good.ID)
	if _, err := s.Command(t.Context(), bad.ID, train.Command{Kind: train.Resume}); err != nil && !strings.Contains(err.Error(), "finished") {
		t.Error(err)
	}
	compare(t, historyOf(t, s, good.ID), historyOf(t, s, bad.ID)) // what was lost is computed again
	info, err := s.Get(t.Context(), bad.ID)
	if err != nil || !strings.Contains(info.Status.Message, "records") {
		t.Errorf("of the damage it says %q, %v", info.Status.Message, err)
	}
}
