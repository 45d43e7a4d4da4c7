package figure

import (
	"bytes"
	"image"
	"image/color"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func mustHistogram(t testing.TB, b Bins, o CurveOptions) Chart {
	t.Helper()
	p, err := DrawHistogram(Histogram{"weights", b}, o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// svgBars returns left, right and height of each bar in the data's units.
func svgBars(p Chart) (found [][3]float64) {
	fill := regexp.MustCompile(`<path d="([^"]*)" fill="` + strings.ToUpper(hex(themes["light"].series["train"])))
	match := fill.FindStringSubmatch(string(p.Data))
	if match == nil {
		return nil
	}
	for _, bar := range strings.Split(match[1], "Z") {
		c := svgStep.FindAllStringSubmatch(bar, -1)
		if len(c) != 4 {
			continue
		}
		number := func(i, k int) float64 { v, _ := strconv.ParseFloat(c[i][k], 64); return v }
		x := func(v float64) float64 {
			return p.X.Min + (v-p.Plot.Left)/(p.Plot.Right-p.Plot.Left)*(p.X.Max-p.X.Min)
		}
		share := (number(1, 2) - (p.Height - p.Plot.Bottom)) / (p.Plot.Bottom - p.Plot.Top)
		height := p.Y.Min + share*(p.Y.Max-p.Y.Min)
		if p.Y.Scale == "log" {
			height = p.Y.Min * math.Pow(p.Y.Max/p.Y.Min, share)
		}
		found = append(found, [3]float64{x(number(0, 1)), x(number(3, 1)), height})
	}
	return found
}

// Each bar is as wide as its bin, but for the gap, and as high as its count.
func TestHistogramBarsAreTheCounts(t *testing.T) {
	for _, scale := range []string{"linear", "log"} {
		p := mustHistogram(t, Bins{-1, 3, []int{2, 0, 5, 1}}, CurveOptions{YScale: scale})
		want := [][3]float64{{-1, 0, 2}, {1, 2, 5}, {2, 3, 1}}
		if diff := cmp.Diff(want, svgBars(p), cmpopts.EquateApprox(0, 0.03)); diff != "" {
			t.Errorf("%s: %s", scale, diff)
		}
		if texts := svgTexts(p); !slices.Contains(texts, "8 values, -1 to 3") || !slices.Contains(texts, "weights, number in each bin") {
			t.Errorf("%s: texts %q do not say what is shown", scale, texts)
		}
	}
}

func TestHistogramWithLittle(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for what, test := range map[string]struct {
		bins Bins
		want string // among the texts
		bars int
	}{
		"no bins":        {Bins{}, "no values yet", 0},
		"no values":      {Bins{-1, 1, []int{0, 0}}, "no values yet", 0},
		"NaN":            {Bins{nan, nan, []int{1, 2}}, "no values that can be drawn", 0},
		"infinite":       {Bins{-inf, inf, []int{1, 2}}, "no values that can be drawn", 0},
		"one value":      {Bins{0.25, 0.25, []int{1}}, "1 values, all 0.25", 1},
		"all are equal":  {Bins{-2, -2, []int{0, 9, 0}}, "9 values, all -2", 1},
		"all are zero":   {Bins{0, 0, []int{9}}, "9 values, all 0", 1},
		"a narrow range": {Bins{1, 1 + 1e-9, []int{3, 4}}, "7 values, 1 to 1", 2},
	} {
		for _, format := range []string{"svg", "png", "pdf"} {
			p := mustHistogram(t, test.bins, CurveOptions{Format: format})
			if format == "svg" && (!slices.Contains(svgTexts(p), test.want) || len(svgBars(p)) != test.bars) {
				t.Errorf("%s: %d bars and %q, want %d and %q", what, len(svgBars(p)), svgTexts(p), test.bars, test.want)
			}
			if !(p.X.Min < p.X.Max && p.Y.Min < p.Y.Max) {
				t.Errorf("%s: axes %v and %v", what, p.X, p.Y)
			}
		}
	}
	narrow := svgTexts(mustHistogram(t, Bins{-5e-4, 7e-4, []int{400}}, CurveOptions{Width: 200}))
	if slices.Contains(narrow, "weights, number in each bin") || !slices.Contains(narrow, "-5e-4 to 7e-4") {
		t.Errorf("texts %q do not fit 200 pixels", narrow)
	}
}

func TestHistogramErrors(t *testing.T) {
	for want, b := range map[string]Bins{
		"figure: weights: bin 1 has -1 values; a number must not be negative":            {0, 1, []int{1, -1}},
		"figure: weights: bins from 2 to 1; their end must not be below their beginning": {2, 1, []int{1}},
	} {
		if _, err := DrawHistogram(Histogram{"weights", b}, CurveOptions{}); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// Rows have all of a step's values, in the right places.
func TestHistogramRows(t *testing.T) {
	a := Axis{0, 10, linear}
	for what, test := range map[string]struct {
		bins Bins
		want []float64
	}{
		"same rows":  {Bins{0, 10, []int{1, 0, 2, 0, 1}}, []float64{0.25, 0, 0.5, 0, 0.25}},
		"finer":      {Bins{0, 10, []int{1, 1, 0, 0, 2, 2, 1, 0, 0, 1}}, []float64{0.25, 0, 0.5, 0.125, 0.125}},
		"coarser":    {Bins{0, 10, []int{1, 1}}, []float64{0.2, 0.2, 0.2, 0.2, 0.2}},
		"a part":     {Bins{3, 5, []int{4}}, []float64{0, 0.5, 0.5, 0, 0}},
		"one value":  {Bins{7, 7, []int{0, 5}}, []float64{0, 0, 0, 1, 0}},
		"at the end": {Bins{10, 10, []int{5}}, []float64{0, 0, 0, 0, 1}},
	} {
		if diff := cmp.Diff(test.want, test.bins.rows(a, 5), cmpopts.EquateApprox(0, 1e-9)); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		low := rapid.Float64Range(0, 10).Draw(t, "low")
		b := Bins{low, rapid.Float64Range(low, 10).Draw(t, "high"), rapid.SliceOfN(rapid.IntRange(0, 9), 1, 30).Draw(t, "counts")}
		b.Counts[0]++
		sum := 0.0
		for _, share := range b.rows(a, rapid.IntRange(1, 40).Draw(t, "rows")) {
			sum += share
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Errorf("the rows have %v of the values", sum)
		}
	})
}

// A reader who knows only the returned numbers finds each step's values.
func TestHistogramsArePlaced(t *testing.T) {
	h := Histograms{Title: "weights", Steps: []int{0, 100, 200}, Bins: []Bins{
		{-1, 1, []int{1, 1}}, {0.6, 0.8, []int{9}}, {-0.5, -0.5, []int{3}},
	}}
	for _, theme := range []string{"light", "dark"} {
		p, err := DrawHistograms(h, CurveOptions{Format: "png", Theme: theme})
		if err != nil {
			t.Fatal(err)
		}
		m := decode(t, p.Data)
		colours := sequential(theme)
		for _, test := range []struct {
			step, value float64
			full        bool
		}{
			{100, 0.7, true}, {60, 0.7, true}, {140, 0.7, true}, {100, 0.4, false}, {100, -0.7, false},
			{195, -0.5, true}, {160, -0.45, true}, {195, 0.7, false},
		} {
			x, y := place(p, test.step, test.value)
			got := pixel(m, int(2*x), int(2*y)-1)
			if full := near(got, colours[255].(color.NRGBA), 2); full != test.full {
				t.Errorf("%s: step %v at %v is %v, full: %v", theme, test.step, test.value, got, full)
			}
		}
		x, y := place(p, 20, 0.13)
		if got, want := pixel(m, int(2*x), int(2*y)), colours[heatIndex(0.1, 1)].(color.NRGBA); !near(got, want, 2) {
			t.Errorf("%s: a tenth of the values is %v, want %v", theme, got, want)
		}
	}
}

func TestSequentialPaletteChangesEvenlyInLightness(t *testing.T) {
	for theme, sign := range map[string]float64{"light": -1, "dark": 1} {
		p := sequential(theme)
		if len(p) != 256 || p[0] != (color.NRGBA{}) {
			t.Fatalf("%s: %d colours, the first %v; want transparent and 255", theme, len(p), p[0])
		}
		for i := 2; i < 256; i++ {
			if rise := sign * (lightness(p[i].(color.NRGBA)) - lightness(p[i-1].(color.NRGBA))); rise <= 0 || rise > 0.7 {
				t.Errorf("%s: lightness changes by %.2f at %d", theme, rise, i)
			}
		}
	}
}

func TestHistogramsWithLittle(t *testing.T) {
	nan := math.NaN()
	for what, test := range map[string]struct {
		h    Histograms
		want string
	}{
		"no steps":  {Histograms{}, "no steps yet"},
		"no values": {Histograms{Steps: []int{3}, Bins: []Bins{{}}}, "no values in this range that can be drawn"},
		"NaN":       {Histograms{Steps: []int{3}, Bins: []Bins{{nan, nan, []int{4}}}}, "no values in this range that can be drawn"},
		"one step":  {Histograms{Steps: []int{3}, Bins: []Bins{{0, 0, []int{4}}}}, "100% of a step's values per row"},
	} {
		for _, format := range []string{"svg", "png", "pdf"} {
			p, err := DrawHistograms(test.h, CurveOptions{Format: format})
			if err != nil {
				t.Fatal(err)
			}
			if format == "svg" && !slices.Contains(svgTexts(p), test.want) {
				t.Errorf("%s: %q is not among %q", what, test.want, svgTexts(p))
			}
		}
	}
	h := spreads()
	h.Bins[5], h.Bins[6].Max = Bins{}, nan
	if _, err := DrawHistograms(h, CurveOptions{XScale: "log"}); err != nil {
		t.Errorf("%v, where two steps have nothing", err)
	}
}

func TestHistogramsErrors(t *testing.T) {
	for want, h := range map[string]Histograms{
		"figure: weights have 2 steps and 1 histograms; they need one for each step":    {"weights", []int{1, 2}, []Bins{{}}, nil},
		"figure: weights go from step 2 to 2; steps must ascend":                        {"weights", []int{2, 2}, []Bins{{}, {}}, nil},
		"figure: weights at step 2: bin 0 has -4 values; a number must not be negative": {"weights", []int{2}, []Bins{{0, 1, []int{-4}}}, nil},
	} {
		if _, err := DrawHistograms(h, CurveOptions{}); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// A PDF's picture stands on its feet, on white paper, and is the same each time.
func TestHistogramsAsPDF(t *testing.T) {
	m := image.NewNRGBA(image.Rect(0, 0, 1, 2))
	m.SetNRGBA(0, 0, color.NRGBA{200, 10, 10, 255})
	if out := turned(m); pixel(out, 0, 1) != (color.NRGBA{200, 10, 10, 255}) || pixel(out, 0, 0) != (color.NRGBA{255, 255, 255, 255}) {
		t.Errorf("%v over %v; want white over red", pixel(out, 0, 0), pixel(out, 0, 1))
	}
	want, err := DrawHistograms(spreads(), CurveOptions{Format: "pdf"})
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if got, err := DrawHistograms(spreads(), CurveOptions{Format: "pdf"}); err != nil || !bytes.Equal(got.Data, want.Data) {
			t.Errorf("%v; the bytes are not the same again", err)
		}
	}
}
