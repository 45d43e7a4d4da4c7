package figure

import (
	"image/color"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Two units; the first has a strong and a weak map, the second is dead, the
// third has one that is zero.
var signedMaps = [][][]float32{{{4, -2}, {0.1, 0}}, nil, {{0, 0}}}

func TestSignedScales(t *testing.T) {
	p := diverging()
	up, half, faint := p[255], p[64], p[131]
	for _, test := range []struct {
		shared bool
		ranges [][2]float32
		weak   color.Color // the first value of the weak map
	}{
		{false, [][2]float32{{-4, 4}, {0, 0}, {0, 0}}, up},
		{true, nil, faint},
	} {
		g, err := Signed(SignedBank{H: 1, W: 2, C: 1, PerUnit: 4, Units: signedMaps, Shared: test.shared})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.ranges, g.Ranges); diff != "" || g.Min != -4 || g.Max != 4 {
			t.Errorf("from %v to %v; ranges: %s", g.Min, g.Max, diff)
		}
		if g.TileW != 5 || g.TileH != 3 || g.Gap != unitGap {
			t.Errorf("tile %dx%d, gap %d; want 2x2 maps of 2x1", g.TileW, g.TileH, g.Gap)
		}
		m := decode(t, g.PNG)
		for _, place := range []struct {
			unit, x, y int
			want       color.Color
		}{
			{0, 0, 0, up}, {0, 1, 0, half}, {0, 3, 0, test.weak}, {0, 4, 0, neutral}, {0, 0, 2, color.NRGBA{}},
			{1, 0, 0, neutral}, {1, 1, 0, color.NRGBA{}}, {1, 4, 2, neutral},
			{2, 0, 0, neutral}, {2, 1, 0, neutral},
		} {
			left, top := g.tile(place.unit)
			if got := pixel(m, left+place.x, top+place.y); got != place.want {
				t.Errorf("shared %v: unit %d at (%d,%d) is %v, want %v", test.shared, place.unit, place.x, place.y, got, place.want)
			}
		}
	}
}

func TestSignedInColour(t *testing.T) {
	g, err := Signed(SignedBank{H: 1, W: 1, C: 3, PerUnit: 1, Units: [][][]float32{{{2, -1, 0}}}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := pixel(decode(t, g.PNG), g.Gap, g.Gap), (color.NRGBA{255, 64, 128, 255}); got != want {
		t.Errorf("%v, want %v: zero is middle gray", got, want)
	}
}

func TestSignedErrors(t *testing.T) {
	for want, b := range map[string]SignedBank{
		"map 1 of unit 0 has 1 values; 1x2x1 needs 2":           {H: 1, W: 2, C: 1, PerUnit: 9, Units: [][][]float32{{{1, 2}, {1}}}},
		"unit 0 has 2 maps; at most 1 fit its tile":             {H: 1, W: 2, C: 1, PerUnit: 1, Units: signedMaps},
		"value 1 of map 0 of unit 0 is +Inf; only finite":       {H: 1, W: 2, C: 1, PerUnit: 1, Units: [][][]float32{{{1, float32(math.Inf(1))}}}},
		"0 units with 9 maps of 1x2x1; each number must be at ": {H: 1, W: 2, C: 1, PerUnit: 9},
	} {
		if _, err := Signed(b); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
