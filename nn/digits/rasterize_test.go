package digits

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func rasterize(t rapid.TB, strokes []Stroke, h, w int) *Drawing {
	t.Helper()
	d, err := Rasterize(strokes, h, w)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func transform(strokes []Stroke, scale, dx, dy float64) []Stroke {
	moved := make([]Stroke, len(strokes))
	for i, s := range strokes {
		for _, p := range s {
			moved[i] = append(moved[i], Point{p.X*scale + dx, p.Y*scale + dy})
		}
	}
	return moved
}

// difference is the largest and the mean difference of two pictures' pixels.
func difference(a, b *Drawing) (largest, mean float64) {
	for i, v := range a.Pixels {
		d := math.Abs(float64(v - b.Pixels[i]))
		largest, mean = max(largest, d), mean+d/float64(len(a.Pixels))
	}
	return largest, mean
}

// same allows what rounding may do: a sample on the ink's border changes sides, which may move the picture by one sample.
func same(t rapid.TB, what string, a, b *Drawing) {
	t.Helper()
	if largest, mean := difference(a, b); largest > 2.5/perPixel || mean > 0.01 {
		t.Errorf("%s changes a pixel by %.3f, %.4f on average", what, largest, mean)
	}
}

var drawings = rapid.Custom(func(t *rapid.T) []Stroke {
	coordinate := rapid.Float64Range(-100, 100)
	point := rapid.Custom(func(t *rapid.T) Point { return Point{coordinate.Draw(t, "x"), coordinate.Draw(t, "y")} })
	stroke := rapid.Custom(func(t *rapid.T) Stroke { return rapid.SliceOfN(point, 1, 8).Draw(t, "points") })
	return rapid.SliceOfN(stroke, 1, 5).Draw(t, "strokes")
})

func TestRasterizeProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		strokes := drawings.Draw(t, "drawing")
		h, w := rapid.IntRange(1, 40).Draw(t, "h"), rapid.IntRange(1, 40).Draw(t, "w")
		d := rasterize(t, strokes, h, w)
		if len(d.Pixels) != h*w {
			t.Fatalf("%d pixels of %dx%d", len(d.Pixels), h, w)
		}
		mass := float32(0)
		for i, v := range d.Pixels {
			if !(v >= 0 && v <= 1) {
				t.Fatalf("pixel %d is %v", i, v)
			}
			x, y := float64(i%w), float64(i/w)
			if v > 0 && (x+1 <= d.Box.Left || x >= d.Box.Right || y+1 <= d.Box.Top || y >= d.Box.Bottom) {
				t.Fatalf("ink at %v,%v is outside of %v", x, y, d.Box)
			}
			mass += v
		}
		if mass == 0 {
			t.Fatal("no ink")
		}
		checkBox(t, d)
		checkCenter(t, d)
	})
}

// checkBox checks that the ink is in the image, within 20/28 of it, and that long in one direction unless it is a dot.
func checkBox(t *rapid.T, d *Drawing) {
	const rounding = 1.0 / perPixel
	b := d.Box
	if b.Left < 0 || b.Top < 0 || b.Right > float64(d.W) || b.Bottom > float64(d.H) {
		t.Fatalf("box %v leaves the image of %dx%d", b, d.H, d.W)
	}
	roomW, roomH := boxShare*float64(d.W)-(b.Right-b.Left), boxShare*float64(d.H)-(b.Bottom-b.Top)
	if roomW < -rounding || roomH < -rounding {
		t.Fatalf("box %v is larger than 20/28 of %dx%d", b, d.H, d.W)
	}
	dot := b.Right-b.Left <= penShare*float64(min(d.H, d.W))+rounding && b.Bottom-b.Top <= penShare*float64(min(d.H, d.W))+rounding
	if min(roomW, roomH) > rounding && !dot {
		t.Fatalf("box %v touches no side of 20/28 of %dx%d", b, d.H, d.W)
	}
}

