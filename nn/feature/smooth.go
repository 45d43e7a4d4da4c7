package feature

import (
	"math"

	"filterscope/nn"
)

// smoother blurs images of one shape and tells where they vary. What lies outside an image is 0.
type smoother struct {
	nn.Shape
	row []float32 // H x W x C
}

func newSmoother(s nn.Shape) *smoother { return &smoother{s, make([]float32, s.Size())} }

// blur convolves each channel with a Gaussian of so many pixels of standard deviation, cut off at two and a half.
func (s *smoother) blur(image []float32, deviation float64) {
	taps := gaussian(deviation)
	if len(taps) == 1 {
		return
	}
	clear(s.row)
	for y := range s.H {
		at := y * s.W * s.C
		spread(s.row[at:][:s.W*s.C], image[at:][:s.W*s.C], taps, s.C)
	}
	clear(image)
	spread(image, s.row, taps, s.W*s.C)
}

// spread adds to each value of dst those of src around it, step apart, times the taps.
//
//go:norace
func spread(dst, src, taps []float32, step int) {
	half := len(taps) / 2
	for j, tap := range taps {
		shift := (j - half) * step
		from, to := max(0, -shift), min(len(dst), len(dst)-shift)
		if from >= to {
			continue
		}
		d := dst[from:to]
		for i, v := range src[from+shift : to+shift] {
			d[i] += tap * v
		}
	}
}

func gaussian(deviation float64) []float32 {
	half := int(math.Ceil(2.5 * deviation))
	taps, sum := make([]float32, 2*half+1), float32(0)
	for i := range taps {
		d := float64(i - half)
		taps[i] = 1
		if d != 0 {
			taps[i] = float32(math.Exp(-d * d / (2 * deviation * deviation)))
		}
		sum += taps[i]
	}
	for i := range taps {
		taps[i] /= sum
	}
	return taps
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
