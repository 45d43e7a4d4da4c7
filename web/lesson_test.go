package web_test

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"filterscope/nn"
	"filterscope/nn/naive"
	"filterscope/nn/train"
)

type lessonPass struct {
	Step                          int
	Logits, Probabilities, Deltas [][]float64
	Losses                        []float64
	Loss                          float64
	Predictions                   []int
}

type lessonAnswer struct {
	Step, Newest int
	Taken        bool
	Exact        *bool
	Problem      string
	WhatIf       *struct {
		From         int
		LearningRate float64
		BatchSize    int
	}
	Settings struct {
		LearningRate, Rate float64
		BatchSize          int
	}
	Path, Actual []struct {
		Step           int
		Loss, Accuracy float64
	}
	Network struct {
		Parameters int
		Layers     []struct{ Weights, Biases, Multiplications int }
	}
	Start  []struct{ Counts []int }
	Digits []struct {
		Index, Label int
		Pixels       []float32
	}
	Before lessonPass
	After  *lessonPass
	Batch  struct {
		Epoch, Number, Batches, Images, Size                        int
		Loss, Accuracy, LossAfter, AccuracyAfter, Predicted, Actual *float64
		Members                                                     []struct{ Index, Label, Prediction int }
		Pixels                                                      []byte
		Varied                                                      bool
	}
	Update struct {
		Layer                   string
		Shape                   []int
		Before, Gradient, After []float64
		Bias, GradientBias      float64
		BiasAfter               *float64
	}
	Cost       struct{ Forward, Backward, Step, Epoch int64 }
	Milestones []struct {
		Name string
		Step int
		Loss float64
	}
}

// lesson asks for a lesson.
func (s *site) lesson(id string, step int, query string) (l lessonAnswer) {
	s.Helper()
	s.into(s.get(fmt.Sprintf("/api/runs/%s/lesson/%d%s", id, step, query)), &l)
	return l
}

// lessonRun has a run that rests at a step.
func lessonRun(t *testing.T, c train.Config, steps int) (*site, string) {
	t.Helper()
	s := serve(t, nil)
	id := s.open(c)
	if steps > 0 {
		s.step(id, steps)
	}
	return s, id
}

var lessonConfig = train.Config{Architecture: "tiny", Epochs: 2, BatchSize: 20, Seed: 7}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-4*max(1, math.Abs(b)) }

func wantNear(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d values, want %d", what, len(got), len(want))
	}
	for i := range got {
		if !near(got[i], want[i]) {
			t.Fatalf("%s: value %d is %v, computed naively it is %v", what, i, got[i], want[i])
		}
	}
}

func floats(raw []byte) (all []float64) {
	for ; len(raw) >= 4; raw = raw[4:] {
		all = append(all, float64(math.Float32frombits(binary.LittleEndian.Uint32(raw))))
	}
	return all
}

// The numbers of a lesson are those of the training: with the recorded weights
// and the images that it shows, a naive computation in float64 finds the same.
func TestLessonIsTheTrainingsOwn(t *testing.T) {
	s, id := lessonRun(t, lessonConfig, 12)
	for _, step := range []int{1, 7, 12} {
		l := s.lesson(id, step, "?level=mid&unit=1")
		if !l.Taken || l.Exact == nil || !*l.Exact || l.WhatIf != nil || l.Newest != 12 {
			t.Errorf("step %d: taken %v, exact %v", step, l.Taken, l.Exact)
		}
		before, err := s.runs.Snapshot(t.Context(), id, step-1)
		if err != nil {
			t.Fatal(err)
		}
		after, err := s.runs.Snapshot(t.Context(), id, step)
		if err != nil {
			t.Fatal(err)
		}
		checkPass(t, l, l.Before, before.Net)
		checkPass(t, l, *l.After, after.Net)
		checkMaps(s, id, step, l, before.Net)
		checkBatch(t, l, before.Net, after.Net)
	}
}

func checkPass(t *testing.T, l lessonAnswer, got lessonPass, net *nn.Network) {
	t.Helper()
	mean := 0.0
	for i, digit := range l.Digits {
		want := naive.Propagate(net, digit.Pixels, byte(digit.Label))
		p := want.Probabilities()
		loss := -math.Log(p[digit.Label])
		mean += loss / float64(len(l.Digits))
		wantNear(t, "logits", got.Logits[i], want.Logits())
		wantNear(t, "probabilities", got.Probabilities[i], p)
		wantNear(t, "p - y", got.Deltas[i], want.Slopes[len(want.Slopes)-1])
		wantNear(t, "losses", got.Losses[i:i+1], []float64{loss})
	}
	wantNear(t, "mean loss", []float64{got.Loss}, []float64{mean})
}