// checkCenter checks that the centre of mass is where MNIST's are, unless the box stands at the border.
func checkCenter(t *rapid.T, d *Drawing) {
	if min(d.H, d.W) < 14 {
		return // the pen is thinner than a pixel, which has one centre only
	}
	for _, c := range []struct{ at, from, to, size float64 }{
		{d.Center.X, d.Box.Left, d.Box.Right, float64(d.W)},
		{d.Center.Y, d.Box.Top, d.Box.Bottom, float64(d.H)},
	} {
		want := centerShare * c.size
		if c.from == 0 && c.at > want || c.to == c.size && c.at < want {
			continue
		}
		if math.Abs(c.at-want) > 0.3 {
			t.Fatalf("centre of mass %v (box %v) of %dx%d is at %v, want %v", d.Center, d.Box, d.H, d.W, c.at, want)
		}
	}
}

func TestRasterizeIgnoresSizeAndPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		strokes := drawings.Draw(t, "drawing")
		scale := math.Pow(10, rapid.Float64Range(-9, 9).Draw(t, "decades"))
		dx, dy := rapid.Float64Range(-1000, 1000).Draw(t, "dx")*scale, rapid.Float64Range(-1000, 1000).Draw(t, "dy")*scale
		if b := bounds(strokes); max(b.Right-b.Left, b.Bottom-b.Top) < 1e-6 {
			t.Skip("moving rounds the drawing away")
		}
		same(t, fmt.Sprintf("scale %v", scale), rasterize(t, strokes, 28, 28), rasterize(t, transform(strokes, scale, dx, dy), 28, 28))
	})
}

func TestRasterizeIgnoresSampling(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		strokes := drawings.Draw(t, "drawing")
		n := rapid.IntRange(2, 50).Draw(t, "n")
		dense := make([]Stroke, len(strokes))
		for i, s := range strokes {
			for j, p := range s {
				from := s[max(0, j-1)]
				for k := 1; k <= n; k++ {
					f := float64(k) / float64(n)
					dense[i] = append(dense[i], Point{from.X + f*(p.X-from.X), from.Y + f*(p.Y-from.Y)})
				}
			}
		}
		same(t, "resampling", rasterize(t, strokes, 28, 28), rasterize(t, dense, 28, 28))
	})
}

// Drawing a stroke again, backwards or in another order adds nothing and cancels nothing.
func TestRasterizeOverlap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		strokes := drawings.Draw(t, "drawing")
		twice := slices.Clone(strokes)
		for _, s := range strokes {
			back := slices.Clone(s)
			slices.Reverse(back)
			twice = append([]Stroke{back}, twice...)
		}
		same(t, "drawing it backwards too", rasterize(t, strokes, 28, 28), rasterize(t, twice, 28, 28))
	})
}

// A straight line's ink is a rectangle with round ends, so its area and the width of its pen are known.
func TestRasterizePenWidth(t *testing.T) {
	for _, angle := range []float64{0, 10, 30, 45, 60, 90, 135} {
		sin, cos := math.Sincos(angle * math.Pi / 180)
		d := rasterize(t, []Stroke{{{0, 0}, {cos, sin}}}, 28, 28)
		length := (20 - 2.2) / max(math.Abs(sin), math.Abs(cos))
		want := length*2.2 + math.Pi*1.1*1.1
		mass := 0.0
		for _, v := range d.Pixels {
			mass += float64(v)
		}
		if math.Abs(mass-want) > 0.02*want {
			t.Errorf("%v degrees: ink %.2f, want %.2f", angle, mass, want)
		}
	}
}

