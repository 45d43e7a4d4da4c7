package train

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"filterscope/nn"
	"filterscope/nn/digits"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var mnist = sync.OnceValues(digits.MNIST)

// someDigits are 640 images of MNIST to train on, with 160 of pen digits mixed in, and 200 to test.
func someDigits(t *testing.T) *digits.Data {
	t.Helper()
	all, err := mnist()
	if err != nil {
		t.Fatal(err)
	}
	d := *all
	d.Train, d.Test = all.Train.Head(640).Mix(penImages(all, 160)), all.Test.Head(200)
	return &d
}

// penImages are the last n images that are mixed into a data set's.
func penImages(d *digits.Data, n int) *digits.Set {
	mixed := *d.Train.Mixed
	from := mixed.Len() - n
	mixed.Images, mixed.Labels = mixed.Images[from*mixed.Size():], mixed.Labels[from:]
	return &mixed
}

// A journal is a Log that tests can read and wait on.
type journal struct {
	mu      sync.Mutex
	records []Record
	changed chan struct{}
}

func (j *journal) Append(_ context.Context, r Record) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.records = append(j.records, r)
	if j.changed != nil {
		close(j.changed)
		j.changed = nil
	}
	return nil
}

// until waits for a record, new or old, and returns its status.
func (j *journal) until(t *testing.T, want func(Status) bool) Status {
	t.Helper()
	for i := 0; ; {
		j.mu.Lock()
		for ; i < len(j.records); i++ {
			if want(j.records[i].Status) {
				defer j.mu.Unlock()
				return j.records[i].Status
			}
		}
		if j.changed == nil {
			j.changed = make(chan struct{})
		}
		changed := j.changed
		j.mu.Unlock()
		select {
		case <-changed:
		case <-t.Context().Done():
			t.Fatal("the record did not come")
		}
	}
}

func ended(s Status) bool { return s.State == Finished || s.State == Failed }

// all returns everything that was recorded, in one record.
func (j *journal) all() (points []Point, evaluations []Evaluation, kept []*Snapshot) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.locked()
}

// locked is all for who holds the lock.
func (j *journal) locked() (points []Point, evaluations []Evaluation, kept []*Snapshot) {
	for _, r := range j.records {
		points = append(points, r.Points...)
		evaluations = append(evaluations, r.Evaluations...)
		if r.Snapshot != nil && r.Snapshot.Keep {
			kept = append(kept, r.Snapshot)
		}
	}
	return points, evaluations, kept
}

// last is the newest record's status.
func (j *journal) last() Status {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.records[len(j.records)-1].Status
}

// begin starts a run that ends with the test.
func begin(t *testing.T, c Config, o Options) (*Run, *journal) {
	t.Helper()
	if c.Architecture == "" {
		c.Architecture = "tiny"
	}
	log := &journal{}
	r, err := New(c, someDigits(t), log, o)
	if err != nil {
		t.Fatal(err)
	}
	while(t, r)
	return r, log
}

// while carries a run out until the test ends.
func while(t *testing.T, r *Run) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("Run ended with %v", err)
		}
		if _, err := r.Do(context.Background(), Command{Kind: Pause}); !errors.Is(err, ErrEnded) {
			t.Errorf("a command after the end gives %v, want ErrEnded", err)
		}
	})
}

func do(t *testing.T, r *Run, c Command) Status {
	t.Helper()
	s, err := r.Do(t.Context(), c)
	if err != nil {
		t.Fatalf("%+v: %v", c, err)
	}
	return s
}

func finalWeights(t *testing.T, log *journal) []float32 {
	t.Helper()
	log.until(t, ended)
	_, _, kept := log.all()
	return kept[len(kept)-1].Net.Weights
}

