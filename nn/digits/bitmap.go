package digits

import (
	"math"
	"math/bits"
)

// perPixel is how many samples a pixel has along each side: 256 levels of coverage.
const perPixel = 16

// bitmap is ink on a grid of perPixel x perPixel samples a pixel. Setting a sample twice changes nothing, so
// crossing strokes neither add up nor cancel, as sums of signed areas would.
type bitmap struct {
	cols, rows int // in samples
	words      int // of a row
	bits       []uint64
}

// newBitmap covers width x height pixels.
func newBitmap(width, height float64) *bitmap {
	b := &bitmap{cols: samples(width), rows: samples(height)}
	b.words = (b.cols + 63) / 64
	b.bits = make([]uint64, b.rows*b.words)
	return b
}

// samples is the number of samples in a length of pixels, at least one; the noise of scaling adds none.
func samples(length float64) int { return max(1, int(math.Ceil(length*perPixel-1e-6))) }

// stroke inks every sample within radius of the polyline: round caps and joins.
//
//go:norace
func (b *bitmap) stroke(s Stroke, radius float64) {
	for i, p := range s {
		from := s[max(0, i-1)]
		joined := i == 0 && len(s) > 1 // inked with the segment that starts here
		if joined || i > 1 && p == from {
			continue
		}
		b.capsule(from, p, radius)
	}
}

// capsule inks every sample within radius of the segment from p to q.
//
//go:norace
func (b *bitmap) capsule(p, q Point, radius float64) {
	p, q, radius = Point{p.X * perPixel, p.Y * perPixel}, Point{q.X * perPixel, q.Y * perPixel}, radius*perPixel
	top := max(0, int(math.Ceil(min(p.Y, q.Y)-radius-0.5)))
	bottom := min(b.rows-1, int(math.Floor(max(p.Y, q.Y)+radius-0.5)))
	across := Point{}
	if length := math.Hypot(q.X-p.X, q.Y-p.Y); length > 0 {
		across = Point{-(q.Y - p.Y) / length * radius, (q.X - p.X) / length * radius}
	}
	corners := [4]Point{
		{p.X + across.X, p.Y + across.Y}, {q.X + across.X, q.Y + across.Y},
		{q.X - across.X, q.Y - across.Y}, {p.X - across.X, p.Y - across.Y},
	}
	for row := top; row <= bottom; row++ {
		y := float64(row) + 0.5
		left, right := math.Inf(1), math.Inf(-1)
		for _, center := range [2]Point{p, q} {
			if half := radius*radius - (y-center.Y)*(y-center.Y); half >= 0 {
				half = math.Sqrt(half)
				left, right = min(left, center.X-half), max(right, center.X+half)
			}
		}
		for i, a := range corners {
			c := corners[(i+1)&3]
			if (a.Y <= y) != (c.Y <= y) {
				x := a.X + (y-a.Y)/(c.Y-a.Y)*(c.X-a.X)
				left, right = min(left, x), max(right, x)
			}
		}
		if left <= right {
			b.span(row, int(math.Ceil(left-0.5)), int(math.Floor(right-0.5)))
		}
	}
}

// span inks the samples from..to of a row.
//
//go:norace
func (b *bitmap) span(row, from, to int) {
	from, to = max(from, 0), min(to, b.cols-1)
	line := b.bits[row*b.words : (row+1)*b.words]
	for from <= to {
		word, bit := from/64, from%64
		n := min(64-bit, to-from+1)
		line[word] |= ^uint64(0) >> (64 - n) << bit
		from += n
	}
}

// place averages the ink over the pixels of an image, its centre of mass at centerShare or as near as it can be with
// all ink in the image.
//
//go:norace
func (b *bitmap) place(h, w int) *Drawing {
	x, y := b.center()
	left := offset(w*perPixel, b.cols, x)
	top := offset(h*perPixel, b.rows, y)
	counts := make([]int, h*w)
	for row := range b.rows {
		line := b.bits[row*b.words : (row+1)*b.words]
		countSamples(line, left, counts[(top+row)/perPixel*w:][:w])
	}
	d := &Drawing{H: h, W: w, Pixels: make([]float32, h*w)}
	d.Box = Box{
		Left: float64(left) / perPixel, Top: float64(top) / perPixel,
		Right: float64(left+b.cols) / perPixel, Bottom: float64(top+b.rows) / perPixel,
	}
	var mass, sumX, sumY float64
	for i, n := range counts {
		d.Pixels[i] = float32(n) / (perPixel * perPixel)
		mass += float64(n)
		sumX += float64(n) * (float64(i%w) + 0.5)
		sumY += float64(n) * (float64(i/w) + 0.5)
	}
	d.Center = Point{sumX / mass, sumY / mass}
	return d
}

// offset is where length samples with their centre of mass at center start among size samples.
func offset(size, length int, center float64) int {
	start := int(math.Round(centerShare*float64(size) - center))
	return min(max(0, start), size-length)
}

// countSamples adds the number of inked samples to each pixel of a row that starts left samples before the line.
//
//go:norace
func countSamples(line []uint64, left int, pixels []int) {
	for i, word := range line {
		for at := left + i*64; word != 0; {
			n := perPixel - at%perPixel
			pixels[at/perPixel] += bits.OnesCount64(word & (1<<n - 1))
			word >>= n
			at += n
		}
	}
}

// center is the centre of mass in samples.
//
//go:norace
func (b *bitmap) center() (x, y float64) {
	var mass, sumX, sumY int
	for row := range b.rows {
		n := 0
		for i, word := range b.bits[row*b.words : (row+1)*b.words] {
			n += bits.OnesCount64(word)
			for ; word != 0; word &= word - 1 {
				sumX += i*64 + bits.TrailingZeros64(word)
			}
		}
		mass += n
		sumY += n * row
	}
	return float64(sumX)/float64(mass) + 0.5, float64(sumY)/float64(mass) + 0.5
}

// grown is the ink and all samples within radius pixels of it, as far as they are in the bitmap.
//
//go:norace
func (b *bitmap) grown(radius float64) *bitmap {
	reach := radius * perPixel
	if reach < 0.5 {
		return b
	}
	wide := &bitmap{b.cols, b.rows, b.words, make([]uint64, len(b.bits))}
	for row := range b.rows {
		b.runs(row, func(from, to int) {
			for dy := -int(reach); dy <= int(reach); dy++ {
				if at := row + dy; at >= 0 && at < b.rows {
					half := int(math.Sqrt(reach*reach - float64(dy*dy)))
					wide.span(at, from-half, to+half)
				}
			}
		})
	}
	return wide
}

// runs visits the first and the last sample of each piece of ink in a row.
//
//go:norace
func (b *bitmap) runs(row int, visit func(from, to int)) {
	line := b.bits[row*b.words : (row+1)*b.words]
	isInk := func(i int) bool { return i < b.cols && line[i/64]>>(i%64)&1 == 1 }
	for i := 0; i < b.cols; i++ {
		if !isInk(i) {
			continue
		}
		from := i
		for isInk(i + 1) {
			i++
		}
		visit(from, i)
	}
}
