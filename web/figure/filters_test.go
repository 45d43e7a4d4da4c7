package figure

import (
	"image/color"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Every weight's colour is found where Grid says that its tile is.
func TestFiltersOnePixelPerWeight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := FilterBank{
			H: rapid.IntRange(1, 7).Draw(t, "h"), W: rapid.IntRange(1, 7).Draw(t, "w"),
			InC: rapid.SampledFrom([]int{1, 2, 4, 5}).Draw(t, "in"), OutC: rapid.IntRange(1, 40).Draw(t, "out"),
		}
		b.Weights = rapid.SliceOfN(rapid.Float32Range(-5, 5), b.H*b.W*b.InC*b.OutC, b.H*b.W*b.InC*b.OutC).Draw(t, "weights")
		g, err := Filters(b)
		if err != nil {
			t.Fatal(err)
		}
		if g.Min != -g.Max {
			t.Errorf("range %v to %v is not symmetric", g.Min, g.Max)
		}
		m := decode(&testing.T{}, g.PNG)
		for i, w := range b.Weights {
			unit, c := i%b.OutC, i/b.OutC%b.InC
			x, y := i/b.OutC/b.InC%b.W, i/b.OutC/b.InC/b.W
			left := g.Gap + unit%g.Columns*(g.TileW+g.Gap)
			top := g.Gap + unit/g.Columns*(g.TileH+g.Gap)
			level := 0.0
			if g.Max > 0 {
				level = math.Round(float64(w) / float64(g.Max) * 127)
			}
			want := diverging()[128+int(level)]
			if got := pixel(m, left+c*(b.W+1)+x, top+y); got != want {
				t.Fatalf("weight %d, %v of %v, is %v, want %v", i, w, g.Max, got, want)
			}
		}
	})
}

func TestFiltersZeroIsNeutralAndGapsAreTransparent(t *testing.T) {
	g, err := Filters(FilterBank{H: 3, W: 2, InC: 1, OutC: 9, Weights: make([]float32, 54)})
	if err != nil {
		t.Fatal(err)
	}
	if g.Min != 0 || g.Max != 0 {
		t.Errorf("range %v to %v, want 0 to 0", g.Min, g.Max)
	}
	m := decode(t, g.PNG)
	if got, want := m.Bounds().Max, g.bounds().Max; got != want {
		t.Fatalf("picture is %v, want %v", got, want)
	}
	for y := range m.Bounds().Dy() {
		for x := range m.Bounds().Dx() {
			want := color.NRGBA{128, 128, 128, 255}
			if x%(g.TileW+g.Gap) < g.Gap || y%(g.TileH+g.Gap) < g.Gap {
				want = color.NRGBA{}
			}
			if got := pixel(m, x, y); got != want {
				t.Fatalf("(%d,%d) is %v, want %v", x, y, got, want)
			}
		}
	}
}

func TestFiltersOfThreeChannelsAreInColour(t *testing.T) {
	// One unit, one row of two weights: strongly red and a little less green; zero.
	g, err := Filters(FilterBank{H: 1, W: 2, InC: 3, OutC: 1, Weights: []float32{0.5, -0.25, 0, 0, 0, 0}})
	if err != nil {
		t.Fatal(err)
	}
	if g.TileW != 2 || g.TileH != 1 || g.Max != 0.5 {
		t.Errorf("tile %dx%d up to %v, want 2x1 up to 0.5", g.TileW, g.TileH, g.Max)
	}
	m := decode(t, g.PNG)
	if got, want := pixel(m, 1, 1), (color.NRGBA{255, 64, 128, 255}); got != want {
		t.Errorf("first weight is %v, want %v", got, want)
	}
	if got, want := pixel(m, 2, 1), (color.NRGBA{128, 128, 128, 255}); got != want {
		t.Errorf("zero is %v, want %v", got, want)
	}
}

// Two filters, one ten times the other: with a scale of its own each is as
// strong as the other.
func TestFiltersPerUnit(t *testing.T) {
	b := FilterBank{H: 1, W: 2, InC: 1, OutC: 3, Weights: []float32{10, -1, 0, 5, 0.5, 0}, PerUnit: true}
	g, err := Filters(b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][2]float32{{-10, 10}, {-1, 1}, {0, 0}}, g.Ranges); diff != "" || g.Min != -10 || g.Max != 10 {
		t.Errorf("from %v to %v, want the widest; ranges: %s", g.Min, g.Max, diff)
	}
	p := diverging()
	for unit, want := range [][2]color.Color{{p[255], p[192]}, {p[1], p[192]}, {neutral, neutral}} {
		m := g.Tile(unit)
		at := m.Bounds().Min
		if got := [2]color.Color{m.At(at.X, at.Y), m.At(at.X+1, at.Y)}; got != want {
			t.Errorf("unit %d is %v, want %v", unit, got, want)
		}
	}
	b.PerUnit = false
	if g, err = Filters(b); err != nil || g.Ranges != nil || pixel(g.picture, 4, 1) != p[128-13] {
		t.Errorf("%v; with one scale ranges are %v, and -1 of 10 is %v", err, g.Ranges, pixel(g.picture, 4, 1))
	}
}

func TestFiltersErrors(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(-1))
	for name, test := range map[string]struct {
		bank FilterBank
		want string
	}{
		"NaN":       {FilterBank{H: 1, W: 1, InC: 1, OutC: 2, Weights: []float32{1, nan}}, "weight 1 (unit 1) is NaN"},
		"infinite":  {FilterBank{H: 1, W: 1, InC: 1, OutC: 2, Weights: []float32{inf, 0}}, "weight 0 (unit 0) is -Inf"},
		"too few":   {FilterBank{H: 5, W: 5, InC: 1, OutC: 16, Weights: make([]float32, 3)}, "3 weights for filters of shape 5x5x1x16; it needs 400"},
		"no filter": {FilterBank{H: 5, W: 5, InC: 1}, "at least 1"},
	} {
		if _, err := Filters(test.bank); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
}
