package figure

import (
	"fmt"
	"testing"
)

func BenchmarkDrawCurve(b *testing.B) {
	for _, bench := range []struct {
		format string
		steps  int
	}{{"svg", 2345}, {"svg", 100_000}, {"png", 2345}, {"pdf", 2345}} {
		b.Run(fmt.Sprintf("%s/%d", bench.format, bench.steps), func(b *testing.B) {
			c := validated(runCurve("loss", bench.steps))
			b.ReportAllocs()
			size := 0
			for b.Loop() {
				p, err := DrawCurve(c, CurveOptions{Format: bench.format, Smoothing: 0.9})
				if err != nil {
					b.Fatal(err)
				}
				size = len(p.Data)
			}
			b.ReportMetric(float64(size), "bytes")
		})
	}
}

func BenchmarkFilters(b *testing.B) {
	bank := gabors(5, 1, 16)
	benchmarkGrid(b, func() (Grid, error) { return Filters(bank) })
}

func BenchmarkVitals(b *testing.B) {
	for name, draw := range map[string]func(CurveOptions) (Chart, error){
		"DrawVital": func(o CurveOptions) (Chart, error) { return DrawVital(selectivities(), o) },
		"DrawHistogram": func(o CurveOptions) (Chart, error) {
			return DrawHistogram(Histogram{"weights", spread(0, 1, 3, 40, 4608)}, o)
		},
		"DrawHistograms": func(o CurveOptions) (Chart, error) { return DrawHistograms(spreads(), o) },
	} {
		for _, format := range []string{"svg", "png"} {
			b.Run(name+"/"+format, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := draw(CurveOptions{Format: format}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// benchmarkGrid draws a grid again and again.
func benchmarkGrid(b *testing.B, draw func() (Grid, error)) {
	b.ReportAllocs()
	size := 0
	for b.Loop() {
		g, err := draw()
		if err != nil {
			b.Fatal(err)
		}
		size = len(g.PNG)
	}
	b.ReportMetric(float64(size), "bytes")
}

func BenchmarkPatches(b *testing.B) {
	for _, c := range []int{1, 3} {
		bank := strokes(64, 9, 20, 20, c)
		b.Run(fmt.Sprintf("64x9x20x20x%d", c), func(b *testing.B) {
			benchmarkGrid(b, func() (Grid, error) { return Patches(bank) })
		})
		bank = labelled(bank)
		b.Run(fmt.Sprintf("64x9x20x20x%d-labels", c), func(b *testing.B) {
			benchmarkGrid(b, func() (Grid, error) { return Patches(bank) })
		})
	}
}

func BenchmarkImages(b *testing.B) {
	for _, c := range []int{1, 3} {
		bank := drawn(strokes(64, 1, 20, 20, c))
		b.Run(fmt.Sprintf("64x20x20x%d", c), func(b *testing.B) {
			benchmarkGrid(b, func() (Grid, error) { return Images(bank) })
		})
	}
}

func BenchmarkSigned(b *testing.B) {
	for _, perUnit := range []int{1, 9} {
		bank := signs(strokes(64, perUnit, 20, 20, 1))
		b.Run(fmt.Sprintf("64x%dx20x20x1", perUnit), func(b *testing.B) {
			benchmarkGrid(b, func() (Grid, error) { return Signed(bank) })
		})
	}
}

// A whole level's film: 64 units of 20x20 at 40 steps.
func BenchmarkFilm(b *testing.B) {
	for name, paint := range map[string]func(PatchBank) (Grid, error){"gray": Patches, "signed": signedPatches} {
		f := grids(b, 64, 40, 20, paint)
		for what, draw := range map[string]func(Film, Metadata) ([]byte, error){"ContactSheet": ContactSheet, "Animation": Animation} {
			b.Run(what+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				size := 0
				for b.Loop() {
					data, err := draw(f, told)
					if err != nil {
						b.Fatal(err)
					}
					size = len(data)
				}
				b.ReportMetric(float64(size), "bytes")
			})
		}
	}
}

func BenchmarkThin(b *testing.B) {
	s := runCurve("loss", 100_000).Series[0]
	b.ReportAllocs()
	for b.Loop() {
		Thin(s.Step, s.Value, 2000)
	}
}