func TestRasterizeExtremes(t *testing.T) {
	seven := []Stroke{{{0, 0}, {1, 0}, {0.4, 2}}}
	want := rasterize(t, seven, 28, 28)
	for _, scale := range []float64{1e9, 1e-9, 1e300, 0x1p1022, 1e-300, 0x1p-1060} {
		same(t, fmt.Sprint("scale ", scale), want, rasterize(t, transform(seven, scale, 0, 0), 28, 28))
	}
	corner := math.MaxFloat64
	cross := []Stroke{{{-corner, -corner}, {corner, corner}}, {{-corner, corner}, {corner, -corner}}}
	same(t, "the largest numbers", rasterize(t, []Stroke{{{0, 0}, {1, 1}}, {{0, 1}, {1, 0}}}, 28, 28), rasterize(t, cross, 28, 28))
	same(t, "a line too flat for its numbers",
		rasterize(t, []Stroke{{{0, 0}, {1, 0}}}, 28, 28),
		rasterize(t, []Stroke{{{-1e9, 1e-9}, {1e9, 5e-324}}}, 28, 28))

	dot := rasterize(t, []Stroke{{{3, 4}}}, 28, 28)
	if w := dot.Box.Right - dot.Box.Left; math.Abs(w-2.2) > 0.1 || math.Abs(dot.Center.X-14.44) > 0.1 || math.Abs(dot.Center.Y-14.44) > 0.1 {
		t.Errorf("a dot %v wide at %v, want 2.2 in the middle", w, dot.Center)
	}
	for what, strokes := range map[string][]Stroke{
		"a repeated point":         {{{5, 5}, {5, 5}, {5, 5}}},
		"dots on each other":       {{{1e9, 1e-9}}, {}, {{1e9, 1e-9}}},
		"points apart by rounding": {{{1e9, 1}, {math.Nextafter(1e9, 2e9), 1}}},
	} {
		same(t, what, dot, rasterize(t, strokes, 28, 28))
	}
}

// Hundreds of strokes that blacken a whole square stay at 1.
func TestRasterizeHundredsOfStrokes(t *testing.T) {
	var strokes []Stroke
	for i := range 400 {
		y := float64(i)
		strokes = append(strokes, Stroke{{0, y}, {400, y}}, Stroke{{y, 400}, {y, 0}})
	}
	d := rasterize(t, strokes, 28, 28)
	for y := 5; y < 23; y++ {
		for x := 5; x < 23; x++ {
			if v := d.Pixels[y*28+x]; v != 1 {
				t.Fatalf("pixel %d,%d of a full square is %v", x, y, v)
			}
		}
	}
}

// A heavy scribble with a long thin tail weighs so much on one side that centring it would cut the tail off.
func TestRasterizeKeepsInk(t *testing.T) {
	scribble := Stroke{{0, 50}, {100, 50}}
	for i := range 200 {
		scribble = append(scribble, Point{100 - float64(i%13), float64(i % 101)})
	}
	d := rasterize(t, []Stroke{scribble}, 28, 28)
	if d.Box.Left != 0 {
		t.Errorf("box %v, want it at the left border", d.Box)
	}
	if got := d.Box.Right - d.Box.Left; math.Abs(got-20) > 0.1 {
		t.Errorf("%v pixels wide, want 20", got)
	}
}

func TestRasterizeErrors(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, strokes := range [][]Stroke{nil, {}, {{}}, {{}, nil}} {
		if _, err := Rasterize(strokes, 28, 28); !errors.Is(err, ErrEmpty) {
			t.Errorf("%v: error %v, want %v", strokes, err, ErrEmpty)
		}
	}
	for _, p := range []Point{{nan, 0}, {0, nan}, {inf, 0}, {0, -inf}, {inf, -inf}} {
		_, err := Rasterize([]Stroke{{{0, 0}}, {{1, 1}, p}}, 28, 28)
		if err == nil || !strings.Contains(err.Error(), "stroke 2, point 2") || !strings.Contains(err.Error(), "finite") {
			t.Errorf("%v: error %v", p, err)
		}
	}
	if _, err := Rasterize([]Stroke{{{0, 0}}}, 0, 28); err == nil || !strings.Contains(err.Error(), "0x28") {
		t.Errorf("no height: error %v", err)
	}
}

func BenchmarkRasterize(b *testing.B) {
	spiral := make(Stroke, 300)
	for i := range spiral {
		sin, cos := math.Sincos(float64(i) / 30)
		spiral[i] = Point{float64(i) * cos, float64(i) * sin}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Rasterize([]Stroke{spiral}, 28, 28); err != nil {
			b.Fatal(err)
		}
	}
}
