package figure

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// grids imitates a level at some steps: noise that becomes lines; one unit is
// dead at first.
func grids(t testing.TB, units, steps, size int, paint func(PatchBank) (Grid, error)) Film {
	noise, lines := strokes(units, 1, size, size, 1), strokes(units, 1, size, size, 1)
	for u := range units {
		for i := range noise.Units[u][0] {
			noise.Units[u][0][i] = byte(i*i*37+u*91+i*11) ^ byte(i>>3*53)
		}
	}
	f := Film{Caption: "The units of conv2 at every kept step: the input that drives each most"}
	var drawn []Grid
	for step := range steps {
		b := PatchBank{H: size, W: size, C: 1, PerUnit: 1, Units: make([][][]byte, units)}
		for u := range units {
			if u == 2 && step < steps/3 {
				continue
			}
			mixed := make([]byte, size*size)
			for i := range mixed {
				mixed[i] = byte((int(noise.Units[u][0][i])*(steps-1-step) + int(lines.Units[u][0][i])*step) / max(1, steps-1))
			}
			b.Units[u] = [][]byte{mixed}
		}
		g, err := paint(b)
		if err != nil {
			t.Fatal(err)
		}
		drawn = append(drawn, g)
		f.Columns = append(f.Columns, fmt.Sprint("step ", 1<<step>>1))
	}
	for u := range units {
		f.Rows = append(f.Rows, fmt.Sprint("unit ", u))
	}
	f.Tile = func(row, column int) image.Image { return drawn[column].Tile(row) }
	return f
}

// marked adds marks at a few places.
func marked(f Film) Film {
	for row := range f.Rows {
		marks := make([]bool, len(f.Columns))
		marks[row%len(marks)] = row%3 == 1
		f.Marks = append(f.Marks, marks)
	}
	return f
}

// signedPatches paints patches as signed maps.
func signedPatches(b PatchBank) (Grid, error) {
	maps := SignedBank{H: b.H, W: b.W, C: b.C, PerUnit: 1, Units: make([][][]float32, len(b.Units))}
	for u, patches := range b.Units {
		for _, p := range patches {
			values := make([]float32, len(p))
			for i, v := range p {
				values[i] = float32(v) - 100
			}
			maps.Units[u] = append(maps.Units[u], values)
		}
	}
	return Signed(maps)
}

