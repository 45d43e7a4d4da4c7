package figure

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/png"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func decode(t testing.TB, data []byte) image.Image {
	t.Helper()
	m, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func pixel(m image.Image, x, y int) color.NRGBA {
	return color.NRGBAModel.Convert(m.At(x, y)).(color.NRGBA)
}

func TestGridColumns(t *testing.T) {
	got := map[int]int{}
	want := map[int]int{
		1: 1, 4: 4, 6: 6, 8: 8, 9: 3, 10: 5, 12: 6, 16: 8, 20: 5, 32: 8,
		37: 10, 48: 8, 64: 8, 100: 10, 120: 15, 128: 16, 256: 16,
	}
	for units := range want {
		got[units] = gridColumns(units)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestGridColumnsAreBalanced(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		units := rapid.IntRange(1, 2000).Draw(t, "units")
		g := newGrid(units, 3, 3, 1)
		if g.Columns*g.Rows < units || g.Columns*(g.Rows-1) >= units {
			t.Errorf("%d units in %dx%d", units, g.Columns, g.Rows)
		}
		if g.Rows > g.Columns {
			t.Errorf("%d units stand in %d columns and %d rows, taller than wide", units, g.Columns, g.Rows)
		}
	})
}

// A unit's own picture is its tile of the whole picture, pixel by pixel.
func TestUnitIsItsTile(t *testing.T) {
	for name, draw := range map[string]func() (Grid, error){
		"paletted": func() (Grid, error) { return Filters(gabors(5, 1, 10)) },
		"colour":   func() (Grid, error) { return Filters(gabors(4, 3, 10)) },
		"mosaic":   func() (Grid, error) { return Patches(strokes(10, 3, 6, 7, 1)) },
	} {
		g, err := draw()
		if err != nil {
			t.Fatal(err)
		}
		whole := decode(t, g.PNG)
		for _, test := range []struct{ unit, zoom int }{{0, 1}, {3, 4}, {9, 32}} {
			data, err := g.Unit(test.unit, test.zoom)
			if err != nil {
				t.Fatal(err)
			}
			m, tile := decode(t, data), g.Tile(test.unit)
			if got := m.Bounds().Size(); got != (image.Point{g.TileW * test.zoom, g.TileH * test.zoom}) {
				t.Fatalf("%s: unit %d enlarged by %d is %v", name, test.unit, test.zoom, got)
			}
			left, top := g.tile(test.unit)
			for y := range m.Bounds().Dy() {
				for x := range m.Bounds().Dx() {
					want := pixel(whole, left+x/test.zoom, top+y/test.zoom)
					if got := pixel(m, x, y); got != want || pixel(tile, left+x/test.zoom, top+y/test.zoom) != want {
						t.Fatalf("%s: unit %d enlarged by %d at (%d,%d): %v, want %v", name, test.unit, test.zoom, x, y, got, want)
					}
				}
			}
		}
	}
}

func TestUnitErrors(t *testing.T) {
	g, err := Filters(gabors(5, 1, 10))
	if err != nil {
		t.Fatal(err)
	}
	for want, ask := range map[string][2]int{
		"unit 10 is not possible; allowed is 0 to 9": {10, 1},
		"unit -1 is not possible; allowed is 0 to 9": {-1, 1},
		"zoom 0 is not possible; allowed is 1 to 32": {0, 0},
	} {
		_, err := g.Unit(ask[0], ask[1])
		var wrong *OptionError
		if !errors.As(err, &wrong) || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestEnlargedPicturesAreBounded(t *testing.T) {
	file, err := encodePNG(image.NewGray(image.Rect(0, 0, 1000, 900)))
	if err != nil {
		t.Fatal(err)
	}
	var option *OptionError
	for zoom, possible := range map[int]bool{0: false, 1: true, 2: true, 3: false, 33: false} {
		if _, err := Enlarged(file, zoom); (err == nil) != possible || err != nil && !errors.As(err, &option) {
			t.Errorf("by %d: %v", zoom, err)
		}
	}
	if _, err := Enlarged([]byte("no picture"), 2); err == nil || errors.As(err, &option) {
		t.Errorf("no picture gives %v", err)
	}
}
