package kernel

import (
	"math"
	"testing"
)

// guard is what lies around and between the values of test buffers; nobody may write it.
const guard = float32(-12345.5)

// guarded is a buffer of a few maps with guards at both ends. Its border is zero if values are given, else all is guards.
type guarded struct {
	m    Map
	n    int // maps
	all  []float32
	data []float32 // the map and Slack floats behind it; reading further panics
}

func newGuarded(m Map, values []float64) guarded { return newImages(m, 1, values) }

func newImages(m Map, n int, values []float64) guarded {
	g := guarded{m: m, n: n, all: make([]float32, Slack+n*m.Len()+Slack)}
	fillGuard(g.all)
	g.data = g.all[Slack:]
	if values != nil {
		clear(g.data[:n*m.Len()])
		g.each(func(i, at int) { g.data[at] = float32(values[i]) })
		// What lies behind the last image may be anything: it must not leak into results.
		for i := range Slack {
			g.data[n*m.Len()+i] = float32(math.NaN())
		}
	}
	return g
}

// newFilled has values, and guards around them.
func newFilled(m Map, values []float64) guarded {
	g := newGuarded(m, nil)
	g.each(func(i, at int) { g.data[at] = float32(values[i]) })
	return g
}

// each calls f with the dense index and the place of every interior value.
func (g guarded) each(f func(i, at int)) {
	i := 0
	for image := range g.n {
		for y := range g.m.H {
			for x := range g.m.W * g.m.C {
				f(i, image*g.m.Len()+g.m.Origin()+y*g.m.Row()+x)
				i++
			}
		}
	}
}

func fillGuard(x []float32) {
	for i := range x {
		x[i] = guard
	}
}

// values are the interior values; everything else must still be a guard.
func (g guarded) values(t testing.TB) []float32 {
	t.Helper()
	var values []float32
	inside := map[int]bool{}
	g.each(func(_, at int) {
		values = append(values, g.data[at])
		inside[at+Slack] = true
	})
	for i, v := range g.all {
		if !inside[i] && v != guard {
			t.Fatalf("wrote %v outside of the map's interior, at %d", v, i-Slack)
		}
	}
	return values
}

// compare fails unless got is want within tolerance of want's largest value.
func compare(t testing.TB, what string, got []float32, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d values, want %d", what, len(got), len(want))
	}
	scale := 1e-30
	for _, v := range want {
		scale = max(scale, math.Abs(v))
	}
	for i, v := range want {
		if d := math.Abs(float64(got[i]) - v); !(d <= tolerance*scale) {
			t.Fatalf("%s[%d] = %v, want %v (largest %v)", what, i, got[i], v, scale)
		}
	}
}
