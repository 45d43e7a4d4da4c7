package figure

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// placed puts the points of a curve at epochs of 469 steps, or at times of 4 ms.
func placed(c Curve, axis string) Curve {
	each := map[string]float64{epochwise: 1.0 / 469, timewise: 0.004}[axis]
	for i, s := range c.Series {
		for _, step := range s.Step {
			c.Series[i].X = append(c.Series[i].X, float64(step)*each)
		}
	}
	return c
}

// besides draws n more runs, each somewhat worse and longer than the one before.
func besides(c Curve, n int) Curve {
	own := c.Series
	for run := 1; run <= n; run++ {
		c.Runs = append(c.Runs, fmt.Sprintf("rate 0.00%d", run))
		for _, s := range own {
			s.Run, s.Value = run, slices.Clone(s.Value)
			for i := range s.Value {
				if c.Figure == "loss" {
					s.Value[i] *= 1 + 0.3*float64(run)
				} else {
					s.Value[i] *= 1 - 0.02*float64(run)
				}
			}
			c.Series = append([]Series{s}, c.Series...)
		}
	}
	return c
}

// marked marks the last point of the test set as the best.
func crowned(c Curve) Curve {
	for _, s := range c.Series {
		if n := len(s.Step); s.Name == "test" && s.Run == 0 {
			c.Best = &Best{Set: "test", X: s.at(n - 2), Value: s.Value[n-2]}
		}
	}
	return c
}

func TestAxesOfProgress(t *testing.T) {
	for _, test := range []struct {
		o     CurveOptions
		want  Axis
		texts []string
	}{
		{CurveOptions{Axis: "epoch"}, Axis{0, 5, "linear"}, []string{"0", "1", "2", "3", "4", "5", "epoch"}},
		{CurveOptions{Axis: "epoch", XScale: "log"}, Axis{1.0 / 469, 5, "log"}, []string{"0.01", "0.1", "1", "epoch"}},
		{CurveOptions{Axis: "epoch", From: 1.5, To: 2}, Axis{1.5, 2, "linear"}, []string{"1.5", "1.6", "1.7", "1.8", "1.9", "2.0", "epoch"}},
		{CurveOptions{Axis: "time"}, Axis{0, 9.38, "linear"}, []string{"0 s", "2 s", "4 s", "6 s", "8 s", "time"}},
		{CurveOptions{Axis: "time", XScale: "log"}, Axis{0.004, 9.38, "log"}, []string{"0.01 s", "0.1 s", "1 s", "time"}},
		{CurveOptions{Axis: "time", From: 5}, Axis{5, 9.38, "linear"}, []string{"5 s", "6 s", "7 s", "8 s", "9 s", "time"}},
	} {
		p := mustDraw(t, placed(runCurve("loss", 2345), test.o.Axis), test.o)
		if p.X != test.want {
			t.Errorf("%+v: the axis is %+v, want %+v", test.o, p.X, test.want)
		}
		whole := test.o
		whole.From, whole.To = 0, 0
		if want := mustDraw(t, placed(runCurve("loss", 2345), test.o.Axis), whole).X; p.Whole != want {
			t.Errorf("%+v: the whole axis is %+v, want %+v", test.o, p.Whole, want)
		}
		texts := svgTexts(p)
		for _, want := range test.texts {
			if !contains(texts, want) {
				t.Errorf("%+v: %q is not among %q", test.o, want, texts)
			}
		}
		// The lines lie where the places are, not where the steps are.
		x, _ := place(p, min(p.X.Max, 9.38*map[string]float64{"epoch": 5 / 9.38, "time": 1}[test.o.Axis]), 1)
		lines := svgLines(p, "train")
		if last := lines[len(lines)-1]; last[len(last)-1][0] < x-0.1 {
			t.Errorf("%+v: the line ends at %v, want %v", test.o, last[len(last)-1][0], x)
		}
	}
	for span, want := range map[float64]string{170: "150 s", 600: "10 min", 7200: "100 min", 36000: "10 h"} {
		unit, text := Axis{0, span, linear}.naming(timewise)
		var got []string
		for _, tick := range (Axis{0, span, linear}).ticksIn(unit, 0.16, text) {
			got = append(got, tick.text)
		}
		if !contains(got, want) {
			t.Errorf("%v seconds are named %q, want %q among them", span, got, want)
		}
	}
}

