package figure

import (
	"bytes"
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
