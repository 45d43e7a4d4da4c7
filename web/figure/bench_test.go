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
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Filters(bank); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPatches(b *testing.B) {
	for _, c := range []int{1, 3} {
		b.Run(fmt.Sprintf("64x9x20x20x%d", c), func(b *testing.B) {
			bank := strokes(64, 9, 20, 20, c)
			b.ReportAllocs()
			size := 0
			for b.Loop() {
				g, err := Patches(bank)
				if err != nil {
					b.Fatal(err)
				}
				size = len(g.PNG)
			}
			b.ReportMetric(float64(size), "bytes")
		})
	}
}

func BenchmarkThin(b *testing.B) {
	s := runCurve("loss", 100_000).Series[0]
	b.ReportAllocs()
	for b.Loop() {
		Thin(s.Step, s.Value, 2000)
	}
}
