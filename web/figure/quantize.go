package figure

import (
	"cmp"
	"image"
	"image/color"
	"slices"
)

// paletteSize is the most colours that a byte can index.
const paletteSize = 256

// exactPalette returns the same picture with a palette, if it has few enough
// colours, or else itself.
func exactPalette(m *image.RGBA) image.Image {
	out := image.NewPaletted(m.Bounds(), nil)
	index := map[color.RGBA]uint8{}
	var last color.RGBA
	at := uint8(0)
	for i := range out.Pix {
		c := color.RGBA{m.Pix[4*i], m.Pix[4*i+1], m.Pix[4*i+2], m.Pix[4*i+3]}
		if c != last {
			known, ok := index[c]
			if !ok {
				if len(index) == paletteSize {
					return m
				}
				known = uint8(len(index))
				index[c] = known
				out.Palette = append(out.Palette, c)
			}
			last, at = c, known
		}
		out.Pix[i] = at
	}
	return out
}

// A count is how often a colour occurs.
type count struct {
	colour color.RGBA
	times  int
}

// A box is colours that one of them stands for.
type box struct {
	counts []count
	extent int // the largest difference in one channel
	along  int // that channel
}

// mostCommon chooses at most n of the colours, such that the others are close to
// one of them: Heckbert's median cut ("Color Image Quantization for Frame Buffer
// Display", 1982), with the most frequent colour of each box in place of a mean,
// so that grays stay grays and no colour is made up.
func mostCommon(counts []count, n int) []color.RGBA {
	slices.SortFunc(counts, func(a, b count) int {
		return cmp.Or(cmp.Compare(a.colour.R, b.colour.R), cmp.Compare(a.colour.G, b.colour.G), cmp.Compare(a.colour.B, b.colour.B))
	})
	if len(counts) == 0 {
		return nil
	}
	boxes := []box{newBox(counts)}
	for len(boxes) < min(n, len(counts)) {
		widest := 0
		for i, b := range boxes {
			if b.extent > boxes[widest].extent {
				widest = i
			}
		}
		low, high := boxes[widest].split()
		boxes[widest] = low
		boxes = append(boxes, high)
	}
	var chosen []color.RGBA
	for _, b := range boxes {
		chosen = append(chosen, slices.MaxFunc(b.counts, func(a, b count) int { return cmp.Compare(a.times, b.times) }).colour)
	}
	return chosen
}

func channel(c color.RGBA, i int) int {
	return int([3]uint8{c.R, c.G, c.B}[i])
}

func newBox(counts []count) box {
	b := box{counts: counts}
	for i := range 3 {
		low, high := 255, 0
		for _, c := range counts {
			v := channel(c.colour, i)
			low, high = min(low, v), max(high, v)
		}
		if high-low > b.extent {
			b.extent, b.along = high-low, i
		}
	}
	return b
}

// split cuts a box of at least two colours in the middle of its extent.
func (b box) split() (low, high box) {
	slices.SortStableFunc(b.counts, func(x, y count) int {
		return cmp.Compare(channel(x.colour, b.along), channel(y.colour, b.along))
	})
	first := channel(b.counts[0].colour, b.along)
	cut, _ := slices.BinarySearchFunc(b.counts, first+(b.extent+1)/2, func(c count, v int) int {
		return cmp.Compare(channel(c.colour, b.along), v)
	})
	return newBox(b.counts[:cut]), newBox(b.counts[cut:])
}

// nearest returns the index of the palette's colour that is closest, from first
// on.
func nearest(p color.Palette, first int, c color.RGBA) uint8 {
	best, least := first, 1<<30
	for i, candidate := range p[first:] {
		distance := 0
		for k := range 3 {
			d := channel(c, k) - channel(candidate.(color.RGBA), k)
			distance += d * d
		}
		if distance < least {
			best, least = first+i, distance
		}
	}
	return uint8(best)
}