func TestRunRecordsEverything(t *testing.T) {
	// 640 images in batches of 60: 10 full ones and a last one of 40.
	_, log := begin(t, Config{Epochs: 4, BatchSize: 60}, Options{})
	last := log.until(t, ended)
	if last.State != Finished || last.Step != 44 || last.Epoch != 4 || last.StepsPerEpoch != 11 {
		t.Fatalf("the run ended as %+v", last)
	}
	points, evaluations, kept := log.all()
	for i, p := range points {
		if p.Step != i+1 {
			t.Fatalf("point %d is of step %d: the history has a gap", i, p.Step)
		}
	}
	if len(points) != 44 {
		t.Errorf("%d points, want 44", len(points))
	}
	if ofLast := points[10].Accuracy * 40; math.Abs(ofLast-math.Round(ofLast)) > 1e-9 {
		t.Errorf("the accuracy of the epoch's last batch, %v, is no multiple of 1/40", points[10].Accuracy)
	}
	var steps []int
	for _, s := range kept {
		steps = append(steps, s.Step)
	}
	want := []int{}
	for step := range 45 {
		if Promised(step) || step%11 == 0 {
			want = append(want, step)
		}
	}
	if diff := cmp.Diff(want, steps); diff != "" {
		t.Errorf("kept steps (-want +got):\n%s", diff)
	}
	for i, e := range evaluations {
		if e.Step != 11*(i+1) || e.Epoch != i+1 || e.Set != TestSet {
			t.Errorf("evaluation %d is of %s, step %d, epoch %d", i, e.Set, e.Step, e.Epoch)
		}
		checkConfusion(t, e, 200)
	}
	if final := evaluations[3]; final.Accuracy < 0.6 {
		t.Errorf("after four epochs the accuracy is %v; it has not learned", final.Accuracy)
	}
}

// checkConfusion compares an evaluation's matrix with its other numbers.
func checkConfusion(t *testing.T, e Evaluation, images int) {
	t.Helper()
	total, right := 0, 0
	for label, row := range e.Confusion {
		sum := 0
		for _, n := range row {
			sum += n
		}
		total, right = total+sum, right+row[label]
		if want := float64(row[label]) / float64(sum); math.Abs(e.ClassAccuracy[label]-want) > 1e-12 {
			t.Errorf("class %d has accuracy %v, want %v", label, e.ClassAccuracy[label], want)
		}
	}
	if total != images || math.Abs(e.Accuracy-float64(right)/float64(images)) > 1e-12 {
		t.Errorf("the matrix has %d images, %d right; the accuracy is %v of %d", total, right, e.Accuracy, images)
	}
}

func TestEvaluationIsOfTheRecordedWeights(t *testing.T) {
	_, log := begin(t, Config{Epochs: 1}, Options{})
	log.until(t, ended)
	_, evaluations, kept := log.all()
	net := kept[len(kept)-1].Net
	test := someDigits(t).Test
	w := nn.NewWorkspace(net.Arch, 1)
	right := 0
	for i := range test.Len() {
		w.SetInputBytes(0, test.Image(i))
		logits := net.Forward(w, 1)
		if slices.Index(logits, slices.Max(logits)) == test.Label(i) {
			right++
		}
	}
	if want := float64(right) / float64(test.Len()); evaluations[0].Accuracy != want {
		t.Errorf("the accuracy is %v, one image after the other gives %v", evaluations[0].Accuracy, want)
	}
}

func TestSameSeedSameWeights(t *testing.T) {
	c := Config{Epochs: 2, Seed: 7, Validation: 40}
	_, one := begin(t, c, Options{Workers: 1})
	want := finalWeights(t, one)

	_, many := begin(t, c, Options{Workers: 5})
	if !slices.Equal(finalWeights(t, many), want) {
		t.Error("five workers give other weights than one")
	}

	c.Pace = Pace{StepsPerSecond: 5}
	held, log := begin(t, c, Options{Wait: true})
	do(t, held, Command{Kind: Step, Steps: 3})
	do(t, held, Command{Kind: Resume})
	do(t, held, Command{Kind: Pause})
	do(t, held, Command{Kind: Adjust, Change: Change{Pace: &Pace{}}})
	do(t, held, Command{Kind: Resume})
	if !slices.Equal(finalWeights(t, log), want) {
		t.Error("pauses, steps and another pace give other weights")
	}

	c.Seed = 8
	_, other := begin(t, c, Options{})
	if slices.Equal(finalWeights(t, other), want) {
		t.Error("another seed gives the same weights")
	}
}

