package digits

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

const (
	leastSide     = 8    // of a picture in pixels
	leastContrast = 0.05 // between ink and background, of the picture's brightness
	leastPaper    = 0.1  // brightness below which paper counts as no darker
	overNoise     = 4    // times the noise that the contrast must be
	smoothSide    = 128  // pictures of as many pixels along a side are smoothed
	inkLevel      = 0.4  // of the ink's strength: what is darker belongs to the stroke
	speckShare    = 0.04 // of the largest part: what is smaller is dirt
	innerShare    = 0.3  // of the largest part: with such a one inside, what touches the border is not the digit's
)

// ErrBlank is what [Read] says about a picture without anything on it.
var ErrBlank = errors.New("nothing stands out from the background; expected a picture of one digit, dark on light or light on dark")

// Reading is a picture's digit as a network sees it.
type Reading struct {
	*Drawing
	Inverted bool // the digit is darker than its background
	Place    Box  // of the digit in the picture
}

// Read finds the digit of a picture, dark on light or light on dark, and puts it into h x w pixels as [Rasterize] does with strokes:
//
//  1. The light of the scene is estimated and taken out; the rarer of darker and lighter than that is the ink.
//  2. Ink that is strong enough makes parts; specks are dropped, and what touches the border if there is something within.
//  3. Strokes that are thinner than MNIST's pen get its width, as MNIST's makers had people write with one sort of pen.
//  4. The parts are scaled into the box of 20 of 28 pixels, with their centre of mass in the middle.
//
// Errors are [ErrBlank] and sentences about sizes that are too small.
func Read(p Photo, h, w int) (*Reading, error) {
	switch {
	case h < 1 || w < 1:
		return nil, fmt.Errorf("an image of %dx%d pixels; expected at least 1x1", h, w)
	case p.H < leastSide || p.W < leastSide:
		return nil, fmt.Errorf("the picture is %d by %d pixels; a digit needs at least %d by %d", p.W, p.H, leastSide, leastSide)
	}
	if max(p.H, p.W) >= smoothSide {
		p = p.smooth()
	}
	ink, inverted, noise := p.ink()
	strength, ok := ink.strength(noise)
	if !ok {
		return nil, ErrBlank
	}
	place, ok := ink.keepParts(inkLevel * strength)
	if !ok {
		return nil, ErrBlank
	}
	strokes := ink.draw(inkLevel*strength, place, h, w)
	if !slices.ContainsFunc(strokes.bits, func(word uint64) bool { return word != 0 }) {
		return nil, ErrBlank // only what is finer than the samples
	}
	return &Reading{strokes.place(h, w), inverted, place}, nil
}

// ink is how far each pixel is from the light, in the direction in which fewer are: the sum of cubes is that of the longer tail. Dark ink is told as a share
// of the light, and so is its noise.
func (p Photo) ink() (ink Photo, inverted bool, noise float64) {
	background, noise := p.light()
	ink = Photo{p.H, p.W, make([]float32, len(p.Gray))}
	cubes, paper := 0.0, 0.0
	for i, v := range p.Gray {
		off := v - background[i]
		paper += float64(max(leastPaper, background[i])) / float64(len(p.Gray))
		ink.Gray[i] = off
		cubes += float64(off) * float64(off) * float64(off)
	}
	inverted = cubes < 0
	if inverted {
		noise /= paper
	}
	for i, v := range ink.Gray {
		if inverted {
			v = -v / max(leastPaper, background[i]) // dark paper makes the ink on it weak
		}
		ink.Gray[i] = max(0, v)
	}
	return ink, inverted, noise
}

// strength is how strong the ink's strokes are: the mean of what Otsu's threshold separates from the background (Otsu 1979, "A threshold selection
// method from gray-level histograms"); false if that is hardly more than the noise.
func (p Photo) strength(noise float64) (strength float64, ok bool) {
	const bins = 256
	most := float64(slices.Max(p.Gray))
	if most == 0 {
		return 0, false
	}
	var counts [bins]float64
	total := 0.0
	for _, v := range p.Gray {
		bin := min(bins-1, int(float64(v)/most*bins))
		counts[bin]++
		total += float64(bin)
	}
	n, best := float64(len(p.Gray)), -1.0
	below, sumBelow, weak := 0.0, 0.0, 0.0
	for bin, count := range counts[:bins-1] {
		below, sumBelow = below+count, sumBelow+count*float64(bin)
		if below == 0 || below == n {
			continue
		}
		low, high := sumBelow/below, (total-sumBelow)/(n-below)
		if between := below * (n - below) * (high - low) * (high - low); between > best {
			best, weak, strength = between, low, high
		}
	}
	weak, strength = (weak+0.5)/bins*most, (strength+0.5)/bins*most
	return strength, strength-weak > max(leastContrast, overNoise*noise)
}

// part is a connected piece of ink.
type part struct {
	pixels   []int
	box      Box
	isBorder bool // it touches the picture's border
}

