package exam_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"filterscope/nn"
	"filterscope/nn/exam"
)

// A network of colour images of an odd size with 26 classes, and n images of noise.
func letters(t testing.TB, text string, n int) (*nn.Network, nn.Examples) {
	t.Helper()
	a, err := nn.ParseArchitecture(text, nn.Shape{H: 9, W: 7, C: 3}, 26)
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(3, 4))
	ex := nn.Examples{Images: make([]byte, n*a.Input.Size()), Labels: make([]byte, n)}
	for i := range ex.Images {
		ex.Images[i] = byte(random.IntN(256))
	}
	for i := range ex.Labels {
		ex.Labels[i] = byte(random.IntN(25)) // no image of the last class
	}
	return nn.NewNetwork(a, 5), ex
}

const odd = "conv 3x2x5 pad 1 | relu | maxpool 2 | conv 2x3x9 pad 1 | relu | dense classes"

// The answers are what the network says of each image alone, and their sums what Evaluate counts, bit for bit.
func TestAnswersAreTheNetworks(t *testing.T) {
	net, ex := letters(t, odd, 103)
	parallel := nn.NewParallel(net.Arch, 1, 103)
	defer parallel.Close()
	index := make([]int32, 103)
	for i := range index {
		index[i] = int32(i)
	}
	var want nn.Evaluation
	parallel.Evaluate(net, ex, index, &want)
	for _, workers := range []int{1, 3} {
		answers := exam.Take(net, ex, workers)
		if diff := cmp.Diff(want, answers.Evaluation()); diff != "" {
			t.Errorf("with %d workers (-Evaluate +answers)\n%s", workers, diff)
		}
		w := nn.NewWorkspace(net.Arch, 1)
		p := make([]float32, 26)
		for i := range ex.Labels {
			w.SetInputBytes(0, ex.Images[i*net.Arch.Input.Size():][:net.Arch.Input.Size()])
			nn.Softmax(net.Forward(w, 1), p)
			for c, v := range answers.Of(i) {
				if math.Abs(float64(v-p[c])) > 1e-6 {
					t.Fatalf("image %d, class %d: %v, want %v", i, c, v, p[c])
				}
			}
			if loss := -math.Log(float64(p[ex.Labels[i]])); math.Abs(loss-answers.Losses[i]) > 1e-5 {
				t.Fatalf("image %d has the loss %v, want %v", i, answers.Losses[i], loss)
			}
			if answers.Confidence(i) != slices.Max(answers.Of(i)) {
				t.Fatalf("image %d: confidence %v of %v", i, answers.Confidence(i), answers.Of(i))
			}
		}
	}
}

func TestDivergedAnswersAreNoNumbers(t *testing.T) {
	net, ex := letters(t, odd, 5)
	if !exam.Take(net, ex, 1).AreNumbers() {
		t.Error("the answers of random weights are said to be no numbers")
	}
	net.Weights[0] = float32(math.NaN())
	if exam.Take(net, ex, 1).AreNumbers() {
		t.Error("answers without numbers are said to be numbers")
	}
}

// made are answers with given labels, predictions, confidences and losses.
func made(labels, predictions string, confidences, losses []float64) *exam.Answers {
	a := &exam.Answers{Classes: 3, Losses: losses}
	for i := range labels {
		a.Labels = append(a.Labels, labels[i]-'0')
		a.Predictions = append(a.Predictions, predictions[i]-'0')
		p := []float32{0, 0, 0}
		p[predictions[i]-'0'] = float32(confidences[i])
		a.Probabilities = append(a.Probabilities, p...)
	}
	return a
}

func TestCellsAndWorst(t *testing.T) {
	a := made("0012210", "0102211", []float64{1, 1, 1, 1, 1, 1, 1}, []float64{0.5, 3, 7, 0.1, 0.2, 9, 3})
	for _, c := range []struct {
		what      string
		got, want []int
	}{
		{"worst", a.Worst(10), []int{2, 1, 6}},
		{"worst two", a.Worst(2), []int{2, 1}},
		{"0 taken for 1", a.Cell(0, 1), []int{1, 6}}, // of equal losses the first image first
		{"right 2", a.Cell(2, 2), []int{4, 3}},
		{"1 taken for 2", a.Cell(1, 2), []int{}},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", c.what, diff)
		}
	}
}

func TestScores(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		confusion [][]int
		want      []exam.Score
	}{
		{[][]int{{8, 2}, {4, 6}}, []exam.Score{{0.8, 8. / 12, 16. / 22}, {0.6, 6. / 8, 12. / 18}}},
		{[][]int{{5, 0, 1}, {0, 0, 0}, {0, 0, 3}}, []exam.Score{{5. / 6, 1, 10. / 11}, {nan, nan, nan}, {1, 0.75, 6. / 7}}},
		{[][]int{{0, 2}, {0, 0}}, []exam.Score{{0, nan, 0}, {nan, 0, 0}}},
	} {
		if diff := cmp.Diff(c.want, exam.Scores(c.confusion), cmp.Comparer(func(a, b float64) bool {
			return math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) < 1e-15
		})); diff != "" {
			t.Errorf("%v (-want +got)\n%s", c.confusion, diff)
		}
	}
}

// The calibration is counted by hand for a few answers, ends of bins among them, and naively for many.
func TestCalibration(t *testing.T) {
	a := made("01201", "01101", []float64{1, 0.5, 0.75, 0.5, 0.25}, make([]float64, 5))
	c := a.Calibration(4)
	want := []exam.Bin{{}, {1, 0.25, 1}, {2, 0.5, 1}, {2, 0.875, 0.5}}
	if diff := cmp.Diff(want, c.Bins); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if want := (0.75*1 + 0.5*2 + 0.375*2) / 5; math.Abs(c.Error-want) > 1e-15 {
		t.Errorf("the error is %v, want %v", c.Error, want)
	}
	if empty := (&exam.Answers{Classes: 2}).Calibration(10); empty.Error != 0 || len(empty.Bins) != 10 {
		t.Errorf("without images it is %+v", empty)
	}

	net, ex := letters(t, odd, 300)
	answers := exam.Take(net, ex, 2)
	naive := 0.0
	for bin := range 10 {
		sure, right, n := 0.0, 0.0, 0.0
		for i := range ex.Labels {
			p := float64(answers.Confidence(i))
			if p < float64(bin)/10 || bin < 9 && p >= float64(bin+1)/10 {
				continue
			}
			n++
			sure += p
			if answers.Predictions[i] == ex.Labels[i] {
				right++
			}
		}
		naive += math.Abs(sure - right)
	}
	if got := answers.Calibration(10).Error; math.Abs(got-naive/300) > 1e-12 {
		t.Errorf("the error is %v, naively %v", got, naive/300)
	}
}
