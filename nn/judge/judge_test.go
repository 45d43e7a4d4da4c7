package judge

import (
	"math"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"filterscope/nn"
	"filterscope/nn/digits"
	"filterscope/nn/train"
)

var mnist = sync.OnceValues(digits.MNIST)

// some are 6,000 images of MNIST with a quarter of the pen digits mixed in, and 1,000 to test.
func some(t testing.TB) *digits.Data {
	t.Helper()
	all, err := mnist()
	if err != nil {
		t.Fatal(err)
	}
	data := *all
	pen := *all.Train.Mixed
	pen.Images, pen.Labels = pen.Images[60000*784:62000*784], pen.Labels[60000:62000]
	data.Train, data.Test = all.Train.Head(6000).Mix(&pen), all.Test.Head(1000)
	return &data
}

func untrained(t testing.TB, text string) *nn.Network {
	t.Helper()
	arch, err := nn.ParseArchitecture(text, nn.Shape{H: 28, W: 28, C: 1}, 10)
	if err != nil {
		t.Fatal(err)
	}
	return nn.NewNetwork(arch, 1)
}

// A net that was trained for a second tells scribbles and digits that stand wrong from digits, by writers it knows or not.
func TestJudge(t *testing.T) {
	data := some(t)
	j := New(lastNet(t, train.Config{Epochs: 3}, data), NewSample(data.Train))
	pen, err := digits.PenDigits()
	if err != nil {
		t.Fatal(err)
	}
	real, none := &tally{}, &tally{}
	for i := range data.Test.Len() {
		real.mark(data.Test.Label(i), j.Image(pixels(data.Test.Image(i))))
	}
	for _, k := range kindsOf(pen[7000:7300]) {
		for _, drawing := range k.drawings {
			none.mark(-1, j.Image(drawingPixels(t, drawing)))
		}
	}
	if got := real.rejected(); got > 0.05 {
		t.Errorf("%.1f %% of the digits are rejected", 100*got)
	}
	if got := none.rejected(); got < 0.6 {
		t.Errorf("%.1f %% of the non-digits are rejected", 100*got)
	}
	if real.accuracy() < 0.94 || real.calibrationError() > 0.05 {
		t.Errorf("accuracy %.3f, calibration error %.3f", real.accuracy(), real.calibrationError())
	}
	if o := j.Image(make([]float32, 784)); o.Verdict != NoDigit {
		t.Errorf("an empty image is %q", o.Verdict)
	}
	image := pixels(data.Test.Image(0))
	want := j.Image(image)
	if sum := sum(want.Probabilities); math.Abs(sum-1) > 1e-5 || want.Confidence != float64(slices.Max(want.Probabilities)) {
		t.Errorf("probabilities %v with confidence %v", want.Probabilities, want.Confidence)
	}
	var asked sync.WaitGroup
	for range 8 {
		asked.Go(func() {
			if d := cmp.Diff(want, j.Image(image)); d != "" {
				t.Errorf("asked at the same time, the opinion differs:\n%s", d)
			}
		})
	}
	asked.Wait()
}

func sum(values []float32) (total float64) {
	for _, v := range values {
		total += float64(v)
	}
	return total
}

// A network of any shape has a judge before its first step, also over a data set that has only its own images, or two.
func TestJudgeOfRandomStart(t *testing.T) {
	data := some(t)
	samples := map[string]*Sample{
		"mixed": NewSample(data.Train), "own": NewSample(data.Train.Head(300)), "two": NewSample(data.Train.Head(2)),
	}
	for _, text := range []string{"n1", "tiny", "lenet5", "dense classes"} {
		for name, sample := range samples {
			j := New(untrained(t, text), sample)
			for i := range 20 {
				o := j.Image(pixels(data.Test.Image(i)))
				if math.IsNaN(o.Likeness) || math.Abs(sum(o.Probabilities)-1) > 1e-5 || o.Probabilities[o.Label] != slices.Max(o.Probabilities) {
					t.Errorf("%s, sample %s: %+v", text, name, o)
				}
			}
		}
	}
}

// The same data set has the same sample, whose parts share no image.
func TestSampleIsFixed(t *testing.T) {
	data := some(t)
	a, b := NewSample(data.Train), NewSample(data.Train)
	if d := cmp.Diff(a, b, cmp.AllowUnexported(Sample{})); d != "" {
		t.Errorf("two samples differ:\n%s", d)
	}
	if a.digits.Len() != ownDigits+mixedDigits || a.calibrate.Len() != 2*calibrating || a.others.Len() != nonDigits {
		t.Errorf("%d digits, %d to calibrate, %d others", a.digits.Len(), a.calibrate.Len(), a.others.Len())
	}
	bank := map[string]bool{}
	for i := range a.digits.Len() {
		bank[string(a.digits.Image(i))] = true
	}
	for i := range a.calibrate.Len() {
		if bank[string(a.calibrate.Image(i))] {
			t.Errorf("image %d to calibrate is in the bank", i)
		}
	}
	if own := NewSample(data.Train.Head(100)); own.others != nil {
		t.Error("a data set with only its own images has non-digits")
	}
}

func TestStrangersAreMadeAsTheirNamesSay(t *testing.T) {
	s := &digits.Set{H: 4, W: 4, C: 1}
	image := []byte{
		1, 2, 3, 4,
		0, 0, 0, 5,
		0, 0, 0, 6,
		9, 0, 8, 7,
	}
	for name, c := range map[string]struct{ got, want []byte }{
		"mirror": {mirror(s, image), []byte{
			4, 3, 2, 1,
			5, 0, 0, 0,
			6, 0, 0, 0,
			7, 8, 0, 9,
		}},
		"turn": {turn(s, image, 1), []byte{
			9, 0, 0, 1,
			0, 0, 0, 2,
			8, 0, 0, 3,
			7, 6, 5, 4,
		}},
		"four turns": {turn(s, image, 4), image},
		"upper half": {halves(s, image, make([]byte, 16), 0), []byte{
			1, 2, 3, 4,
			0, 0, 0, 5,
			0, 0, 0, 0,
			0, 0, 0, 0,
		}},
		"left half": {halves(s, image, make([]byte, 16), 3), []byte{
			0, 0, 3, 4,
			0, 0, 0, 5,
			0, 0, 0, 6,
			0, 0, 8, 7,
		}},
	} {
		if d := cmp.Diff(c.want, c.got); d != "" {
			t.Errorf("%s (-want +got)\n%s", name, d)
		}
	}
}

func TestNearness(t *testing.T) {
	all := [][]float32{{1, 0}, {0, 1}, {0.6, 0.8}, {-1, 0}}
	if got, want := nearness([]float32{1, 0}, all), 1.6/3; math.Abs(got-want) > 1e-6 {
		t.Errorf("nearness %v, want %v", got, want)
	}
	if got := nearness([]float32{1, 0}, nil); got != 0 {
		t.Errorf("nearness to nothing is %v", got)
	}
}

func BenchmarkJudge(b *testing.B) {
	data := some(b)
	sample := NewSample(data.Train)
	net := untrained(b, "n1")
	b.Run("new", func(b *testing.B) {
		for b.Loop() {
			New(net, sample)
		}
	})
	b.Run("image", func(b *testing.B) {
		j, image := New(net, sample), pixels(data.Test.Image(0))
		for b.Loop() {
			j.Image(image)
		}
	})
}
