package digits

import (
	"errors"
	"fmt"
	"math"
)

// How MNIST's makers placed a digit, in proportion to their 28x28 pixels (LeCun, Bottou, Bengio and Haffner 1998, III.A).
const (
	boxShare = 20.0 / 28 // of the image that the ink spans in its longer direction
	penShare = 2.2 / 28  // of the image that is the pen's width

	// Where the centre of mass goes, of the image's width and height. MNIST's lie in pixel 14, on average at 14.5
	// from the left and from the top, so half a pixel off the middle; this keeps just within that half pixel.
	centerShare = (14 + 7.0/16) / 28
)

// ErrEmpty is what [Rasterize] says about a drawing without a single point.
var ErrEmpty = errors.New("the drawing is empty; expected at least one point")

// Point is a place of the pen, x to the right and y down, in any unit.
type Point struct{ X, Y float64 }

// Stroke is the way of the pen from touching to lifting. A single point is a dot.
type Stroke []Point

// Box is a rectangle in pixels; pixel i spans i to i+1.
type Box struct{ Left, Top, Right, Bottom float64 }

// Drawing is a picture of strokes as a network sees it.
type Drawing struct {
	H, W   int
	Pixels []float32 // [H][W] in 0..1, 0 = no ink
	Box    Box       // of the ink
	Center Point     // the ink's centre of mass, in pixels from the left and the top
}

// Rasterize draws strokes into h x w pixels as MNIST images were made: scaled into a box of 20 of 28 pixels with
// the aspect kept and the pen's width within it, anti-aliased, the centre of mass where MNIST's are: within half a pixel
// of the middle. It is met to a sixteenth of a pixel, where MNIST moved by whole ones, so that a growing drawing does not
// jump; drawings by other people are also recognized better so. Ink is never pushed out of the image: where a drawing
// weighs so much on one side that its box would leave, it stays at the border.
//
// The result depends on the drawing's shape alone, not on its size, its place, how densely the pen was sampled or how
// often a stroke crosses itself. The pen is round, 2.2 of 28 pixels wide; a drawing without extent is one dot of that size.
// Errors are [ErrEmpty] and sentences about a coordinate that is not finite or an impossible image size.
func Rasterize(strokes []Stroke, h, w int) (*Drawing, error) {
	if h < 1 || w < 1 {
		return nil, fmt.Errorf("an image of %dx%d pixels; expected at least 1x1", h, w)
	}
	if err := check(strokes); err != nil {
		return nil, err
	}
	pen := penShare * float64(min(h, w))
	fitted, width, height := fit(strokes, boxShare*float64(w), boxShare*float64(h), pen)
	ink := newBitmap(width, height)
	for _, s := range fitted {
		ink.stroke(s, pen/2)
	}
	return ink.place(h, w), nil
}

// check finds a reason why strokes cannot be drawn.
func check(strokes []Stroke) error {
	points := 0
	for i, s := range strokes {
		points += len(s)
		for j, p := range s {
			if bad := p.X - p.X + p.Y - p.Y; bad != 0 { // NaN for NaN and both infinities
				return fmt.Errorf("stroke %d, point %d is (%v, %v); expected finite numbers", i+1, j+1, p.X, p.Y)
			}
		}
	}
	if points == 0 {
		return ErrEmpty
	}
	return nil
}

// fit moves and scales strokes so that their ink lies in a box of boxW x boxH at the origin and touches its left, its
// top and at least one other side. It returns the width and height of the ink.
func fit(strokes []Stroke, boxW, boxH, pen float64) (fitted []Stroke, width, height float64) {
	fitted = normalize(strokes)
	extent := bounds(fitted)
	scale := 0.0
	if size := max(extent.Right, extent.Bottom); size > 0 {
		scale = min((boxW-pen)/extent.Right, (boxH-pen)/extent.Bottom)
	}
	for _, s := range fitted {
		for i, p := range s {
			s[i] = Point{pen/2 + scale*p.X, pen/2 + scale*p.Y}
		}
	}
	return fitted, pen + scale*extent.Right, pen + scale*extent.Bottom
}

// roundingNoise is how much smaller than its distance from the origin an extent can be and still be more than rounding.
const roundingNoise = 0x1p-40

// normalize copies strokes with their top left corner at the origin and the longer side of their extent in [0.5, 1),
// or 0. Scaling by powers of two keeps coordinates near the limits of float64 exact and their differences finite.
func normalize(strokes []Stroke) []Stroke {
	box := bounds(strokes)
	largest := max(math.Abs(box.Left), math.Abs(box.Right), math.Abs(box.Top), math.Abs(box.Bottom))
	_, shrink := math.Frexp(largest)
	left, top := math.Ldexp(box.Left, -shrink), math.Ldexp(box.Top, -shrink)
	size := max(math.Ldexp(box.Right, -shrink)-left, math.Ldexp(box.Bottom, -shrink)-top)
	_, grow := math.Frexp(size)
	normal := make([]Stroke, len(strokes))
	for i, s := range strokes {
		normal[i] = make(Stroke, len(s))
		if size < roundingNoise {
			continue
		}
		for j, p := range s {
			normal[i][j] = Point{
				math.Ldexp(math.Ldexp(p.X, -shrink)-left, -grow),
				math.Ldexp(math.Ldexp(p.Y, -shrink)-top, -grow),
			}
		}
	}
	return normal
}

// bounds is the extent of all points, of which there is at least one.
func bounds(strokes []Stroke) Box {
	b := Box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, s := range strokes {
		for _, p := range s {
			b.Left, b.Right = min(b.Left, p.X), max(b.Right, p.X)
			b.Top, b.Bottom = min(b.Top, p.Y), max(b.Bottom, p.Y)
		}
	}
	return b
}