// keepParts removes all ink but that of the digit's parts and the pixels around them, and returns their box.
func (p Photo) keepParts(level float64) (box Box, ok bool) {
	parts := p.parts(float32(level))
	largest, inner := 0, 0
	for _, c := range parts {
		largest = max(largest, len(c.pixels))
		if !c.isBorder {
			inner = max(inner, len(c.pixels))
		}
	}
	isInner := float64(inner) >= innerShare*float64(largest)
	if isInner {
		largest = inner
	}
	kept := make([]bool, len(p.Gray))
	box = Box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, c := range parts {
		if isInner && c.isBorder || float64(len(c.pixels)) < speckShare*float64(largest) {
			continue
		}
		ok = true
		box = Box{min(box.Left, c.box.Left), min(box.Top, c.box.Top), max(box.Right, c.box.Right), max(box.Bottom, c.box.Bottom)}
		for _, i := range c.pixels {
			p.around(i, func(j int) { kept[j] = true })
		}
	}
	for i := range p.Gray {
		if !kept[i] {
			p.Gray[i] = 0
		}
	}
	return box, ok
}

// around visits a pixel and its neighbours.
func (p Photo) around(i int, visit func(j int)) {
	for y := max(0, i/p.W-1); y <= min(p.H-1, i/p.W+1); y++ {
		for x := max(0, i%p.W-1); x <= min(p.W-1, i%p.W+1); x++ {
			visit(y*p.W + x)
		}
	}
}

// parts are the connected pieces of ink above a level, corners included.
func (p Photo) parts(level float32) []part {
	var parts []part
	seen := make([]bool, len(p.Gray))
	for start, v := range p.Gray {
		if seen[start] || v <= level {
			continue
		}
		c := part{pixels: []int{start}, box: Box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}}
		seen[start] = true
		for at := 0; at < len(c.pixels); at++ {
			i := c.pixels[at]
			y, x := float64(i/p.W), float64(i%p.W)
			c.box = Box{min(c.box.Left, x), min(c.box.Top, y), max(c.box.Right, x+1), max(c.box.Bottom, y+1)}
			p.around(i, func(j int) {
				if !seen[j] && p.Gray[j] > level {
					seen[j] = true
					c.pixels = append(c.pixels, j)
				}
			})
		}
		c.isBorder = c.box.Left == 0 || c.box.Top == 0 || c.box.Right == float64(p.W) || c.box.Bottom == float64(p.H)
		parts = append(parts, c)
	}
	return parts
}

// draw draws the ink above a level, which lies in a box, for an image of h x w pixels, its strokes at least as wide as the pen.
func (p Photo) draw(level float64, box Box, h, w int) *bitmap {
	pen, stroke := penShare*float64(min(h, w)), p.strokeWidth(float32(level))
	width, height := box.Right-box.Left, box.Bottom-box.Top
	boxW, boxH := boxShare*float64(w), boxShare*float64(h)
	scale, grow := min(boxW/width, boxH/height), 0.0
	if stroke*scale < pen {
		// Strokes grow by a radius on each side: scale*width + 2*grow = boxW, scale*stroke + 2*grow = pen.
		scale = min((boxW-pen)/max(1e-9, width-stroke), (boxH-pen)/max(1e-9, height-stroke), pen/stroke)
		grow = (pen - stroke*scale) / 2
	}
	ink := newBitmap(min(boxW, scale*width+2*grow), min(boxH, scale*height+2*grow))
	for row := range ink.rows {
		y := box.Top + ((float64(row)+0.5)/perPixel-grow)/scale
		for column := range ink.cols {
			x := box.Left + ((float64(column)+0.5)/perPixel-grow)/scale
			if p.between(y, x) > level {
				ink.span(row, column, column)
			}
		}
	}
	return ink.grown(grow)
}

// between is the ink at a place in pixels, linearly between the pixels' middles.
func (p Photo) between(y, x float64) float64 {
	top, left := math.Floor(y-0.5), math.Floor(x-0.5)
	below, right := y-0.5-top, x-0.5-left
	at := func(dy, dx int) float64 { return float64(p.at(int(top)+dy, int(left)+dx)) }
	upper := at(0, 0)*(1-right) + at(0, 1)*right
	lower := at(1, 0)*(1-right) + at(1, 1)*right
	return upper*(1-below) + lower*below
}

// strokeWidth is the mean width of the strokes in pixels: twice their area by their outline, whose steps are longer than it is by 4/pi on average.
func (p Photo) strokeWidth(level float32) float64 {
	area, outline := 0, 0
	isInk := func(y, x int) bool { return y >= 0 && x >= 0 && y < p.H && x < p.W && p.Gray[y*p.W+x] > level }
	for i, v := range p.Gray {
		if v <= level {
			continue
		}
		area++
		y, x := i/p.W, i%p.W
		for _, beside := range [4]bool{isInk(y-1, x), isInk(y+1, x), isInk(y, x-1), isInk(y, x+1)} {
			if !beside {
				outline++
			}
		}
	}
	return 2 * float64(area) / (math.Pi / 4 * float64(outline))
}