func TestValidationDecidesWhereItIsSet(t *testing.T) {
	_, log := begin(t, Config{Epochs: 30, Validation: 100, TargetAccuracy: 0.5}, Options{})
	last := log.until(t, ended)
	_, evaluations, _ := log.all()
	if last.BestSet != ValidationSet || *last.BestAccuracy < 0.5 || last.Epoch == 30 {
		t.Errorf("the run ended as %+v", last)
	}
	if !strings.Contains(last.Message, "validation accuracy reached the target") {
		t.Errorf("the message is %q", last.Message)
	}
	for _, e := range evaluations {
		images := map[string]int{ValidationSet: 100, TestSet: 200}[e.Set]
		checkConfusion(t, e, images)
	}
	if n := len(evaluations); n != 2*last.Epoch {
		t.Errorf("%d evaluations in %d epochs, want two each", n, last.Epoch)
	}
	if last.StepsPerEpoch != 5 { // 540 images in batches of 128
		t.Errorf("%d steps an epoch, want 5", last.StepsPerEpoch)
	}
}

func TestWaitingRunStartsOnCommand(t *testing.T) {
	r, log := begin(t, Config{Epochs: 1}, Options{Wait: true})
	if s := log.until(t, func(Status) bool { return true }); s.State != Waiting || s.Step != 0 {
		t.Fatalf("the first record is %+v", s)
	}
	if s := do(t, r, Command{Kind: Start}); s.State != Running {
		t.Errorf("after the start command it is %s", s.State)
	}
	log.until(t, ended)
}

func TestManualStepsAreExact(t *testing.T) {
	r, log := begin(t, Config{Epochs: 2}, Options{Wait: true})
	for _, step := range []int{1, 2, 4} {
		before := step / 2
		s := do(t, r, Command{Kind: Step, Steps: step - before})
		if s.Step != step || s.State != Paused {
			t.Errorf("after %d more steps it is %s at step %d, want paused at %d", step-before, s.State, s.Step, step)
		}
	}
	_, _, kept := log.all()
	if got := kept[len(kept)-1].Step; got != 4 {
		t.Errorf("the newest kept step is %d, want 4", got)
	}
	// Ten steps end the run; more cannot be taken.
	_, err := r.Do(t.Context(), Command{Kind: Step, Steps: 100})
	var state *StateError
	if !errors.As(err, &state) || state.State != Finished {
		t.Errorf("steps beyond the end give %v", err)
	}
	if _, err := r.Do(t.Context(), Command{Kind: Resume}); !errors.As(err, &state) {
		t.Errorf("resuming a finished run gives %v", err)
	}
}

// Epochs are shares of the images, whatever the batch sizes; time is that of the
// updates alone.
func TestPointsHaveEpochAndTime(t *testing.T) {
	r, log := begin(t, Config{Epochs: 2, Schedule: Constant, Pace: Pace{StepsPerSecond: 20}}, Options{Wait: true})
	do(t, r, Command{Kind: Step, Steps: 2}) // 256 of 640 images
	size := 100
	do(t, r, Command{Kind: Adjust, Change: Change{BatchSize: &size}})
	began := time.Now()
	do(t, r, Command{Kind: Resume})
	last := log.until(t, ended)
	took := time.Since(began)
	points, evaluations, _ := log.all()
	var epochs []float64
	for _, p := range points {
		epochs = append(epochs, p.Epoch)
	}
	want := []float64{0.2, 0.4, 0.55625, 0.7125, 0.86875, 1, 1.15625, 1.3125, 1.46875, 1.625, 1.78125, 1.9375, 2}
	if d := cmp.Diff(want, epochs); d != "" {
		t.Errorf("the points' epochs (-want +got):\n%s", d)
	}
	for _, e := range evaluations {
		if at := points[e.Step-1].Epoch; at != float64(e.Epoch) {
			t.Errorf("the evaluation of epoch %d is at %v epochs", e.Epoch, at)
		}
	}
	checkTime(t, points)
	if got := points[len(points)-1].Seconds; got != last.Seconds || got > took.Seconds()/2 {
		t.Errorf("the updates took %v s by the last point and %v s by the status, of %v with a pace of 20 steps/s", got, last.Seconds, took)
	}
}