func checkMaps(s *site, id string, step int, l lessonAnswer, net *nn.Network) {
	s.Helper()
	digit := 2
	want := naive.Propagate(net, l.Digits[digit].Pixels, byte(l.Digits[digit].Label))
	for k, layer := range net.Arch.Layers {
		for of, values := range map[string][]float64{"output": want.Outputs[k+1], "gradient": want.Slopes[k+1]} {
			a := s.get(fmt.Sprintf("/api/runs/%s/lesson/%d/maps/%s?digit=%d&of=%s", id, step, layer.Name, digit, of))
			if shape := fmt.Sprintf("%d %d %d", layer.Out.H, layer.Out.W, layer.Out.C); a.Header.Get("X-Shape") != shape {
				s.Errorf("%s: the shape %q, want %q", layer.Name, a.Header.Get("X-Shape"), shape)
			}
			wantNear(s.TB.(*testing.T), layer.Name+" "+of, floats(a.body), values)
		}
	}
}

func checkBatch(t *testing.T, l lessonAnswer, before, after *nn.Network) {
	t.Helper()
	n := len(l.Batch.Members)
	if n != 20 || l.Batch.Size != n || len(l.Batch.Pixels) != n*28*28 {
		t.Fatalf("the batch has %d images, %d told of", l.Batch.Size, n)
	}
	gradient := make([]float64, len(before.Weights))
	loss, lossAfter := 0.0, 0.0
	for i, m := range l.Batch.Members {
		pixels := make([]float32, 28*28)
		for j := range pixels {
			pixels[j] = float32(l.Batch.Pixels[i*28*28+j]) / 255
		}
		one := naive.Propagate(before, pixels, byte(m.Label))
		for j, g := range one.Gradient {
			gradient[j] += g / float64(n)
		}
		loss -= math.Log(one.Probabilities()[m.Label]) / float64(n)
		lossAfter -= math.Log(naive.Propagate(after, pixels, byte(m.Label)).Probabilities()[m.Label]) / float64(n)
	}
	predicted := 0.0
	for i, g := range gradient {
		predicted += g * float64(after.Weights[i]-before.Weights[i])
	}
	wantNear(t, "losses of the batch", []float64{*l.Batch.Loss, *l.Batch.LossAfter, *l.Batch.Predicted, *l.Batch.Actual}, []float64{loss, lossAfter, predicted, lossAfter - loss})
	layer, err := before.Arch.Level(l.Update.Layer)
	if err != nil {
		t.Fatal(err)
	}
	indices := before.Arch.Layers[layer].Incoming(1)
	bias := len(indices) - 1
	for i, at := range indices[:bias] {
		wantNear(t, "a weight, its gradient, and what it becomes", []float64{l.Update.Before[i], l.Update.Gradient[i], l.Update.After[i]},
			[]float64{float64(before.Weights[at]), gradient[at], float64(after.Weights[at])})
	}
	wantNear(t, "the bias", []float64{l.Update.Bias, l.Update.GradientBias, *l.Update.BiasAfter},
		[]float64{float64(before.Weights[indices[bias]]), gradient[indices[bias]], float64(after.Weights[indices[bias]])})
}

// With a small learning rate the loss changes by what the gradient predicts.
func TestLessonPredictsTheChange(t *testing.T) {
	s, id := lessonRun(t, train.Config{Architecture: "tiny", Epochs: 2, BatchSize: 20, Seed: 7, Optimizer: "sgd", Schedule: train.Constant, LearningRate: 0.01}, 3)
	l := s.lesson(id, 4, "?learningRate=0.0005")
	predicted, actual := *l.Batch.Predicted, *l.Batch.Actual
	if predicted >= 0 || math.Abs(actual-predicted) > 0.1*math.Abs(predicted) {
		t.Errorf("predicted %v, actual %v", predicted, actual)
	}
}

