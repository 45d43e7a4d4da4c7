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
	for _, tones := range []*grayscale{plainGray(), labelledGray()} {
		if len(tones.palette) != 256 {
			t.Fatalf("%d colours, want 256", len(tones.palette))
		}
		for v := range 256 {
			c := tones.palette[tones.index[v]].(color.NRGBA)
			if d := int(c.R) - v; d < -1 || d > 1 || c.R != c.G || c.G != c.B || c.A != 255 {
				t.Errorf("gray %d is drawn as %v", v, c)
			}
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

// A label changes nothing but the frame around its patch.
func TestPatchesLabels(t *testing.T) {
	for _, c := range []int{1, 2, 3} {
		b := strokes(3, 4, 5, 6, c)
		b.Units[1], b.Units[2] = b.Units[1][:2], nil
		plain, err := Patches(b)
		if err != nil {
			t.Fatal(err)
		}
		b.Labels = [][]int{{0, 9, 3, 13}, {1, 1}, nil}
		g, err := Patches(b)
		if err != nil {
			t.Fatal(err)
		}
		if g.TileW != plain.TileW+4 || g.TileH != plain.TileH+4 || g.Columns != plain.Columns {
			t.Fatalf("%d channels: tiles are %dx%d, want frames of a pixel around 2x2 patches of %dx%d", c, g.TileW, g.TileH, plain.TileW, plain.TileH)
		}
		m, before := decode(t, g.PNG), decode(t, plain.PNG)
		w, h := (plain.TileW-1)/2, (plain.TileH-1)/2 // of a patch
		for u, labels := range b.Labels {
			left, top := g.tile(u)
			oldLeft, oldTop := plain.tile(u)
			for i, label := range labels {
				x0, y0 := left+i%2*(w+3), top+i/2*(h+3)
				for y := range h + 2 {
					for x := range w + 2 {
						want := LabelColor(label)
						if x > 0 && x <= w && y > 0 && y <= h {
							want = pixel(before, oldLeft+i%2*(w+1)+x-1, oldTop+i/2*(h+1)+y-1)
						}
						if got := pixel(m, x0+x, y0+y); !near(got, want, 1) {
							t.Fatalf("%d channels, unit %d, patch %d at (%d,%d): %v, want %v", c, u, i, x, y, got, want)
						}
					}
				}
			}
		}
		if LabelColor(13) != LabelColor(3) || pixel(m, func() int { x, _ := g.tile(1); return x }(), g.Gap+h+3) != (color.NRGBA{}) {
			t.Errorf("%d channels: a missing patch has a frame, or label 13 has not the colour of 3", c)
		}
	}
}

func TestPatchesErrors(t *testing.T) {
	one := [][][]byte{{}, {make([]byte, 4)}}
	two := [][][]byte{{}, {make([]byte, 4), make([]byte, 3)}}
	for want, b := range map[string]PatchBank{
		"patch 1 of unit 1 has 3 values; 2x2x1 needs 4":         {H: 2, W: 2, C: 1, PerUnit: 9, Units: two},
		"unit 1 has 2 patches; at most 1 fit its tile":          {H: 2, W: 2, C: 1, PerUnit: 1, Units: two},
		"0 units with 9 patches of 2x2x1; each number must be":  {H: 2, W: 2, C: 1, PerUnit: 9},
		"labels for 1 units; there are 2 units":                 {H: 2, W: 2, C: 1, PerUnit: 1, Units: one, Labels: [][]int{{1}}},
		"unit 1 has 0 labels for 1 patches; each needs one":     {H: 2, W: 2, C: 1, PerUnit: 1, Units: one, Labels: [][]int{{}, {}}},
		"patch 0 of unit 1 has the label -1; labels begin at 0": {H: 2, W: 2, C: 1, PerUnit: 1, Units: one, Labels: [][]int{{}, {-1}}},
	} {
		if _, err := Patches(b); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
