package digits

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Photo is a picture of a digit as a camera, a scanner or a paint program makes it.
type Photo struct {
	H, W int
	Gray []float32 // [H][W] from 0, black, to 1, white
}

// at is the value of a pixel, the nearest one for places outside.
func (p Photo) at(y, x int) float32 {
	return p.Gray[min(max(0, y), p.H-1)*p.W+min(max(0, x), p.W-1)]
}

// smooth averages 3x3 pixels, which takes noise away from pictures that have pixels enough.
func (p Photo) smooth() Photo {
	s := Photo{p.H, p.W, make([]float32, len(p.Gray))}
	for y := range p.H {
		for x := range p.W {
			sum := float32(0)
			for dy := -1; dy <= 1; dy++ {
				sum += p.at(y+dy, x-1) + p.at(y+dy, x) + p.at(y+dy, x+1)
			}
			s.Gray[y*p.W+x] = sum / 9
		}
	}
	return s
}

const (
	lightTerms   = 6     // of a surface of second degree
	lightRounds  = 10    // of fitting it anew without what stands out
	frameFrom    = 0.8   // of the way from the middle to the border
	lightSamples = 5_000 // pixels that it is fitted to, about
	leastNoise   = 0.01  // of a picture's brightness
)

// light estimates what the picture would be without a digit: a surface of second degree, which is what lamps, windows and lenses make of a sheet, fitted
// by least squares again and again with weights that leave out what stands out (Tukey's biweight). That may begin with all of the picture or with its frame,
// where there is no digit as a rule; the fit with less noise counts. noise is the standard deviation of the picture from it, estimated by the median.
func (p Photo) light() (background []float32, noise float64) {
	surface, noise := fitLight(p.samples(func(_, _ float64) bool { return true }))
	atFrame, noiseAtFrame := fitLight(p.samples(func(y, x float64) bool { return max(y, -y, x, -x) > frameFrom }))
	if noiseAtFrame < noise {
		surface, noise = atFrame, noiseAtFrame
	}
	background = make([]float32, len(p.Gray))
	for i := range background {
		background[i] = float32(dot(surface, p.terms(i/p.W, i%p.W)))
	}
	return background, noise
}

type sample struct {
	terms         [lightTerms]float64
	value, weight float64
}

// samples are pixels all over the picture; those in places that count have a weight.
func (p Photo) samples(counts func(y, x float64) bool) []sample {
	step := max(1, int(math.Sqrt(float64(len(p.Gray))/lightSamples)))
	var samples []sample
	for row := step / 2; row < p.H; row += step {
		for column := step / 2; column < p.W; column += step {
			s := sample{terms: p.terms(row, column), value: float64(p.Gray[row*p.W+column])}
			if counts(s.terms[2], s.terms[1]) {
				s.weight = 1
			}
			samples = append(samples, s)
		}
	}
	return samples
}

// fitLight fits a surface, and returns the noise around it.
func fitLight(samples []sample) (surface [lightTerms]float64, noise float64) {
	for range lightRounds {
		surface = fitSurface(samples)
		noise = reweigh(samples, surface)
	}
	return surface, noise
}

// terms are a place's 1, x, y, xx, xy and yy, with x and y from -1 to 1.
func (p Photo) terms(row, column int) [lightTerms]float64 {
	x, y := 2*(float64(column)+0.5)/float64(p.W)-1, 2*(float64(row)+0.5)/float64(p.H)-1
	return [lightTerms]float64{1, x, y, x * x, x * y, y * y}
}

func dot(a, b [lightTerms]float64) float64 {
	sum := 0.0
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

// fitSurface solves the normal equations of the weighted samples; a trifle on their diagonal keeps them solvable.
func fitSurface(samples []sample) (surface [lightTerms]float64) {
	var a [lightTerms * lightTerms]float64
	var b [lightTerms]float64
	for i := range lightTerms {
		a[i*lightTerms+i] = 1e-6
	}
	for _, s := range samples {
		if s.weight == 0 {
			continue
		}
		for i, t := range s.terms {
			t *= s.weight
			b[i] += t * s.value
			for j := i; j < lightTerms; j++ {
				a[i*lightTerms+j] += t * s.terms[j]
			}
		}
	}
	var cholesky mat.Cholesky
	if cholesky.Factorize(mat.NewSymDense(lightTerms, a[:])) {
		_ = cholesky.SolveVecTo(mat.NewVecDense(lightTerms, surface[:]), mat.NewVecDense(lightTerms, b[:])) // an error means lost digits, which do not matter here
	}
	return surface
}

// reweigh gives samples that are far from the surface less weight, and returns the noise.
func reweigh(samples []sample, surface [lightTerms]float64) (noise float64) {
	off := make([]float64, len(samples))
	for i, s := range samples {
		off[i] = math.Abs(s.value - dot(surface, s.terms))
	}
	sorted := slices.Sorted(slices.Values(off))
	noise = max(leastNoise, 1.4826*sorted[len(sorted)/2])
	for i := range samples {
		u := off[i] / (4.685 * noise)
		samples[i].weight = 0
		if u < 1 {
			samples[i].weight = (1 - u*u) * (1 - u*u)
		}
	}
	return noise
}
