package figure

import (
	"image/color"
	"strings"
	"testing"
)

// flat is a patch of one colour.
func flat(h, w int, pixel ...byte) []byte {
	var p []byte
	for range h * w {
		p = append(p, pixel...)
	}
	return p
}

func TestPatchesMosaic(t *testing.T) {
	black, white := flat(2, 3, 0), flat(2, 3, 255)
	g, err := Patches(PatchBank{H: 2, W: 3, C: 1, PerUnit: 4, Units: [][][]byte{
		{white, black, black, white}, {white}, {},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if g.TileW != 7 || g.TileH != 5 || g.Columns != 3 || g.Min != 0 || g.Max != 1 {
		t.Errorf("%dx%d tiles in %d columns from %v to %v, want 7x5 in 3 from 0 to 1", g.TileW, g.TileH, g.Columns, g.Min, g.Max)
	}
	m := decode(t, g.PNG)
	w, k, none := color.NRGBA{255, 255, 255, 255}, color.NRGBA{0, 0, 0, 255}, color.NRGBA{}
	for _, test := range []struct {
		unit, x, y int
		want       color.NRGBA
		what       string
	}{
		{0, 0, 0, w, "first patch"}, {0, 2, 1, w, "its last pixel"},
		{0, 4, 0, k, "second patch, right of the first"}, {0, 0, 3, k, "third patch, in the second row"}, {0, 6, 4, w, "fourth patch"},
		{0, 3, 0, none, "between columns"}, {0, 0, 2, none, "between rows"},
		{1, 0, 0, w, "only patch"}, {1, 4, 0, none, "missing patch"}, {1, 6, 4, none, "missing patch"},
		{2, 0, 0, hatchColor, "hatch"}, {2, 3, 3, hatchColor, "hatch"}, {2, 1, 0, none, "between the hatch's lines"},
	} {
		x, y := g.tile(test.unit)
		if got := pixel(m, x+test.x, y+test.y); got != test.want {
			t.Errorf("unit %d (%d,%d), %s: %v, want %v", test.unit, test.x, test.y, test.what, got, test.want)
		}
	}
}

func TestPatchesGrayIsWithinOneLevel(t *testing.T) {
	for v := range 256 {
		c := gray()[grayIndex(byte(v))].(color.NRGBA)
		if d := int(c.R) - v; d < -1 || d > 1 || c.R != c.G || c.G != c.B || c.A != 255 {
			t.Errorf("gray %d is drawn as %v", v, c)
		}
	}
}

func TestPatchesChannels(t *testing.T) {
	for _, test := range []struct {
		c     int
		patch []byte
		tileW int
		want  []color.NRGBA // along the first row
	}{
		{3, flat(1, 2, 200, 30, 10), 2, []color.NRGBA{{200, 30, 10, 255}, {200, 30, 10, 255}}},
		{2, flat(1, 2, 255, 0), 5, []color.NRGBA{{255, 255, 255, 255}, {255, 255, 255, 255}, {}, {0, 0, 0, 255}, {0, 0, 0, 255}}},
	} {
		g, err := Patches(PatchBank{H: 1, W: 2, C: test.c, PerUnit: 1, Units: [][][]byte{{test.patch}}})
		if err != nil {
			t.Fatal(err)
		}
		if g.TileW != test.tileW {
			t.Errorf("%d channels: tile is %d wide, want %d", test.c, g.TileW, test.tileW)
		}
		m := decode(t, g.PNG)
		for x, want := range test.want {
			if got := pixel(m, g.Gap+x, g.Gap); got != want {
				t.Errorf("%d channels at %d: %v, want %v", test.c, x, got, want)
			}
		}
	}
}

func TestPatchesErrors(t *testing.T) {
	two := [][][]byte{{}, {make([]byte, 4), make([]byte, 3)}}
	for want, b := range map[string]PatchBank{
		"patch 1 of unit 1 has 3 bytes; 2x2x1 needs 4":         {2, 2, 1, 9, two},
		"unit 1 has 2 patches; at most 1 fit its tile":         {2, 2, 1, 1, two},
		"0 units with 9 patches of 2x2x1; each number must be": {2, 2, 1, 9, nil},
	} {
		if _, err := Patches(b); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