func TestPauseStopsSteps(t *testing.T) {
	r, log := begin(t, Config{Epochs: 1000}, Options{})
	log.until(t, func(s Status) bool { return s.Step > 20 })
	paused := do(t, r, Command{Kind: Pause, Message: "because"})
	if paused.State != Paused || paused.Message != "because" {
		t.Errorf("the run is %+v", paused)
	}
	// A command that changes nothing tells where the run is.
	if s := do(t, r, Command{Kind: Adjust}); s.Step != paused.Step {
		t.Errorf("it went from step %d to %d while paused", paused.Step, s.Step)
	}
	if s := do(t, r, Command{Kind: Step, Steps: 1}); s.Step != paused.Step+1 {
		t.Errorf("one step from %d leads to %d", paused.Step, s.Step)
	}
}

func TestAdjust(t *testing.T) {
	r, log := begin(t, Config{Epochs: 2, Schedule: Constant, Optimizer: "sgd", Momentum: 0.9}, Options{Wait: true})
	do(t, r, Command{Kind: Step, Steps: 2}) // 256 of 640 images
	rate, size, epochs := 0.01, 100, 3
	s := do(t, r, Command{Kind: Adjust, Change: Change{LearningRate: &rate, BatchSize: &size, Epochs: &epochs}})
	if s.LearningRate != rate || s.LearningRateNow != rate || s.BatchSize != size || s.Epochs != epochs {
		t.Errorf("after the change the run is %+v", s)
	}
	if s.StepsPerEpoch != 7 || s.LastStep != 2+4+2*7 {
		t.Errorf("it plans %d steps an epoch up to step %d, want 7 up to 20", s.StepsPerEpoch, s.LastStep)
	}
	if want := 256.0 / 640; s.EpochsDone != want {
		t.Errorf("%v epochs are done, want %v", s.EpochsDone, want)
	}
	do(t, r, Command{Kind: Resume})
	if last := log.until(t, ended); last.Step != 20 {
		t.Errorf("it ended at step %d, want 20", last.Step)
	}

	bad, good := math.Inf(1), 5
	_, err := r.Do(t.Context(), Command{Kind: Adjust, Change: Change{LearningRate: &bad, Epochs: &good}})
	var config *ConfigError
	if !errors.As(err, &config) || config.Field != "learningRate" {
		t.Errorf("an infinite learning rate gives %v", err)
	}
	few := 1
	if _, err := r.Do(t.Context(), Command{Kind: Adjust, Change: Change{Epochs: &few}}); !errors.As(err, &config) {
		t.Errorf("fewer epochs than are done give %v", err)
	}
	if s := do(t, r, Command{Kind: Adjust}); s.Epochs != 3 {
		t.Errorf("a refused change left %d epochs, want 3", s.Epochs)
	}
}

