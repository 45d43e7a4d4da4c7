package judge

import (
	"math/rand/v2"
	"slices"

	"filterscope/nn/digits"
)

// strangers makes non-digits of the digits that index names: such as are none in a mirror or turned, halves of two that
// do not belong together, and random lines.
func strangers(from *digits.Set, index []int, r *rand.Rand) *digits.Set {
	s := empty(from)
	any := func(labels ...int) []byte {
		for {
			i := index[r.IntN(len(index))]
			if len(labels) == 0 || slices.Contains(labels, from.Label(i)) {
				return from.Image(i)
			}
		}
	}
	makers := []func() []byte{
		func() []byte { return mirror(s, any(2, 3, 4, 5, 7)) },
		func() []byte { return turn(s, any(2, 3, 4, 5, 6, 7, 9), 1+2*r.IntN(2)) },
		func() []byte { return turn(s, any(3, 4, 5, 7), 2) },
		func() []byte { return halves(s, any(), any(), r.IntN(2)) },
		func() []byte { return halves(s, any(), any(), r.IntN(2)) },
		func() []byte { return lines(s, r) },
	}
	for i := range nonDigits {
		s.Images = append(s.Images, makers[i%len(makers)]()...)
		s.Labels = append(s.Labels, 0)
	}
	return s
}

// mirror exchanges left and right. Images of strangers are square and grey.
func mirror(s *digits.Set, image []byte) []byte {
	to := slices.Clone(image)
	for y := range s.H {
		slices.Reverse(to[y*s.W:][:s.W])
	}
	return to
}

// turn turns an image by so many right angles.
func turn(s *digits.Set, image []byte, times int) []byte {
	for range times {
		to := make([]byte, len(image))
		for y := range s.H {
			for x := range s.W {
				to[x*s.W+s.W-1-y] = image[y*s.W+x]
			}
		}
		image = to
	}
	return image
}

// halves is the upper half of one image above the lower of another, or with times = 1 one's side beside the other's.
func halves(s *digits.Set, a, b []byte, times int) []byte {
	a, b = turn(s, a, times), turn(s, b, times)
	half := s.H / 2 * s.W
	return turn(s, slices.Concat(a[:half], b[half:]), 4-times)
}

// lines are up to three strokes of up to five random straight lines.
func lines(s *digits.Set, r *rand.Rand) []byte {
	var strokes []digits.Stroke
	for range 1 + r.IntN(3) {
		var stroke digits.Stroke
		for range 2 + r.IntN(5) {
			stroke = append(stroke, digits.Point{X: r.Float64(), Y: r.Float64()})
		}
		strokes = append(strokes, stroke)
	}
	d, err := digits.Rasterize(strokes, s.H, s.W)
	if err != nil {
		panic(err) // there are points, and all are finite
	}
	image := make([]byte, len(d.Pixels))
	for i, v := range d.Pixels {
		image[i] = byte(255*v + 0.5)
	}
	return image
}
