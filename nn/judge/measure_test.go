package judge

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"testing"

	"filterscope/nn"
	"filterscope/nn/digits"
	"filterscope/nn/train"
)

// longVariable asks for the tests that take minutes.
const longVariable = "FILTERSCOPE_LONG"

const folds = 5 // of six writers each

// TestDrawnDigits trains five default runs, each without the pen digits of six writers, and measures what the network at
// the end makes of MNIST's test set, of those writers' digits and of drawings that are none:
//
//	FILTERSCOPE_LONG=1 go test ./nn/judge -run DrawnDigits -v
func TestDrawnDigits(t *testing.T) {
	if os.Getenv(longVariable) == "" {
		t.Skip(longVariable + " is not set")
	}
	mnist, err := digits.MNIST()
	if err != nil {
		t.Fatal(err)
	}
	pen, err := digits.PenDigits()
	if err != nil {
		t.Fatal(err)
	}
	scanned, drawn, none := newMarks(), newMarks(), newMarks()
	for fold := range folds {
		known, unseen := byWriter(pen, fold)
		data := *mnist
		data.Train = mnist.Train.Head(mnist.Train.Len()).Mix(penSet(t, known))
		j := New(lastNet(t, train.Config{}, &data), NewSample(data.Train))
		for i := range data.Test.Len() {
			scanned.mark("test set", data.Test.Label(i), j.Image(pixels(data.Test.Image(i))))
		}
		set := penSet(t, unseen)
		for i, d := range unseen {
			drawn.mark(fmt.Sprintf("writer %2d", d.Writer), d.Label, j.Image(pixels(set.Image(i))))
		}
		for _, k := range kindsOf(unseen) {
			for _, drawing := range k.drawings {
				none.mark(k.name, -1, j.Image(drawingPixels(t, drawing)))
			}
		}
	}
	scanned.report(t)
	drawn.report(t)
	none.report(t)
	check := func(what string, got float64, ok bool) {
		t.Logf("%s: %.2f %%", what, 100*got)
		if !ok {
			t.Errorf("%s: %.2f %% is short of the goal", what, 100*got)
		}
	}
	check("accuracy on MNIST's test set", scanned.all.accuracy(), scanned.all.accuracy() >= 0.993)
	check("accuracy on digits of unseen writers", drawn.all.accuracy(), drawn.all.accuracy() >= 0.985)
	check("expected calibration error on unseen writers", drawn.all.calibrationError(), drawn.all.calibrationError() < 0.01)
	check("expected calibration error on the test set", scanned.all.calibrationError(), scanned.all.calibrationError() < 0.01)
	check("digits of unseen writers rejected", drawn.all.rejected(), drawn.all.rejected() < 0.02)
	check("digits of the test set rejected", scanned.all.rejected(), scanned.all.rejected() < 0.02)
	check("non-digits rejected", none.all.rejected(), none.all.rejected() >= 0.8)
}

// byWriter divides pen digits into those of known writers and those of a fold's.
func byWriter(pen []digits.PenDigit, fold int) (known, unseen []digits.PenDigit) {
	for _, d := range pen {
		if d.Writer%folds == fold {
			unseen = append(unseen, d)
		} else {
			known = append(known, d)
		}
	}
	return known, unseen
}

func penSet(t *testing.T, pen []digits.PenDigit) *digits.Set {
	t.Helper()
	set, err := digits.PenSet(pen, 28, 28)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func pixels(image []byte) []float32 {
	to := make([]float32, len(image))
	for i, v := range image {
		to[i] = float32(v) / 255
	}
	return to
}

func drawingPixels(t *testing.T, strokes []digits.Stroke) []float32 {
	t.Helper()
	d, err := digits.Rasterize(strokes, 28, 28)
	if err != nil {
		t.Fatal(err)
	}
	return d.Pixels
}

// lastNet carries a run out and returns its last weights.
func lastNet(t *testing.T, c train.Config, data *digits.Data) *nn.Network {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	log := &lastSnapshot{end: cancel}
	run, err := train.New(c, data, log, train.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := run.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	return log.net
}

// lastSnapshot is a log that keeps the newest weights, and ends a run that has finished.
type lastSnapshot struct {
	net *nn.Network
	end func()
}

func (l *lastSnapshot) Append(_ context.Context, r train.Record) error {
	if r.Snapshot != nil {
		l.net = r.Snapshot.Net
	}
	if r.Status.State.Ended() {
		l.end()
	}
	return nil
}

// marks are tallies by group, and of all.
type marks struct {
	names []string
	group map[string]*tally
	all   tally
}

func newMarks() *marks { return &marks{group: map[string]*tally{}} }

func (m *marks) mark(group string, label int, o Opinion) {
	if m.group[group] == nil {
		m.names = append(m.names, group)
		m.group[group] = &tally{}
	}
	m.group[group].mark(label, o)
	m.all.mark(label, o)
}

func (m *marks) report(t *testing.T) {
	for _, name := range m.names {
		g := m.group[name]
		t.Logf("%-24s %6d images, %6.2f %% right, calibration error %5.2f %%, rejected %6.2f %%, of them not sure %6.2f %%",
			name, g.n, 100*g.accuracy(), 100*g.calibrationError(), 100*g.rejected(), 100*float64(g.verdicts[NotSure])/float64(g.n))
	}
}

// A tally counts opinions.
type tally struct {
	n, correct int
	verdicts   map[Verdict]int
	bins       [15]struct{ confidence, correct float64 }
}

func (c *tally) mark(label int, o Opinion) {
	if c.verdicts == nil {
		c.verdicts = map[Verdict]int{}
	}
	c.n++
	c.verdicts[o.Verdict]++
	b := &c.bins[min(int(o.Confidence*float64(len(c.bins))), len(c.bins)-1)]
	b.confidence += o.Confidence
	if o.Label == label {
		c.correct++
		b.correct++
	}
}

func (c *tally) accuracy() float64 { return float64(c.correct) / float64(c.n) }

// rejected is the share whose verdict is not "digit".
func (c *tally) rejected() float64 { return 1 - float64(c.verdicts[Digit])/float64(c.n) }

// calibrationError is the expected calibration error (Guo et al. 2017, "On calibration of modern neural networks").
func (c *tally) calibrationError() float64 {
	sum := 0.0
	for _, b := range c.bins {
		sum += math.Abs(b.confidence - b.correct)
	}
	return sum / float64(c.n)
}