func TestFinishedRunGoesOnAtConstantRate(t *testing.T) {
	r, log := begin(t, Config{Epochs: 1}, Options{})
	first := log.until(t, ended)
	epochs := 2
	s := do(t, r, Command{Kind: Adjust, Change: Change{Epochs: &epochs}})
	if s.State != Running || !strings.Contains(s.Message, "constant learning rate") {
		t.Errorf("with another epoch it is %s: %q", s.State, s.Message)
	}
	last := log.until(t, func(s Status) bool { return ended(s) && s.Epoch == 2 })
	if want := last.LearningRate * afterCycle; last.LearningRateNow != want || last.Step != 2*first.Step {
		t.Errorf("it ended at step %d with rate %v, want %v", last.Step, last.LearningRateNow, want)
	}
	size := 7
	if s := do(t, r, Command{Kind: Adjust, Change: Change{BatchSize: &size}}); s.State != Finished || s.LastStep != s.Step {
		t.Errorf("another batch size made the finished run %s, to step %d of %d", s.State, s.Step, s.LastStep)
	}
}

func TestFewerEpochsFinishTheRun(t *testing.T) {
	r, log := begin(t, Config{Epochs: 3}, Options{Wait: true})
	do(t, r, Command{Kind: Step, Steps: 5})
	log.until(t, func(s Status) bool { return s.Epoch == 1 && s.TestLoss != nil })
	epochs := 1
	s := do(t, r, Command{Kind: Adjust, Change: Change{Epochs: &epochs}})
	if s.State != Finished || s.Message != "epoch 1 of 1 is done" {
		t.Errorf("with one epoch of one done the run is %s: %q", s.State, s.Message)
	}
}

func TestStepsByHandKeepTheStepBefore(t *testing.T) {
	r, log := begin(t, Config{Epochs: 100, Pace: Pace{StepsPerSecond: 300}}, Options{})
	log.until(t, func(s Status) bool { return s.Step > 40 })
	at := do(t, r, Command{Kind: Pause}).Step
	do(t, r, Command{Kind: Step, Steps: 1})
	_, _, kept := log.all()
	var steps []int
	for _, s := range kept[len(kept)-2:] {
		steps = append(steps, s.Step)
	}
	if diff := cmp.Diff([]int{at, at + 1}, steps); diff != "" {
		t.Errorf("the newest kept steps (-want +got):\n%s", diff)
	}
}

func TestDivergingRunFailsAndSaysSo(t *testing.T) {
	// Without ReLU nothing can die: the weights of each layer drive up the others'.
	const linear = "conv 5x5x4 stride 2 | conv 3x3x8 stride 2 | dense classes"
	r, log := begin(t, Config{Architecture: linear, Optimizer: "sgd", LearningRate: 100, Schedule: Constant}, Options{})
	last := log.until(t, ended)
	if last.State != Failed || !strings.Contains(last.Message, "learning rate below 100") {
		t.Fatalf("the run ended as %s: %q", last.State, last.Message)
	}
	if _, err := json.Marshal(last); err != nil {
		t.Errorf("its status is no JSON: %v", err)
	}
	points, _, kept := log.all()
	for _, p := range points {
		if math.IsNaN(p.Loss) || math.IsInf(p.Loss, 0) {
			t.Errorf("step %d has loss %v", p.Step, p.Loss)
		}
	}
	for _, w := range kept[len(kept)-1].Net.Weights {
		if math.IsNaN(float64(w)) || math.IsInf(float64(w), 0) {
			t.Fatal("the last weights are not all numbers")
		}
	}
	var state *StateError
	if _, err := r.Do(t.Context(), Command{Kind: Step, Steps: 1}); !errors.As(err, &state) {
		t.Errorf("a step of a failed run gives %v", err)
	}
}

func TestUnknownCommands(t *testing.T) {
	r, _ := begin(t, Config{}, Options{Wait: true})
	for _, c := range []Command{{Kind: "jump"}, {Kind: Step}, {Kind: Step, Steps: -1}, {Kind: Step, Steps: MaxManualSteps + 1}} {
		var config *ConfigError
		if _, err := r.Do(t.Context(), c); !errors.As(err, &config) {
			t.Errorf("%+v gives %v", c, err)
		}
	}
}
