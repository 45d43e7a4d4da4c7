package feature

import (
	"math"

	"filterscope/nn"
)

// reach is how far a blur spreads a pixel.
const reach = 2

// smoother blurs images of one shape and tells where they vary. What lies outside an image is 0.
type smoother struct {
	nn.Shape
	row   []float32 // of an image, with reach zero pixels on both sides
	lines []float32 // an image, with reach zero rows above and below
}

func newSmoother(s nn.Shape) *smoother {
	return &smoother{s, make([]float32, (s.W+2*reach)*s.C), make([]float32, (s.H+2*reach)*s.W*s.C)}
}

// blur convolves each channel with a Gaussian of so many pixels of standard deviation, cut off beyond two pixels.
func (s *smoother) blur(image []float32, deviation float64) {
	taps := gaussian(deviation)
	n := s.W * s.C
	for y := range s.H {
		copy(s.row[reach*s.C:], image[y*n:][:n])
		convolve(s.lines[(y+reach)*n:][:n], s.row, taps, s.C)
	}
	convolve(image, s.lines, taps, n)
}

// convolve is, for each value of dst, the sum of the five of src around it, step apart, times the taps. src begins reach steps earlier.
//
//go:norace
func convolve(dst, src []float32, taps [reach + 1]float32, step int) {
	n := len(dst)
	a, b, c, d, e := src[:n], src[step:][:n], src[2*step:][:n], src[3*step:][:n], src[4*step:][:n]
	for i := range dst {
		dst[i] = taps[0]*c[i] + taps[1]*(b[i]+d[i]) + taps[2]*(a[i]+e[i])
	}
}

// gaussian is the weights at distance 0, 1 and 2; those of all five pixels sum to 1.
func gaussian(deviation float64) [reach + 1]float32 {
	near, far := math.Exp(-1/(2*deviation*deviation)), math.Exp(-4/(2*deviation*deviation))
	sum := 1 + 2*near + 2*far
	return [...]float32{float32(1 / sum), float32(near / sum), float32(far / sum)}
}

// variation adds the gradient of the image's total variation, sum of |d| - edge log(1 + |d| / edge) over the differences d of
// neighbours and of the border with 0.
func (s *smoother) variation(image, gradient []float32) {
	row := s.W * s.C
	for y := range s.H {
		at := y * row
		varyLine(image[at:][:row], gradient[at:][:row], s.C)
	}
	varyLine(image, gradient, row)
}

// varyLine handles the differences of values step apart, the first and last step values being the border.
//
//go:norace
func varyLine(image, gradient []float32, step int) {
	n := len(image)
	for i := range step {
		gradient[i] += slope(image[i])
		gradient[n-step+i] += slope(image[n-step+i])
	}
	before, after := image[:n-step], image[step:]
	gBefore, gAfter := gradient[:n-step], gradient[step:]
	for i, v := range after {
		d := slope(v - before[i])
		gAfter[i] += d
		gBefore[i] -= d
	}
}

func slope(d float32) float32 {
	if d < 0 {
		return d / (edge - d)
	}
	return d / (edge + d)
}