// The next step can be looked at before it is taken, and is then what the run
// does. What was taken is the same whenever it is looked at.
func TestLessonStepIsRepeated(t *testing.T) {
	s, id := lessonRun(t, lessonConfig, 0)
	coming := s.lesson(id, 1, "")
	if coming.Taken || coming.Exact != nil || coming.Batch.Number != 1 || coming.Batch.Epoch != 1 {
		t.Errorf("the first step, not taken yet: taken %v, exact %v, batch %d of epoch %d", coming.Taken, coming.Exact, coming.Batch.Number, coming.Batch.Epoch)
	}
	s.step(id, 1)
	taken := s.lesson(id, 1, "")
	if !taken.Taken || taken.Exact == nil || !*taken.Exact {
		t.Errorf("the first step: taken %v, exact %v", taken.Taken, taken.Exact)
	}
	same := func(a, b lessonAnswer) bool {
		return slices.Equal(a.Update.After, b.Update.After) && *a.Batch.Loss == *b.Batch.Loss && *a.Batch.LossAfter == *b.Batch.LossAfter && string(a.Batch.Pixels) == string(b.Batch.Pixels)
	}
	if !same(coming, taken) {
		t.Error("the run took another step than the one that was shown to come")
	}
	s.step(id, 3)
	s.lesson(id, 4, "")
	if !same(taken, s.lesson(id, 1, "")) {
		t.Error("looked at again the step is another one")
	}
}

// With other settings the lesson tells what would have happened, beside what
// did; nothing is recorded.
func TestLessonWithOtherSettings(t *testing.T) {
	s, id := lessonRun(t, lessonConfig, 6)
	l := s.lesson(id, 5, "?learningRate=50&from=2")
	if l.WhatIf == nil || l.WhatIf.From != 2 || l.WhatIf.LearningRate != 50 || l.WhatIf.BatchSize != 20 || l.Taken || l.Exact != nil {
		t.Errorf("what if: %+v, taken %v", l.WhatIf, l.Taken)
	}
	if len(l.Path) != 3 || len(l.Actual) != 3 || l.Path[0].Loss != l.Actual[0].Loss || l.Path[2].Loss < 2*l.Actual[2].Loss {
		t.Errorf("a learning rate of 50 gives the losses %+v beside %+v", l.Path, l.Actual)
	}
	if l = s.lesson(id, 3, "?batchSize=7"); l.Batch.Size != 7 || len(l.Batch.Members) != 7 || l.Settings.BatchSize != 7 {
		t.Errorf("a batch of %d with %d members", l.Batch.Size, len(l.Batch.Members))
	}
	if l = s.lesson(id, 20, "?learningRate=0.01&from=6"); len(l.Path) != 14 || len(l.Actual) != 0 || l.Problem != "" {
		t.Errorf("behind the newest step: %d steps beside %d", len(l.Path), len(l.Actual))
	}
	info, err := s.runs.Get(t.Context(), id)
	if err != nil || info.Status.Step != 6 || info.Status.LearningRate == 50 {
		t.Errorf("the run is at step %d with a learning rate of %v", info.Status.Step, info.Status.LearningRate)
	}
}

