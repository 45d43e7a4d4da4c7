package figure

import (
	"image/color"
	"math"
	"strings"
	"testing"
)

func TestImages(t *testing.T) {
	gray := func(v uint8) color.NRGBA { return color.NRGBA{v, v, v, 255} }
	none := color.NRGBA{}
	for what, test := range map[string]struct {
		bank ImageBank
		gap  int
		want [][]color.NRGBA // of each unit, its first row
	}{
		"gray": {
			ImageBank{H: 1, W: 3, C: 1, Units: [][]float32{{0, 1, 0.5}, nil, {-2, 2, 0.25}}}, 2,
			[][]color.NRGBA{{gray(0), gray(255), gray(128)}, {hatchColor, none, none}, {gray(0), gray(255), gray(64)}},
		},
		"colour": {
			ImageBank{H: 1, W: 2, C: 3, Units: [][]float32{{1, 0, 0.2, 0.4, 1.5, -1}, nil}}, 2,
			[][]color.NRGBA{{{255, 0, 51, 255}, {102, 255, 0, 255}}, {none, none}},
		},
		"two channels": {
			ImageBank{H: 1, W: 2, C: 2, Units: [][]float32{{0, 1, 0.5, 0}}}, 4,
			[][]color.NRGBA{{gray(0), gray(128), none, gray(255), gray(0)}},
		},
	} {
		g, err := Images(test.bank)
		if err != nil {
			t.Fatal(err)
		}
		if g.Gap != test.gap || g.TileW != len(test.want[0]) || g.TileH != 1 || g.Min != 0 || g.Max != 1 || g.Ranges != nil {
			t.Errorf("%s: gap %d, tile %dx%d, from %v to %v", what, g.Gap, g.TileW, g.TileH, g.Min, g.Max)
		}
		m := decode(t, g.PNG)
		for u, row := range test.want {
			left, top := g.tile(u)
			dead := test.bank.Units[u] == nil
			for x, want := range row {
				if dead { // its lines run through the whole grid's tiles
					want = none
					if x%hatch == 0 {
						want = hatchColor
					}
				}
				if got := pixel(m, left+x, top); !near(got, want, 1) {
					t.Errorf("%s: unit %d at %d is %v, want %v", what, u, x, got, want)
				}
			}
		}
	}
}

func TestImagesErrors(t *testing.T) {
	for want, b := range map[string]ImageBank{
		"image 0 of unit 1 has 3 values; 2x2x1 needs 4":    {H: 2, W: 2, C: 1, Units: [][]float32{nil, {1, 1, 1}}},
		"image 0 of unit 0 has 0 values; 2x2x1 needs 4":    {H: 2, W: 2, C: 1, Units: [][]float32{{}}},
		"value 2 of unit 0's image is NaN":                 {H: 2, W: 2, C: 1, Units: [][]float32{{0, 0, float32(math.NaN()), 0}}},
		"0 units with 1 images of 2x2x1; each number must": {H: 2, W: 2, C: 1},
	} {
		if _, err := Images(b); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
