package train

import (
	"context"
	"math"
	"slices"
	"testing"
	"time"

	"filterscope/nn"
	"filterscope/nn/digits"
)

// variants are mixtures and augmentations of the default run, by name.
var variants = []struct {
	name string
	c    Config
}{
	{"default", Config{}},
	{"alone", Config{Data: "mnist"}},
	{"mixed", Config{Augmentation: &digits.Augmentation{}}},
	{"affine", Config{Augmentation: &digits.Augmentation{Rotation: 10, Shear: 0.1, Scale: 0.1, Shift: 1}}},
	{"strong", Config{Augmentation: &digits.Augmentation{Rotation: 15, Shear: 0.2, Scale: 0.15, Shift: 1, Elastic: 1.2}}},
	{"width", Config{Augmentation: &digits.Augmentation{Rotation: 10, Shear: 0.1, Scale: 0.1, Shift: 1, Elastic: 0.7, Width: 1}}},
	{"rate-0.008", Config{LearningRate: 0.008}},
	{"epochs-6", Config{Epochs: 6}},
}

// BenchmarkDrawn trains each variant five times, each time without the pen digits of six writers, and reports the mean
// accuracy on MNIST's test set, the mean and the worst writer's accuracy on the digits of writers that were left out, and
// the longest time, evaluations not counted.
//
//	go test ./nn/train -run '^$' -bench Drawn/default -benchtime 1x
func BenchmarkDrawn(b *testing.B) {
	data, err := mnist()
	if err != nil {
		b.Fatal(err)
	}
	pen, err := digits.PenDigits()
	if err != nil {
		b.Fatal(err)
	}
	for _, v := range variants {
		b.Run(v.name, func(b *testing.B) {
			var d drawn
			for b.Loop() {
				d = drawn{byWriter: map[int]*nn.Evaluation{}}
				for fold := range folds {
					d.add(b, v.c, data, pen, fold)
				}
			}
			d.report(b)
		})
	}
}

const folds = 5

// drawn is what a variant's runs came to.
type drawn struct {
	scanned, pen nn.Evaluation
	byWriter     map[int]*nn.Evaluation
	longest      time.Duration
}

// add trains without a fold's writers.
func (d *drawn) add(b *testing.B, c Config, data *digits.Data, pen []digits.PenDigit, fold int) {
	b.Helper()
	unseen := func(d digits.PenDigit) bool { return d.Writer%folds == fold }
	known := slices.DeleteFunc(slices.Clone(pen), unseen)
	left := slices.DeleteFunc(slices.Clone(pen), func(d digits.PenDigit) bool { return !unseen(d) })
	mixed := *data
	mixed.Train = data.Train.Head(data.Train.Len()).Mix(rasterized(b, known))
	r, err := New(c, &mixed, &journal{}, Options{})
	if err != nil {
		b.Fatal(err)
	}
	d.longest = max(d.longest, r.toTheEnd(b))
	parallel := nn.NewParallel(r.arch, r.workers, examSlice)
	defer parallel.Close()
	parallel.Evaluate(r.net, r.sets.test, r.sets.testIndex, &d.scanned)
	set := rasterized(b, left)
	examples := nn.Examples{Images: set.Images, Labels: set.Labels}
	for i, digit := range left {
		if d.byWriter[digit.Writer] == nil {
			d.byWriter[digit.Writer] = &nn.Evaluation{}
		}
		parallel.Evaluate(r.net, examples, []int32{int32(i)}, d.byWriter[digit.Writer])
		parallel.Evaluate(r.net, examples, []int32{int32(i)}, &d.pen)
	}
}

func rasterized(b *testing.B, pen []digits.PenDigit) *digits.Set {
	b.Helper()
	set, err := digits.PenSet(pen, 28, 28)
	if err != nil {
		b.Fatal(err)
	}
	return set
}

// toTheEnd takes all steps and says how long they took.
func (r *Run) toTheEnd(b *testing.B) time.Duration {
	b.Helper()
	r.parallel = nn.NewParallel(r.arch, r.workers, r.status.BatchSize)
	defer r.parallel.Close()
	began := time.Now()
	if err := r.catchUp(context.Background(), r.status.LastStep); err != nil {
		b.Fatal(err)
	}
	return time.Since(began)
}

func (d *drawn) report(b *testing.B) {
	worst := math.Inf(1)
	for _, e := range d.byWriter {
		worst = min(worst, e.Accuracy())
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(100*d.scanned.Accuracy(), "%-mnist")
	b.ReportMetric(100*d.pen.Accuracy(), "%-unseen")
	b.ReportMetric(100*worst, "%-worst-writer")
	b.ReportMetric(d.longest.Seconds(), "s-longest")
}