// A step that cannot be taken is named, with what led there.
func TestLessonOfADivergingRun(t *testing.T) {
	const linear = "conv 5x5x4 stride 2 | conv 3x3x8 stride 2 | dense classes"
	s, id := lessonRun(t, train.Config{Architecture: linear, Optimizer: "sgd", LearningRate: 0.01, Schedule: train.Constant, BatchSize: 20}, 2)
	l := s.lesson(id, 60, "?learningRate=100&from=1")
	if !strings.Contains(l.Problem, fmt.Sprintf("step %d", l.Step)) || l.Step >= 60 || l.After != nil || l.Batch.LossAfter != nil || l.Update.After != nil {
		t.Errorf("step %d: %q, after %v", l.Step, l.Problem, l.After)
	}
	s.wantError(s.ask("GET", fmt.Sprintf("/api/runs/%s/lesson/%d/origin/conv1?weights=after&learningRate=100&from=1", id, l.Step), ""), 409, "no weights")
	if _, err := s.runs.Command(t.Context(), id, train.Command{Kind: train.Adjust, Change: train.Change{LearningRate: ptr(100.0)}}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.runs.Command(t.Context(), id, train.Command{Kind: train.Step, Steps: 60}); err == nil {
		t.Fatal("the run does not diverge")
	}
	info, err := s.runs.Get(t.Context(), id)
	if err != nil || info.Status.State != train.Failed {
		t.Fatalf("the run is %s, %v", info.Status.State, err)
	}
	l = s.lesson(id, info.Status.Step+1, "")
	if l.Taken || !strings.Contains(l.Problem, fmt.Sprint(info.Status.Step+1)) {
		t.Errorf("the step that the run failed at: taken %v, %q", l.Taken, l.Problem)
	}
}

func ptr[T any](v T) *T { return &v }

// Counts and costs are those of the network, and an epoch's batches are all
// its images.
func TestLessonCounts(t *testing.T) {
	s, id := lessonRun(t, train.Config{Architecture: "conv 3x3x2 stride 2 | relu | dense classes", BatchSize: 100, Epochs: 2, Data: "mnist"}, 0)
	l := s.lesson(id, 1, "")
	conv, dense := l.Network.Layers[0], l.Network.Layers[2]
	if l.Batch.Varied {
		t.Error("images of MNIST alone are said to be changed at random")
	}
	if conv.Weights != 18 || conv.Biases != 2 || conv.Multiplications != 18*13*13 || dense.Weights != 3380 || dense.Biases != 10 || l.Network.Parameters != 18+2+3380+10 {
		t.Errorf("the network has %+v", l.Network)
	}
	if l.Cost.Forward != 18*13*13+3380 || l.Cost.Step != 100*(l.Cost.Forward+l.Cost.Backward) || l.Cost.Epoch != int64(l.Batch.Images)*(l.Cost.Forward+l.Cost.Backward) {
		t.Errorf("it costs %+v", l.Cost)
	}
	if l.Batch.Batches*100 < l.Batch.Images || (l.Batch.Batches-1)*100 >= l.Batch.Images {
		t.Errorf("%d batches of 100 are %d images", l.Batch.Batches, l.Batch.Images)
	}
	for i, n := range []int{18, 3380} {
		sum := 0
		for _, count := range l.Start[i].Counts {
			sum += count
		}
		if sum != n {
			t.Errorf("the histogram %d counts %d weights, want %d", i, sum, n)
		}
	}
	s.step(id, l.Batch.Batches+1)
	l = s.lesson(id, l.Batch.Batches+1, "")
	var names []string
	for _, m := range l.Milestones {
		names = append(names, m.Name)
	}
	if l.Batch.Epoch != 2 || l.Batch.Number != 1 || !slices.Equal(names, []string{"start", "epoch", "now"}) {
		t.Errorf("after an epoch: batch %d of epoch %d, milestones %v", l.Batch.Number, l.Batch.Epoch, names)
	}
}

// Where a value comes from is told for all kinds of layers.
func TestLessonOrigins(t *testing.T) {
	s, id := lessonRun(t, lessonConfig, 2)
	before, err := s.runs.Snapshot(t.Context(), id, 1)
	if err != nil {
		t.Fatal(err)
	}
	l := s.lesson(id, 2, "")
	want := naive.Propagate(before.Net, l.Digits[1].Pixels, byte(l.Digits[1].Label))
	for k, layer := range before.Net.Arch.Layers {
		y, x, c := layer.Out.H/2, layer.Out.W/2, layer.Out.C-1
		var o struct {
			Kind, Of          string
			Value, Bias, Rest float64
			Terms             []struct{ Product float64 }
		}
		s.into(s.get(fmt.Sprintf("/api/runs/%s/lesson/2/origin/%s?digit=1&row=%d&column=%d&unit=%d", id, layer.Name, y, x, c)), &o)
		sum := o.Bias + o.Rest
		for _, term := range o.Terms {
			sum += term.Product
		}
		value := want.Outputs[k+1][(y*layer.Out.W+x)*layer.Out.C+c]
		if !near(o.Value, value) || !near(sum, value) || o.Kind != layer.Kind.String() || (k == 0) != (o.Of == "input") {
			t.Errorf("%s: the value is told as %v, and adds up to %v; it is %v: %+v", layer.Name, o.Value, sum, value, o)
		}
	}
}

// Values of the weights after a step are told before the run takes it.
func TestLessonOriginsAfterTheStep(t *testing.T) {
	s, id := lessonRun(t, lessonConfig, 2)
	var o struct{ Value float64 }
	l := s.lesson(id, 3, "")
	s.into(s.get("/api/runs/"+id+"/lesson/3/origin/dense1?digit=1&unit=4&weights=after"), &o)
	if want := l.After.Logits[1][4]; o.Value != want {
		t.Errorf("the score of a 4 after the step is told as %v, it is %v", o.Value, want)
	}
}

func TestLessonRefusesWhatIsImpossible(t *testing.T) {
	s, id := lessonRun(t, lessonConfig, 3)
	lesson := "/api/runs/" + id + "/lesson/"
	for path, want := range map[string]struct {
		status int
		words  string
	}{
		lesson + "0":                           {400, "from 1"},
		lesson + "x":                           {400, "whole number"},
		lesson + "5":                           {404, "the run is at step 3"},
		lesson + "2?from=0":                    {400, "learningRate"},
		lesson + "2?from=5&learningRate=1":     {400, "from"},
		lesson + "9?from=7&learningRate=1":     {404, "the run is at step 3"},
		lesson + "200?from=3&learningRate=1":   {400, "100 steps"},
		lesson + "2?learningRate=-1":           {400, "learningRate"},
		lesson + "2?batchSize=0":               {400, "batchSize"},
		lesson + "2?batchSize=1000000":         {400, "batch"},
		lesson + "2?level=top":                 {404, "conv1"},
		lesson + "2?level=low&unit=99":         {400, "unit"},
		lesson + "2?colour=red":                {400, "colour"},
		lesson + "2/maps/conv9":                {404, "conv1"},
		lesson + "2/maps/conv1?digit=4":        {400, "digit"},
		lesson + "2/maps/conv1?of=dreams":      {400, "gradient"},
		lesson + "2/origin/conv1?row=28":       {400, "row"},
		lesson + "2/origin/conv1?weights=mine": {400, "before"},
		lesson + "2/origin/conv1?unit=99":      {400, "unit"},
		"/api/runs/nothing/lesson/1":           {404, "no such run"},
	} {
		s.wantError(s.ask("GET", path, ""), want.status, want.words)
	}
}

// Any shape of images and any number of convolutions has a lesson.
func TestLessonOfOtherNetworks(t *testing.T) {
	for name, arch := range map[string]string{
		"one": "conv 3x3x3 | relu | dense classes",
		"ten": strings.Repeat("conv 3x3x2 pad 1 | relu | ", 10) + "maxpool 2 | dense classes",
	} {
		t.Run(name, func(t *testing.T) {
			s, id := lessonRun(t, train.Config{Architecture: arch, BatchSize: 10}, 1)
			l := s.lesson(id, 1, "")
			if l.Exact == nil || !*l.Exact || len(l.Before.Logits) != 4 {
				t.Errorf("exact %v, %d digits", l.Exact, len(l.Before.Logits))
			}
		})
	}
}

// Walking from step to step gives what asking for the last one gives, and what
// was changed on the way counts.
func TestLessonWalks(t *testing.T) {
	s, id := lessonRun(t, lessonConfig, 4)
	for step := 5; step <= 12; step++ {
		coming := s.lesson(id, step, "")
		s.step(id, 1)
		taken := s.lesson(id, step, "")
		if taken.Exact == nil || !*taken.Exact || !slices.Equal(coming.Update.After, taken.Update.After) {
			t.Errorf("step %d: exact %v", step, taken.Exact)
		}
		if step%3 == 0 {
			change := train.Change{LearningRate: ptr(0.001 * float64(step)), Units: []train.Intervention{{Level: "low", Unit: step % 2, Action: train.Reinitialize}}}
			if _, err := s.runs.Command(t.Context(), id, train.Command{Kind: train.Adjust, Change: change}); err != nil {
				t.Fatal(err)
			}
		}
	}
	other, twin := lessonRun(t, lessonConfig, 4)
	jumped := other.lesson(twin, 30, "?learningRate=0.02&from=4")
	var walked lessonAnswer
	for step := 5; step <= 30; step++ {
		walked = s.lesson(id, step, "?learningRate=0.02&from=4")
	}
	if len(walked.Path) != 26 || !slices.Equal(walked.Path, jumped.Path) || !slices.Equal(walked.Update.After, jumped.Update.After) {
		t.Errorf("walking ends with %+v, jumping with %+v", walked.Path[len(walked.Path)-1], jumped.Path[len(jumped.Path)-1])
	}
}