func mustLoad(t *testing.T, f Film) *reel {
	t.Helper()
	r, err := f.load()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// isTile checks that a tile is drawn, enlarged, at a place; the mark's corner is
// left out.
func isTile(t *testing.T, m image.Image, f Film, row, column int, at image.Point, by int) {
	t.Helper()
	tile := f.Tile(row, column)
	b := tile.Bounds()
	p := newPainter(orDefault(f.Theme, "light"))
	for y := range b.Dy() * f.Zoom {
		for x := range b.Dx() * f.Zoom {
			if x >= b.Dx()*f.Zoom-markWidth && y < len(markShape) {
				continue
			}
			want := color.NRGBA(p.over(tile.At(b.Min.X+x/f.Zoom, b.Min.Y+y/f.Zoom)))
			if got := pixel(m, at.X+x, at.Y+y); !near(got, want, by) {
				t.Fatalf("row %d, column %d at (%d,%d): %v, want %v", row, column, x, y, got, want)
			}
		}
	}
}

func TestContactSheetHasEveryTile(t *testing.T) {
	for _, paint := range []func(PatchBank) (Grid, error){Patches, signedPatches} {
		for _, theme := range []string{"light", "dark"} {
			f := marked(grids(t, 5, 7, 9, paint))
			f.Zoom, f.Theme = 3, theme
			data, err := ContactSheet(f, told)
			if err != nil {
				t.Fatal(err)
			}
			m, s := decode(t, data), mustLoad(t, f).sheet()
			for row := range f.Rows {
				for column := range f.Columns {
					isTile(t, m, f, row, column, s.place(row, column), 0)
				}
			}
			if _, texts := chunks(t, data); texts["Source"] != "run-7" {
				t.Errorf("its metadata are %v", texts)
			}
		}
	}
}

// The mark is a shape in the tile's upper right corner, and the legend says what
// it means; nothing else changes.
func TestMarksAreSeenWithoutColour(t *testing.T) {
	f := grids(t, 3, 4, 10, Patches)
	f.Zoom = 2
	plain, err := ContactSheet(f, told)
	if err != nil {
		t.Fatal(err)
	}
	f.Marks = [][]bool{make([]bool, 4), {false, false, true, false}, make([]bool, 4)}
	data, err := ContactSheet(f, told)
	if err != nil {
		t.Fatal(err)
	}
	before, after := decode(t, plain), decode(t, data)
	s := mustLoad(t, f).sheet()
	corner := s.place(1, 2).Add(image.Pt(s.reel.tile.X-markWidth, 0))
	for y, row := range markShape {
		for x, what := range row {
			want := map[rune]color.NRGBA{'#': {32, 32, 32, 255}, 'o': {255, 255, 255, 255}, ' ': pixel(before, corner.X+x, corner.Y+y)}[what]
			if got := pixel(after, corner.X+x, corner.Y+y); got != want {
				t.Errorf("mark at (%d,%d): %v, want %v", x, y, got, want)
			}
		}
	}
	mark := image.Rectangle{corner, corner.Add(image.Pt(markWidth, len(markShape)))}
	legend := 0
	for y := range after.Bounds().Dy() {
		for x := range after.Bounds().Dx() {
			in := image.Pt(x, y).In(before.Bounds())
			changed := !in && pixel(after, x, y) != (color.NRGBA{255, 255, 255, 255}) || in && pixel(after, x, y) != pixel(before, x, y)
			if changed && y >= s.legend {
				legend++
			} else if changed && !image.Pt(x, y).In(mark) {
				t.Fatalf("(%d,%d) changed, far from the mark", x, y)
			}
		}
	}
	if legend < 300 {
		t.Errorf("the legend has only %d pixels", legend)
	}
}

func TestAnimation(t *testing.T) {
	for what, test := range map[string]struct {
		paint func(PatchBank) (Grid, error)
		by    int // that a colour may differ
	}{"gray": {Patches, 1}, "signed": {signedPatches, 4}} {
		f := marked(grids(t, 10, 9, 8, test.paint))
		f.Zoom, f.Theme = 2, "dark"
		data, err := Animation(f, told)
		if err != nil {
			t.Fatal(err)
		}
		g, err := gif.DecodeAll(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if len(g.Image) != 9 || g.LoopCount != 0 {
			t.Errorf("%s: %d frames, loop count %d; want 9 for ever", what, len(g.Image), g.LoopCount)
		}
		if d := g.Delay; d[0] <= d[1] || d[8] <= d[0] || d[1] != d[7] {
			t.Errorf("%s: delays %v, want the first and the last longer", what, d)
		}
		a := mustLoad(t, f).animation()
		screen := image.NewRGBA(image.Rect(0, 0, g.Config.Width, g.Config.Height))
		for column, frame := range g.Image {
			draw.Draw(screen, frame.Bounds(), frame, frame.Bounds().Min, draw.Over)
			for row := range f.Rows {
				x, y := a.grid.tile(row)
				isTile(t, screen, f, row, column, a.origin.Add(image.Pt(x, y)), test.by)
			}
			if diff := cmp.Diff(g.Image[0].Palette, frame.Palette); diff != "" {
				t.Errorf("%s: frame %d has a palette of its own", what, column)
			}
			for _, c := range frame.Palette {
				if r, g, b, _ := c.RGBA(); what == "gray" && (r != g || g != b) {
					t.Fatalf("a gray film has the colour %v", c)
				}
			}
		}
		if comment, _ := wholly(t, gifComment(t, data)); comment.Run != "run-7" {
			t.Errorf("%s: its metadata are %v", what, comment)
		}
	}
}

// A unit that stays as it is costs next to nothing.
func TestAnimationOfAStillIsSmall(t *testing.T) {
	f := grids(t, 16, 20, 20, Patches)
	moving, err := Animation(f, told)
	if err != nil {
		t.Fatal(err)
	}
	tile := f.Tile
	f.Tile = func(row, _ int) image.Image { return tile(row, 0) }
	still, err := Animation(f, told)
	if err != nil {
		t.Fatal(err)
	}
	if len(still) > len(moving)/8 {
		t.Errorf("%d bytes for a film that stands still, %d for one that moves", len(still), len(moving))
	}
}

func TestFilmErrors(t *testing.T) {
	whole := func() Film { return grids(t, 3, 3, 6, Patches) }
	large := image.NewGray(image.Rect(0, 0, 300, 200))
	for want, change := range map[string]func(*Film){
		"a film of 0 rows and 3 columns":                        func(f *Film) { f.Rows = nil },
		"the tile of unit 1 at step 2 is 5x6; the first is 6x6": func(f *Film) { f.Tile = oneDiffers(f.Tile) },
		"the tile of unit 0 at step 0 is empty":                 func(f *Film) { f.Tile = func(int, int) image.Image { return nil } },
		"marks for 1 rows of a film; it has 3":                  func(f *Film) { f.Marks = [][]bool{{true, true, true}} },
		"row 0 of a film has 1 marks; it has 3 columns":         func(f *Film) { f.Marks = [][]bool{{true}, {}, {}} },
		"zoom 33 is not possible; allowed is 1 to 32":           func(f *Film) { f.Zoom = 33 },
		`theme "gray" is not possible; allowed is light, dark`:  func(f *Film) { f.Theme = "gray" },
		"at most 40 million are possible, so choose fewer rows": func(f *Film) {
			f.Zoom, f.Tile = 32, func(int, int) image.Image { return large }
		},
	} {
		for what, make := range map[string]func(Film, Metadata) ([]byte, error){"sheet": ContactSheet, "animation": Animation} {
			f := whole()
			change(&f)
			if _, err := make(f, told); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %q", what, err, want)
			}
		}
	}
	var wrong *OptionError
	if _, err := Animation(Film{Rows: []string{""}, Columns: []string{""}, Tile: whole().Tile, Zoom: -1}, told); !errors.As(err, &wrong) {
		t.Errorf("%v, want an OptionError", err)
	}
}

// oneDiffers makes the tile of row 1, column 2 narrower.
func oneDiffers(tile func(int, int) image.Image) func(int, int) image.Image {
	return func(row, column int) image.Image {
		if row == 1 && column == 2 {
			return image.NewGray(image.Rect(0, 0, 5, 6))
		}
		return tile(row, column)
	}
}

func TestCommonWord(t *testing.T) {
	for _, test := range []struct {
		names []string
		word  string
		rest  []string
	}{
		{[]string{"step 0", "step 64"}, "step", []string{"0", "64"}},
		{[]string{"step 0", "epoch 1"}, "", []string{"step 0", "epoch 1"}},
		{[]string{"start", "start 2"}, "", []string{"start", "start 2"}},
	} {
		word, rest := commonWord(test.names)
		if diff := cmp.Diff(test.rest, rest); word != test.word || diff != "" {
			t.Errorf("%q: %q and %s", test.names, word, diff)
		}
	}
}

func TestWrap(t *testing.T) {
	const width = 120
	text := "Dark blue is negative, light orange is positive, and extraordinarilylongwordsareleftalone."
	lines := wrap(text, width)
	if strings.Join(lines, " ") != text || len(lines) < 3 {
		t.Errorf("%q", lines)
	}
	for _, line := range lines {
		if filmTextWidth(line) > width && strings.Contains(line, " ") {
			t.Errorf("%q is %d wide", line, filmTextWidth(line))
		}
	}
	if wrap("", width) != nil {
		t.Error("an empty text has lines")
	}
}

// No colour is made up; few enough colours all stay.
func TestMostCommonColours(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		times := map[color.RGBA]int{}
		var counts []count
		for _, v := range rapid.SliceOfDistinct(rapid.Uint32Range(0, 1<<24-1), rapid.ID).Draw(t, "colours") {
			c := color.RGBA{uint8(v >> 16), uint8(v >> 8), uint8(v), 255}
			times[c] = 1 + int(v%97)
			counts = append(counts, count{c, times[c]})
		}
		n := rapid.IntRange(1, 20).Draw(t, "n")
		chosen := map[color.RGBA]bool{}
		for _, c := range mostCommon(counts, n) {
			if times[c] == 0 || chosen[c] {
				t.Errorf("%v is no colour of the picture, or is chosen twice", c)
			}
			chosen[c] = true
		}
		if len(chosen) != min(n, len(times)) {
			t.Errorf("%d of %d colours, want %d", len(chosen), len(times), min(n, len(times)))
		}
	})
}
