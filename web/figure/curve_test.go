package figure

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"image/color"
	"math"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func mustDraw(t testing.TB, c Curve, o CurveOptions) Chart {
	t.Helper()
	p, err := DrawCurve(c, o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// place maps a point as a page does that knows only the returned numbers.
func place(p Chart, step, value float64) (x, y float64) {
	fraction := func(a Axis, v float64) float64 {
		if a.Scale == "log" {
			return (math.Log(v) - math.Log(a.Min)) / (math.Log(a.Max) - math.Log(a.Min))
		}
		return (v - a.Min) / (a.Max - a.Min)
	}
	return p.Plot.Left + fraction(p.X, step)*(p.Plot.Right-p.Plot.Left),
		p.Plot.Bottom - fraction(p.Y, value)*(p.Plot.Bottom-p.Plot.Top)
}

// A read-out cursor finds the drawn line where the returned numbers say.
func TestPlotRectangleIsExact(t *testing.T) {
	c := Curve{Figure: "loss", Series: []Series{
		{Name: "test", Kind: Points, Step: []int{1, 200, 500, 900}, Value: []float64{2.2, 0.7, 0.11, 0.04}},
	}}
	for _, theme := range []string{"light", "dark"} {
		for _, size := range [][2]float64{{560, 240}, {340, 200}} {
			for _, scales := range [][2]string{{"linear", "linear"}, {"linear", "log"}, {"log", "linear"}, {"log", "log"}} {
				o := CurveOptions{Format: "png", Theme: theme, Width: size[0], Height: size[1], XScale: scales[0], YScale: scales[1]}
				p := mustDraw(t, c, o)
				m := decode(t, p.Data)
				if got := m.Bounds().Max; got.X != int(2*size[0]) || got.Y != int(2*size[1]) {
					t.Fatalf("picture is %v, want twice %v", got, size)
				}
				want := themes[theme].series["test"]
				for i, step := range c.Series[0].Step {
					x, y := place(p, float64(step), c.Series[0].Value[i])
					for _, d := range [][2]float64{{0, 0}, {-2, 0}, {2, 0}, {0, -2}, {0, 2}} {
						if got := pixel(m, int(2*(x+d[0])), int(2*(y+d[1]))); !near(got, want, 2) {
							t.Errorf("%v: step %d at (%.1f,%.1f)%+v is %v, want %v", o, step, x, y, d, got, want)
						}
					}
					if got := pixel(m, int(2*x), int(2*(y-4))); near(got, want, 20) {
						t.Errorf("%v: step %d: the mark reaches 4 px above its place", o, step)
					}
				}
			}
		}
	}
}

func near(a, b color.NRGBA, by int) bool {
	for _, d := range []int{int(a.R) - int(b.R), int(a.G) - int(b.G), int(a.B) - int(b.B), int(a.A) - int(b.A)} {
		if d < -by || d > by {
			return false
		}
	}
	return true
}

var (
	svgPath = regexp.MustCompile(`<path d="([^"]*)"[^>]*stroke="(#[0-9A-F]{6})"`)
	svgStep = regexp.MustCompile(`[ML]([\d.]+),([\d.]+)`)
	svgText = regexp.MustCompile(`<text [^>]*>([^<]*)</text>`)
)

// svgLines returns the vertices of each stroke of a series' colour, from the
// top left corner; the swatch in the legend is left out.
func svgLines(p Chart, series string) (lines [][][2]float64) {
	want := strings.ToUpper(hex(themes["light"].series[series]))
	for _, path := range svgPath.FindAllStringSubmatch(string(p.Data), -1) {
		if path[2] != want {
			continue
		}
		var line [][2]float64
		for _, v := range svgStep.FindAllStringSubmatch(path[1], -1) {
			var x, y float64
			_, _ = fmt.Sscan(v[1], &x)
			_, _ = fmt.Sscan(v[2], &y)
			line = append(line, [2]float64{x, p.Height - y})
		}
		if len(line) > 0 && line[0][1] > p.Plot.Top-5 {
			lines = append(lines, line)
		}
	}
	return lines
}

func svgTexts(p Chart) (texts []string) {
	for _, m := range svgText.FindAllStringSubmatch(string(p.Data), -1) {
		texts = append(texts, html.UnescapeString(m[1]))
	}
	return texts
}

func TestSVGVerticesAreTheData(t *testing.T) {
	s := Series{Name: "train", Step: []int{1, 5, 12}, Value: []float64{2.3, 1.1, 0.4}}
	p := mustDraw(t, Curve{Figure: "loss", Series: []Series{s}}, CurveOptions{})
	var want [][2]float64
	for i, step := range s.Step {
		x, y := place(p, float64(step), s.Value[i])
		want = append(want, [2]float64{x, y})
	}
	got := svgLines(p, "train")
	if diff := cmp.Diff([][][2]float64{want}, got, cmpopts.EquateApprox(0, 0.06)); diff != "" {
		t.Error(diff)
	}
}

func TestReduceKeepsEachColumnsExtremes(t *testing.T) {
	c := runCurve("loss", 100_000)
	c.Series[0].Value[70_123] = 9 // one step's spike must not be lost
	if smoothed := mustDraw(t, c, CurveOptions{Smoothing: 0.9}); len(smoothed.Data) > 60_000 {
		t.Errorf("%d bytes, want at most 60,000", len(smoothed.Data))
	}
	p := mustDraw(t, c, CurveOptions{})
	x, y := place(p, 70_124, 9)
	found := false
	for _, v := range svgLines(p, "train")[0] {
		found = found || math.Abs(v[0]-x) < 0.1 && math.Abs(v[1]-y) < 0.1
	}
	if !found {
		t.Errorf("no vertex at (%.1f,%.1f), where the spike is", x, y)
	}
}

func TestGaps(t *testing.T) {
	nan := math.NaN()
	for name, test := range map[string]struct {
		value []float64
		scale string
		want  []int // vertices of each piece
	}{
		"NaN":                  {[]float64{3, 2, nan, 1, 1.5}, "linear", []int{2, 2}},
		"infinite":             {[]float64{3, 2, math.Inf(1), 1, 1.5}, "linear", []int{2, 2}},
		"zero on log":          {[]float64{3, 2, 0, 1, 1.5}, "log", []int{2, 2}},
		"negative on log":      {[]float64{-3, 2, 1, 1, 1.5}, "log", []int{4}},
		"zero on linear":       {[]float64{3, 2, 0, 1, 1.5}, "linear", []int{5}},
		"several at both ends": {[]float64{nan, nan, 2, 1, nan}, "log", []int{2}},
	} {
		p := mustDraw(t, Curve{Figure: "loss", Series: []Series{{Name: "train", Step: []int{1, 2, 3, 4, 5}, Value: test.value}}}, CurveOptions{YScale: test.scale})
		var got []int
		path := svgPath.FindAllStringSubmatch(string(p.Data), -1)
		for _, piece := range strings.Split(path[len(path)-1][1], "M")[1:] {
			got = append(got, 1+strings.Count(piece, "L"))
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestSmoothIsBiasCorrected(t *testing.T) {
	nan := math.NaN()
	got := Smooth([]float64{4, 4, nan, 4, 0}, 0.5)
	want := []float64{4, 4, nan, 4, 4 * 7.0 / 15}
	if diff := cmp.Diff(want, got, cmpopts.EquateNaNs(), cmpopts.EquateApprox(1e-12, 0)); diff != "" {
		t.Error(diff)
	}
}

// Each smoothed value is the mean of those up to it, weighted by decay to the
// power of how long ago they were: TensorBoard's debiased moving average.
func TestSmoothIsAWeightedMean(t *testing.T) {
	loss := runCurve("loss", 300).Series[0].Value
	for _, decay := range []float64{0, 0.5, 0.95, 0.99} {
		got := Smooth(loss, decay)
		for i := range loss {
			sum, weights := 0.0, 0.0
			for j, v := range loss[:i+1] {
				w := math.Pow(decay, float64(i-j))
				sum, weights = sum+w*v, weights+w
			}
			if want := sum / weights; math.Abs(got[i]-want) > 1e-9*want {
				t.Fatalf("decay %v: value %d is %v, want %v", decay, i, got[i], want)
			}
		}
	}
}

func TestSmoothingIsDrawnOverTheFaintRawLine(t *testing.T) {
	p := mustDraw(t, runCurve("loss", 2345), CurveOptions{Smoothing: 0.9})
	var widths []string
	for _, path := range regexp.MustCompile(`<path d="([^"]*)"[^>]*?(?:stroke-opacity="(0.32157)" )?stroke-width="([\d.]+)"`).FindAllStringSubmatch(string(p.Data), -1) {
		if strings.Count(path[1], "L") > 900 {
			widths = append(widths, path[2]+" "+path[3])
		}
	}
	if diff := cmp.Diff([]string{"0.32157 1.2", " 2"}, widths); diff != "" {
		t.Errorf("long strokes: %s", diff)
	}
	if texts := svgTexts(p); !contains(texts, "train, smoothed") || !contains(texts, "test") {
		t.Errorf("legend among %q does not say that train is smoothed", texts)
	}
}

// A page's policy allows no inline styles, and an SVG may be opened by itself.
func TestSVGHasNoInlineStyles(t *testing.T) {
	p := mustDraw(t, validated(runCurve("loss", 300)), CurveOptions{Smoothing: 0.5})
	if bytes.Contains(p.Data, []byte("style")) || !bytes.Contains(p.Data, []byte(`stroke-dasharray="5,3"`)) {
		t.Error("the drawing has inline styles, or no attributes in place of them")
	}
}

func contains(texts []string, want string) bool {
	for _, s := range texts {
		if s == want {
			return true
		}
	}
	return false
}

func TestNothingToDrawIsSaid(t *testing.T) {
	for want, c := range map[string]Curve{
		"no points yet": {Figure: "accuracy", Series: []Series{{Name: "train"}}},
		"no points in this range that can be drawn": {Figure: "loss", Series: []Series{{Name: "train", Step: []int{1, 2}, Value: []float64{math.NaN(), 0}}}},
	} {
		p := mustDraw(t, c, CurveOptions{})
		if texts := svgTexts(p); !contains(texts, want) || !contains(texts, "step") {
			t.Errorf("%q is not among %q", want, texts)
		}
	}
}

func TestRangeOfSteps(t *testing.T) {
	c := runCurve("loss", 2345)
	for _, test := range []struct {
		o    CurveOptions
		want Axis
	}{
		{CurveOptions{}, Axis{0, 2345, "linear"}},
		{CurveOptions{XScale: "log"}, Axis{1, 2345, "log"}},
		{CurveOptions{From: 1000}, Axis{1000, 2345, "linear"}},
		{CurveOptions{From: 1000, To: 1100}, Axis{1000, 1100, "linear"}},
		{CurveOptions{To: 5}, Axis{0, 5, "linear"}},
		{CurveOptions{To: 1, XScale: "log"}, Axis{1, 2, "log"}},
		{CurveOptions{From: 9000}, Axis{9000, 9001, "linear"}},
	} {
		p := mustDraw(t, c, test.o)
		if p.X != test.want {
			t.Errorf("%+v: axis %+v, want %+v", test.o, p.X, test.want)
		}
		for _, line := range append(svgLines(p, "train"), svgLines(p, "test")...) {
			for _, v := range line {
				if v[0] < p.Plot.Left-0.1 || v[0] > p.Plot.Right+0.1 || v[1] < p.Plot.Top-0.1 || v[1] > p.Plot.Bottom+0.1 {
					t.Fatalf("%+v: vertex %v is outside the data area %v", test.o, v, p.Plot)
				}
			}
		}
	}
	// The test line crosses a range in which no test point is.
	p := mustDraw(t, c, CurveOptions{From: 1000, To: 1100})
	if got := svgLines(p, "test"); len(got) != 1 || got[0][0][0] != p.Plot.Left || got[0][1][0] != p.Plot.Right {
		t.Errorf("test line is %v, want one from the left to the right end of %v", got, p.Plot)
	}
}

func TestWrongOptions(t *testing.T) {
	c := runCurve("loss", 10)
	for want, o := range map[string]CurveOptions{
		`format "gif" is not possible; allowed is svg, png, pdf`:                         {Format: "gif"},
		`theme "blue" is not possible; allowed is light, dark`:                           {Theme: "blue"},
		`x scale "ln" is not possible; allowed is linear, log`:                           {XScale: "ln"},
		`y scale "sqrt" is not possible; allowed is linear, log`:                         {YScale: "sqrt"},
		`width 10 is not possible; allowed is 200 to 4000`:                               {Width: 10},
		`height NaN is not possible; allowed is 120 to 4000`:                             {Height: math.NaN()},
		`smoothing 1 is not possible; allowed is 0 (none) up to, but not including, 1`:   {Smoothing: 1},
		`smoothing NaN is not possible; allowed is 0 (none) up to, but not including, 1`: {Smoothing: math.NaN()},
		`from -1 is not possible; allowed is a step of 0 or later`:                       {From: -1},
		`to 5 is not possible; allowed is 0 (the newest) or a step after 7`:              {From: 7, To: 5},
		`to 0.5 is not possible; allowed is 0 (the newest) or a time after 0.5`:          {Axis: "time", From: 0.5, To: 0.5},
		`axis "days" is not possible; allowed is step, epoch, time`:                      {Axis: "days"},
	} {
		_, err := DrawCurve(c, o)
		var wrong *OptionError
		if !errors.As(err, &wrong) || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if _, err := DrawCurve(Curve{Figure: "speed"}, CurveOptions{}); err == nil || err.Error() != `figure "speed" is not possible; allowed is loss, accuracy` {
		t.Errorf("%v for an unknown figure", err)
	}
}

func TestWrongSeries(t *testing.T) {
	for want, s := range map[string]Series{
		`series "dev" is not possible; allowed is train, test, validation`:                        {Name: "dev"},
		`run of series test 1 is not possible; allowed is 0 to 0`:                                 {Name: "test", Run: 1},
		"figure: series test has 2 steps and 1 places; it needs one place for each step":          {Name: "test", Step: []int{1, 2}, Value: []float64{1, 1}, X: []float64{1}},
		"figure: series test has the place 0.5 at index 1; places must be finite and not descend": {Name: "test", Step: []int{1, 2}, Value: []float64{1, 1}, X: []float64{1, 0.5}},
		"figure: series test has the place NaN at index 0; places must be finite and not descend": {Name: "test", Step: []int{1}, Value: []float64{1}, X: []float64{math.NaN()}},
		"figure: series test has 2 steps and 1 values; it needs one value for each step":          {Name: "test", Step: []int{1, 2}, Value: []float64{1}},
		"figure: series test goes back from step 5 to 4; steps must not descend":                  {Name: "test", Step: []int{5, 4}, Value: []float64{1, 1}},
	} {
		if _, err := DrawCurve(Curve{Figure: "loss", Series: []Series{s}}, CurveOptions{}); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// The same input gives the same bytes, whoever else is drawing.
func TestDrawingIsDeterministicAndConcurrent(t *testing.T) {
	c := validated(runCurve("accuracy", 300))
	var group sync.WaitGroup
	for _, format := range []string{"svg", "png", "pdf"} {
		o := CurveOptions{Format: format, Smoothing: 0.5}
		want := mustDraw(t, c, o)
		for range 4 {
			group.Go(func() {
				got, err := DrawCurve(c, o)
				if err != nil || !bytes.Equal(got.Data, want.Data) {
					t.Errorf("%s: %v; the bytes are not the same again", format, err)
				}
			})
		}
	}
	bank := strokes(10, 9, 8, 8, 1)
	want, err := Patches(bank)
	if err != nil {
		t.Fatal(err)
	}
	for range 4 {
		group.Go(func() {
			if got, err := Patches(bank); err != nil || !bytes.Equal(got.PNG, want.PNG) {
				t.Errorf("patches: %v; the bytes are not the same again", err)
			}
		})
	}
	group.Wait()
}

func TestPDFIsLightOnWhitePaper(t *testing.T) {
	c := runCurve("loss", 50)
	light, dark := mustDraw(t, c, CurveOptions{Format: "pdf"}), mustDraw(t, c, CurveOptions{Format: "pdf", Theme: "dark"})
	if !bytes.HasPrefix(light.Data, []byte("%PDF-")) || light.MIME != "application/pdf" {
		t.Errorf("%s begins with %q", light.MIME, light.Data[:8])
	}
	if !bytes.Equal(light.Data, dark.Data) {
		t.Error("a dark PDF differs from a light one")
	}
	if want := []byte("/MediaBox [0 0 420.00 180.00]"); !bytes.Contains(light.Data, want) {
		t.Errorf("the page is not %s", want)
	}
}
