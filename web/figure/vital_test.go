package figure

import (
	"bytes"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func mustVital(t testing.TB, v Vital, o CurveOptions) Chart {
	t.Helper()
	p, err := DrawVital(v, o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func one(step []int, value ...float64) []Series { return []Series{{Step: step, Value: value}} }

func TestVitalAxes(t *testing.T) {
	nan := math.NaN()
	for what, test := range map[string]struct {
		v    Vital
		o    CurveOptions
		want Axis
	}{
		"empty":           {Vital{}, CurveOptions{}, Axis{0, 1, "linear"}},
		"empty, log":      {Vital{}, CurveOptions{YScale: "log"}, Axis{0.1, 3, "log"}},
		"one point":       {Vital{Series: one([]int{4}, 2.3)}, CurveOptions{}, Axis{0, 2.5, "linear"}},
		"NaN":             {Vital{Series: one([]int{4, 5}, nan, nan)}, CurveOptions{}, Axis{0, 1, "linear"}},
		"all equal":       {Vital{Series: one([]int{4, 5}, 7, 7)}, CurveOptions{}, Axis{0, 8, "linear"}},
		"all zero":        {Vital{Series: one([]int{4, 5}, 0, 0)}, CurveOptions{}, Axis{0, 1, "linear"}},
		"from near zero":  {Vital{Series: one([]int{4, 5}, 1, 7)}, CurveOptions{}, Axis{0, 8, "linear"}},
		"far from zero":   {Vital{Series: one([]int{4, 5}, 103, 107)}, CurveOptions{}, Axis{103, 107, "linear"}},
		"far below zero":  {Vital{Series: one([]int{4, 5}, -107, -103)}, CurveOptions{}, Axis{-107, -103, "linear"}},
		"of both signs":   {Vital{Series: one([]int{4, 5}, -0.9, 0.4)}, CurveOptions{}, Axis{-1, 0.4, "linear"}},
		"fractions":       {Vital{Unit: "%", Series: one([]int{4, 5}, 0.3, 0.9)}, CurveOptions{}, Axis{0, 1, "linear"}},
		"tiny":            {Vital{Series: one([]int{4, 5}, 1e-7, 3e-7)}, CurveOptions{}, Axis{0, 3e-7, "linear"}},
		"tiny, log":       {Vital{Series: one([]int{4, 5}, 1e-7, 3e-6)}, CurveOptions{YScale: "log"}, Axis{1e-7, 3e-6, "log"}},
		"a part of steps": {Vital{Series: one([]int{4, 5, 90}, 1, 2, 100)}, CurveOptions{To: 10}, Axis{0, 2, "linear"}},
	} {
		for _, format := range []string{"svg", "png", "pdf"} {
			test.o.Format = format
			got := mustVital(t, test.v, test.o).Y
			if got.Scale != test.want.Scale || math.Abs(got.Min-test.want.Min) > 1e-12 || math.Abs(got.Max-test.want.Max) > 1e-12 {
				t.Errorf("%s: %+v, want %+v", what, got, test.want)
			}
		}
	}
}

// The line, the marked point and what is said of it are the data.
func TestVitalShowsTheMarkedStep(t *testing.T) {
	v := Vital{Title: "norm", Unit: "nats", Series: one([]int{1, 8, 64, 512}, 2, 3, 4.256, 2), Marks: []int{64}}
	p := mustVital(t, v, CurveOptions{XScale: "log"})
	texts := svgTexts(p)
	if !slices.Contains(texts, "norm (nats)") || !slices.Contains(texts, "step 64: 4.26") {
		t.Errorf("texts %q do not say what is shown", texts)
	}
	x, y := place(p, 64, 4.256)
	dots := regexp.MustCompile(`<path d="M([\d.]+),([\d.]+)A4,4`).FindAllStringSubmatch(string(p.Data), -1)
	if len(dots) != 1 {
		t.Fatalf("%d points, want one", len(dots))
	}
	right, _ := strconv.ParseFloat(dots[0][1], 64)
	up, _ := strconv.ParseFloat(dots[0][2], 64)
	if math.Abs(right-4-x) > 0.1 || math.Abs(p.Height-up-y) > 0.1 {
		t.Errorf("point at (%.1f,%.1f), want (%.1f,%.1f)", right-4, p.Height-up, x, y)
	}
	for _, o := range []CurveOptions{{XScale: "log", To: 63}, {From: 65}} {
		if p := mustVital(t, v, o); slices.ContainsFunc(svgTexts(p), func(s string) bool { return strings.HasPrefix(s, "step 64") }) || bytes.Contains(p.Data, []byte("A4,4")) {
			t.Errorf("%+v: a step that is not shown is marked", o)
		}
	}
	v.Marks = []int{0}
	if p := mustVital(t, v, CurveOptions{XScale: "log"}); slices.Contains(svgTexts(p), "step 0") {
		t.Error("step 0 is marked on a logarithmic axis")
	}
	v.Marks = []int{9}
	if p := mustVital(t, v, CurveOptions{}); !slices.Contains(svgTexts(p), "step 9") {
		t.Error("a marked step without a value is not named")
	}
}

// Series are told apart without colour: no two have the same dashes and colour,
// neighbours differ in dashes, and each has its name, in the lines' order.
func TestVitalSeriesAreToldApart(t *testing.T) {
	p := mustVital(t, selectivities(), CurveOptions{})
	var styles, dashes []string
	for _, line := range regexp.MustCompile(`<path d="([^"]*)" ([^>]*)/>`).FindAllStringSubmatch(string(p.Data), -1) {
		if strings.Count(line[1], "L") < 10 {
			continue
		}
		styles = append(styles, line[2])
		_, dash, _ := strings.Cut(line[2], "dasharray=")
		dashes = append(dashes, dash)
	}
	if distinct := len(slices.Compact(slices.Sorted(slices.Values(styles)))); distinct != 10 || len(styles) != 10 {
		t.Errorf("%d lines in %d styles, want 10 in 10", len(styles), distinct)
	}
	if len(slices.Compact(dashes)) != 10 {
		t.Errorf("two neighbours have the same dashes: %q", dashes)
	}
	var names []string
	last := 0.0
	for _, m := range regexp.MustCompile(`<text x="([\d.]+)" y="([\d.]+)" text-anchor="start"[^>]*>(\d)<`).FindAllStringSubmatch(string(p.Data), -1) {
		y, _ := strconv.ParseFloat(m[2], 64)
		if x, _ := strconv.ParseFloat(m[1], 64); x <= p.Plot.Right || x > p.Width-8 {
			t.Errorf("the name %s is at %s, not right of the lines", m[3], m[1])
		}
		if y-last < 12 {
			t.Errorf("the name %s is %.1f below another", m[3], y-last)
		}
		last = y
		names = append(names, m[3])
	}
	v := selectivities()
	want := slices.Clone(names)
	slices.SortStableFunc(want, func(a, b string) int {
		end := func(name string) float64 { i, _ := strconv.Atoi(name); return v.Series[i].Value[len(keptSteps)-1] }
		return int(math.Copysign(1, end(b)-end(a)))
	})
	if diff := cmp.Diff(want, names); diff != "" || len(names) != 10 {
		t.Errorf("%d names, not in the lines' order: %s", len(names), diff)
	}
}

func TestVitalSaysThatItIsEmpty(t *testing.T) {
	for want, v := range map[string]Vital{
		"no points yet": {Title: "norm", Series: []Series{{}}},
		"no points in this range that can be drawn": {Series: one([]int{4}, math.Inf(1))},
	} {
		if texts := svgTexts(mustVital(t, v, CurveOptions{})); !slices.Contains(texts, want) {
			t.Errorf("%q is not among %q", want, texts)
		}
	}
}

func TestVitalErrors(t *testing.T) {
	two := []Series{{Name: "a"}, {}}
	for want, v := range map[string]Vital{
		"figure: series 1 of the norm has no name; each of 2 needs one":               {Title: "norm", Series: two},
		"figure: series a has 1 steps and 0 values; it needs one value for each step": {Series: []Series{{Name: "a", Step: []int{1}}}},
		`format "gif" is not possible; allowed is svg, png, pdf`:                      {Title: "gif"},
	} {
		if _, err := DrawVital(v, CurveOptions{Format: map[string]string{"gif": "gif"}[v.Title]}); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestNumberText(t *testing.T) {
	for _, test := range []struct {
		axis Axis
		want []string
	}{
		{Axis{0, 0.3, linear}, []string{"0.0", "0.1", "0.2", "0.3"}},
		{Axis{-0.1, 0.1, linear}, []string{"-0.10", "-0.05", "0.00", "0.05", "0.10"}},
		{Axis{0, 3e-7, linear}, []string{"0", "1e-7", "2e-7", "3e-7"}},
		{Axis{0, 250_000, linear}, []string{"0", "1e5", "2e5"}},
		{Axis{0.0001, 1, logarithmic}, []string{"1e-4", "0.001", "0.01", "0.1", "1"}},
	} {
		var got []string
		for _, tick := range test.axis.ticks(0.22, test.axis.numberText) {
			got = append(got, tick.text)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%+v: %s", test.axis, diff)
		}
	}
	for v, want := range map[float64]string{0: "0", 4.256: "4.26", -0.0123456: "-0.0123", 99.96: "100", 1e-3: "0.001", 1234.4: "1234", 2.5e-4: "2.5e-4", 3e7: "3e7"} {
		if got := shortest(v); got != want {
			t.Errorf("%v is %s, want %s", v, got, want)
		}
	}
}