// 90 %, 99 % and 99.9 % are evenly apart, and 100 % is the end.
func TestAccuracyByItsError(t *testing.T) {
	s := Series{Name: "test", Kind: Points, Step: []int{1, 2, 3, 4, 5}, Value: []float64{0.5, 0.9, 0.99, 0.999, 1}}
	p := mustDraw(t, Curve{Figure: "accuracy", Series: []Series{s}}, CurveOptions{YScale: "log"})
	if want := (Axis{0.5, 0.9995, errorScale}); p.Y != want {
		t.Fatalf("the axis is %+v, want %+v", p.Y, want)
	}
	at := func(v float64) float64 { return p.Y.Place(v) }
	if a, b := at(0.99)-at(0.9), at(0.999)-at(0.99); a < 0.2 || a-b > 1e-9 || b-a > 1e-9 || at(1) != 1 || at(0.5) != 0 {
		t.Errorf("90 %%, 99 %% and 99.9 %% are %v and %v apart; 100 %% is at %v", a, b, at(1))
	}
	texts := svgTexts(p)
	for _, want := range []string{"90%", "99%", "99.9%"} {
		if !contains(texts, want) {
			t.Errorf("%q is not among %q", want, texts)
		}
	}
	line := svgLines(p, "test")[0]
	if len(line) != 5 || line[4][1] != p.Plot.Top {
		t.Errorf("the line has the vertices %v, want five, the last at the top %v", line, p.Plot.Top)
	}
}

func TestRunsHaveColoursAndNames(t *testing.T) {
	plain := mustDraw(t, runCurve("loss", 500), CurveOptions{})
	p := mustDraw(t, besides(runCurve("loss", 500), MostRuns), CurveOptions{})
	if p.Plot.Top <= plain.Plot.Top || p.Plot.Bottom != plain.Plot.Bottom {
		t.Errorf("the names of the runs have no room: %+v", p.Plot)
	}
	for i, name := range []string{"rate 0.001", "rate 0.002", "rate 0.003", "rate 0.004", "rate 0.005", "rate 0.006"} {
		colour := strings.ToUpper(RunColors("light")[i])
		if !contains(svgTexts(p), name) || strings.Count(string(p.Data), `stroke="`+colour+`"`) < 3 {
			t.Errorf("run %q with colour %s is not drawn", name, colour)
		}
	}
	long := Curve{Figure: "loss", Runs: []string{"a name that is much too long for a legend"}}
	if texts := svgTexts(mustDraw(t, long, CurveOptions{})); !slices.ContainsFunc(texts, func(s string) bool { return strings.HasPrefix(s, "a name that") && strings.HasSuffix(s, "…") }) {
		t.Errorf("%q has no shortened name", texts)
	}
	if _, err := DrawCurve(Curve{Figure: "loss", Runs: make([]string, MostRuns+1)}, CurveOptions{}); err == nil || err.Error() != "number of runs 7 is not possible; allowed is 0 to 6" {
		t.Errorf("too many runs: %v", err)
	}
}

func TestBestIsMarked(t *testing.T) {
	c := Curve{Figure: "accuracy", Best: &Best{Set: "test", X: 200, Value: 0.996}, Series: []Series{
		{Name: "test", Kind: Points, Step: []int{100, 200, 300}, Value: []float64{0.98, 0.996, 0.995}},
	}}
	if texts := svgTexts(mustDraw(t, c, CurveOptions{})); !contains(texts, "best 99.60%") {
		t.Errorf("the best is not among %q", texts)
	}
	for _, o := range []CurveOptions{{To: 150}, {From: 250}} {
		if texts := svgTexts(mustDraw(t, c, o)); contains(texts, "best 99.60%") {
			t.Errorf("%+v: the best is marked outside of the range", o)
		}
	}
	c.Figure = "loss"
	c.Best.Value = 0.0213
	if texts := svgTexts(mustDraw(t, c, CurveOptions{})); contains(texts, "best epoch 0.0213") {
		t.Error("a value above the axis is marked")
	}
	c.Series[0].Value = []float64{0.05, 0.0213, 0.03}
	if texts := svgTexts(mustDraw(t, c, CurveOptions{})); !contains(texts, "best epoch 0.0213") {
		t.Errorf("the best is not among %q", texts)
	}
}

// Runs differ from each other, and from the sets of the curve's own run.
func TestRunColoursDiffer(t *testing.T) {
	for vision := range visions {
		for name, theme := range themes {
			for i, c := range theme.runs {
				if ratio := contrast(c, panels[name]); ratio < 3 {
					t.Errorf("%s: run %d has contrast %.1f; WCAG asks for 3", name, i+1, ratio)
				}
				for _, set := range []string{"train", "test", "validation"} {
					if d := apart(vision, c, theme.series[set]); d < 0.085 {
						t.Errorf("%s: run %d and %s are %.3f apart with %s", name, i+1, set, d, vision)
					}
				}
				for j, other := range theme.runs[:i] {
					if d := apart(vision, c, other); d < 0.085 {
						t.Errorf("%s: runs %d and %d are %.3f apart with %s", name, i+1, j+1, d, vision)
					}
				}
			}
		}
	}
	if d := cmp.Diff(MostRuns, len(RunColors("dark"))); d != "" {
		t.Error(d)
	}
}
