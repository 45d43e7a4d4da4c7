package digits

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var everything = Augmentation{Rotation: 20, Shear: 0.2, Scale: 0.2, Shift: 2, Elastic: 1, Width: 1}

func anImage(t *rapid.T, g *Augmenter) []byte {
	n := g.h * g.w * g.c
	return rapid.SliceOfN(rapid.Byte(), n, n).Draw(t, "image")
}

func anAugmenter(t *rapid.T, a Augmentation) *Augmenter {
	return NewAugmenter(a, rapid.IntRange(1, 30).Draw(t, "h"), rapid.IntRange(1, 30).Draw(t, "w"), rapid.IntRange(1, 3).Draw(t, "c"))
}

func changedBy(g *Augmenter, epoch, place int, image []byte) []byte {
	to := make([]byte, len(image))
	g.Image(1, epoch, place, image, to)
	return to
}

func TestNoAugmentationKeepsEveryByte(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := anAugmenter(t, Augmentation{})
		image := anImage(t, g)
		if got := changedBy(g, 3, 4, image); !slices.Equal(got, image) {
			t.Fatalf("%v became %v", image, got)
		}
	})
}

// An image depends on its place, not on what the augmenter made before; another place or epoch makes another image.
func TestAugmentationDependsOnThePlaceAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := anAugmenter(t, everything)
		image := anImage(t, g)
		before := slices.Clone(image)
		first := changedBy(g, 2, 77, image)
		changedBy(g, 2, 78, image)
		if again := changedBy(g, 2, 77, image); !slices.Equal(first, again) {
			t.Fatalf("%v, then %v", first, again)
		}
		if other := changedBy(NewAugmenter(everything, g.h, g.w, g.c), 2, 77, image); !slices.Equal(first, other) {
			t.Fatalf("%v, by another augmenter %v", first, other)
		}
		if !slices.Equal(image, before) {
			t.Fatal("the original changed")
		}
	})
	pen := NewAugmenter(everything, 28, 28, 1)
	image := bar()
	for _, other := range [][2]int{{2, 78}, {3, 77}, {77, 2}} {
		if slices.Equal(changedBy(pen, 2, 77, image), changedBy(pen, other[0], other[1], image)) {
			t.Errorf("epoch and place %v give the image of 2, 77", other)
		}
	}
}

// bar is a line, six pixels wide, across the middle of an image.
func bar() []byte {
	image := make([]byte, 28*28)
	for y := 11; y < 17; y++ {
		for x := 4; x < 24; x++ {
			image[y*28+x] = 255
		}
	}
	return image
}

// Integers come within two levels of what real numbers give: places are exact to 7/65536 pixels and shares to 1/256.
func TestAugmentationAgainstRealNumbers(t *testing.T) {
	a := everything
	a.Width = 0
	rapid.Check(t, func(t *rapid.T) {
		g := anAugmenter(t, a)
		image := anImage(t, g)
		got := changedBy(g, 1, 1, image)
		for y := range g.h {
			for x := range g.w {
				for c := range g.c {
					want := naiveSample(g, image, x, y, c)
					if v := float64(got[(y*g.w+x)*g.c+c]); math.Abs(v-want) > 2.6 {
						t.Fatalf("pixel %d,%d,%d is %v, want %v", y, x, c, v, want)
					}
				}
			}
		}
	})
}

func naiveSample(g *Augmenter, image []byte, x, y, c int) float64 {
	column, row := x/gridCell, y/gridCell
	fx, fy := float64(x%gridCell)/gridCell, float64(y%gridCell)/gridCell
	var atX, atY float64
	for _, corner := range []struct {
		column, row int
		share       float64
	}{{0, 0, (1 - fx) * (1 - fy)}, {1, 0, fx * (1 - fy)}, {0, 1, (1 - fx) * fy}, {1, 1, fx * fy}} {
		n := g.nodes[(row+corner.row)*(g.columns+1)+column+corner.column]
		atX += corner.share * float64(n.x) / fixedOne
		atY += corner.share * float64(n.y) / fixedOne
	}
	sum := 0.0
	for i := range g.h {
		for j := range g.w {
			share := max(0, 1-math.Abs(float64(j)-atX)) * max(0, 1-math.Abs(float64(i)-atY))
			sum += share * float64(image[(i*g.w+j)*g.c+c])
		}
	}
	return sum
}

