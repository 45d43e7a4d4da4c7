package figure

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestTicks(t *testing.T) {
	step := func(a Axis) func(v, delta float64) string { return a.stepText }
	loss := func(Axis) func(v, delta float64) string { return lossText }
	percent := func(Axis) func(v, delta float64) string { return percentText }
	for _, test := range []struct {
		axis  Axis
		apart float64
		text  func(Axis) func(v, delta float64) string
		want  []string
	}{
		{Axis{0, 10, linear}, 0.16, step, []string{"0", "2", "4", "6", "8", "10"}},
		{Axis{0, 2345, linear}, 0.16, step, []string{"0", "500", "1000", "1500", "2000"}},
		{Axis{0, 12_000, linear}, 0.16, step, []string{"0", "2k", "4k", "6k", "8k", "10k", "12k"}},
		{Axis{10_000, 14_000, linear}, 0.16, step, []string{"10k", "11k", "12k", "13k", "14k"}},
		{Axis{10_000, 12_000, linear}, 0.24, step, []string{"10.0k", "10.5k", "11.0k", "11.5k", "12.0k"}},
		{Axis{1, 2345, logarithmic}, 0.16, step, []string{"1", "10", "100", "1k"}},
		{Axis{1, 1e6, logarithmic}, 0.3, step, []string{"1", "100", "10k", "1M"}},
		{Axis{0.01, 3, logarithmic}, 0.15, loss, []string{"0.01", "0.03", "0.1", "0.3", "1", "3"}},
		{Axis{0.0001, 3, logarithmic}, 0.15, loss, []string{"0.0001", "0.001", "0.01", "0.1", "1"}},
		{Axis{0.5, 3, logarithmic}, 0.15, loss, []string{"0.5", "1", "2"}},
		{Axis{1.5, 3, logarithmic}, 0.15, loss, []string{"1.5", "2.0", "2.5", "3.0"}},
		{Axis{0, 2.5, linear}, 0.15, loss, []string{"0.0", "0.5", "1.0", "1.5", "2.0", "2.5"}},
		{Axis{0, 1, linear}, 0.15, percent, []string{"0%", "20%", "40%", "60%", "80%", "100%"}},
		{Axis{0, 0.999, errorScale}, 0.15, percent, []string{"0%", "70%", "90%", "97%", "99%", "99.7%", "99.9%"}},
		{Axis{0.5, 0.9999, errorScale}, 0.2, percent, []string{"90%", "99%", "99.9%", "99.99%"}},
		{Axis{0.98, 1, linear}, 0.2, percent, []string{"98.0%", "98.5%", "99.0%", "99.5%", "100.0%"}},
	} {
		var got []string
		for _, tick := range test.axis.ticks(test.apart, test.text(test.axis)) {
			got = append(got, tick.text)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%+v, %v apart: %s", test.axis, test.apart, diff)
		}
	}
}

func TestValueAxis(t *testing.T) {
	rise := make([]float64, 200) // a tenth below 0.93
	for i := range rise {
		rise[i] = 0.93 + 0.0003*float64(i)
		if i < 15 {
			rise[i] = 0.1 + 0.05*float64(i)
		}
	}
	for _, test := range []struct {
		what, figure, scale string
		values              []float64
		want                Axis
	}{
		{"nothing", "loss", "log", nil, Axis{0.1, 3, "log"}},
		{"nothing", "loss", "linear", nil, Axis{0, 3, "linear"}},
		{"nothing", "accuracy", "linear", nil, Axis{0, 1, "linear"}},
		{"falling loss", "loss", "log", []float64{2.3, 0.4, 0.012}, Axis{0.01, 3, "log"}},
		{"falling loss", "loss", "linear", []float64{2.3, 0.4, 0.012}, Axis{0, 2.5, "linear"}},
		{"one loss", "loss", "log", []float64{2.3}, Axis{1.5, 5, "log"}},
		{"zero loss", "loss", "linear", []float64{0, 0}, Axis{0, 1, "linear"}},
		{"an almost zero", "loss", "log", []float64{1, 1e-200}, Axis{1e-6, 1, "log"}},
		{"constant", "accuracy", "linear", []float64{1, 1}, Axis{0.99, 1, "linear"}},
		{"nothing", "accuracy", "error", nil, Axis{0, 0.99, "error"}},
		{"no error", "accuracy", "error", []float64{1, 1}, Axis{0, 0.99, "error"}},
		{"falling error", "accuracy", "error", []float64{0.1, 0.9, 0.99, 0.9964}, Axis{0, 0.998, "error"}},
		{"some without error", "accuracy", "error", []float64{0.92, 0.998, 1, 1}, Axis{0.9, 0.999, "error"}},
		{"one error", "accuracy", "error", []float64{0.97}, Axis{0.95, 0.98, "error"}},
		{"beginning", "accuracy", "linear", []float64{0.1, 0.2, 0.6}, Axis{0, 1, "linear"}},
		{"late gains", "accuracy", "linear", rise, Axis{0.9, 1, "linear"}},
	} {
		var tr trace
		for _, v := range test.values {
			tr.samples = append(tr.samples, sample{value: v, inside: true})
		}
		if got := valueAxis(test.figure, test.scale, []*trace{&tr}); got != test.want {
			t.Errorf("%s of %s on %s: %+v, want %+v", test.what, test.figure, test.scale, got, test.want)
		}
	}
}

// Whatever the values are, the picture is drawn, and its axes are usable.
func TestAnyValuesCanBeDrawn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.SliceOfN(rapid.OneOf(rapid.Float64(), rapid.Float64Range(-1, 3),
			rapid.SampledFrom([]float64{0, math.NaN(), math.Inf(1), math.Inf(-1), 5e-324, math.MaxFloat64})), 0, 40).Draw(t, "value")
		step := make([]int, len(value))
		for i := range step {
			step[i] = i * rapid.SampledFrom([]int{1, 1000}).Draw(t, "apart")
		}
		for i := 1; i < len(step); i++ {
			step[i] = max(step[i], step[i-1])
		}
		o := CurveOptions{
			XScale:    rapid.SampledFrom([]string{"linear", "log"}).Draw(t, "x"),
			YScale:    rapid.SampledFrom([]string{"linear", "log"}).Draw(t, "y"),
			Smoothing: rapid.SampledFrom([]float64{0, 0.9, 0.999}).Draw(t, "smoothing"),
			From:      rapid.Float64Range(0, 50).Draw(t, "from"),
		}
		kind := rapid.SampledFrom([]Kind{Line, Points}).Draw(t, "kind")
		figure := rapid.SampledFrom([]string{"loss", "accuracy"}).Draw(t, "figure")
		p, err := DrawCurve(Curve{Figure: figure, Series: []Series{{Name: "train", Kind: kind, Step: step, Value: value}}}, o)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range []Axis{p.X, p.Y} {
			if !(a.Min < a.Max) || math.IsInf(a.Max-a.Min, 0) || a.Scale == "log" && a.Min <= 0 || a.Scale == "error" && a.Max >= 1 {
				t.Errorf("axis %+v", a)
			}
		}
	})
}