// Each setting does what its name says, within its bounds and nearly up to them.
func TestAugmentationBounds(t *testing.T) {
	const draws = 2000
	for _, c := range []struct {
		name    string
		a       Augmentation
		measure func(g *Augmenter) float64
		most    float64
	}{
		{"rotation", Augmentation{Rotation: 30}, func(g *Augmenter) float64 {
			across, _ := edges(g)
			return math.Atan2(across.Y, across.X) * 180 / math.Pi
		}, 30},
		{"shear", Augmentation{Shear: 0.4}, func(g *Augmenter) float64 { _, down := edges(g); return down.X / down.Y }, 0.4},
		{"scale", Augmentation{Scale: 0.2}, func(g *Augmenter) float64 { across, _ := edges(g); return 28/across.X - 1 }, 0.2},
		{"height", Augmentation{Scale: 0.2}, func(g *Augmenter) float64 { _, down := edges(g); return 28/down.Y - 1 }, 0.2},
		{"shift", Augmentation{Shift: 3}, func(g *Augmenter) float64 { return float64(g.nodes[0].x) / fixedOne }, 3},
		{"elastic", Augmentation{Elastic: 2}, func(g *Augmenter) float64 { return float64(g.nodes[0].y) / fixedOne }, 2},
	} {
		g := NewAugmenter(c.a, 28, 28, 1)
		low, high := math.Inf(1), math.Inf(-1)
		for i := range draws {
			changedBy(g, 0, i, bar())
			low, high = min(low, c.measure(g)), max(high, c.measure(g))
		}
		if low < -1.001*c.most || low > -0.98*c.most || high > 1.001*c.most || high < 0.98*c.most {
			t.Errorf("%s: %v to %v, want -%v to %[4]v", c.name, low, high, c.most)
		}
	}
}

// edges are the ways from the first point of the grid to the last of its row and of its column.
func edges(g *Augmenter) (across, down Point) {
	way := func(to node) Point {
		return Point{float64(to.x-g.nodes[0].x) / fixedOne, float64(to.y-g.nodes[0].y) / fixedOne}
	}
	return way(g.nodes[g.columns]), way(g.nodes[g.rows*(g.columns+1)])
}

// The bar's ink grows and shrinks by the width, on each of its sides half.
func TestAugmentationWidth(t *testing.T) {
	for _, width := range []float64{-1, -0.5, 0, 0.5, 1} {
		g := NewAugmenter(Augmentation{}, 28, 28, 1)
		ink := 0.0
		for y, v := range g.thicken(bar(), width) {
			if y%28 == 14 {
				ink += float64(v) / 255
			}
		}
		if want := 6 + width; math.Abs(ink-want) > 0.02 {
			t.Errorf("width %v: the bar is %v wide, want %v", width, ink, want)
		}
	}
}

func TestImpossibleAugmentations(t *testing.T) {
	for name, a := range map[string]Augmentation{
		"rotation": {Rotation: 46}, "shear": {Shear: -0.1}, "scale": {Scale: math.NaN()}, "shift": {Shift: math.Inf(1)},
		"elastic": {Elastic: 5}, "width": {Width: 3},
	} {
		if err := a.Check(); err == nil || !strings.HasPrefix(err.Error(), name+" ") || !strings.Contains(err.Error(), "use 0 to") {
			t.Errorf("%+v: error %v", a, err)
		}
	}
	if err := everything.Check(); err != nil {
		t.Error(err)
	}
}

func TestAugmentationText(t *testing.T) {
	for text, want := range map[string]Augmentation{
		`"off"`: {}, `{}`: {}, `{"rotation":10,"elastic":0.5}`: {Rotation: 10, Elastic: 0.5},
	} {
		var a, again Augmentation
		if err := json.Unmarshal([]byte(text), &a); err != nil || a != want {
			t.Errorf("%s is %+v, %v; want %+v", text, a, err, want)
		}
		written, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(written, &again); err != nil || again != a {
			t.Errorf("%s came back as %+v, %v", written, again, err)
		}
	}
	for _, text := range []string{`"on"`, `1`, `[]`, `{"turn":1}`, `{"rotation":"far"}`, `true`} {
		var a Augmentation
		if err := json.Unmarshal([]byte(text), &a); err == nil || !strings.Contains(err.Error(), `use "off", or numbers for rotation`) {
			t.Errorf("%s: error %v does not say what to use", text, err)
		}
	}
}

func BenchmarkAugment(b *testing.B) {
	for name, a := range map[string]Augmentation{
		"affine": {Rotation: 10, Shear: 0.1, Scale: 0.1, Shift: 1}, "elastic": {Rotation: 10, Elastic: 1}, "everything": everything,
	} {
		b.Run(name, func(b *testing.B) {
			g, image, to := NewAugmenter(a, 28, 28, 1), bar(), make([]byte, 784)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				g.Image(1, 0, i, image, to)
			}
		})
	}
}
