package digits

import (
	"fmt"
	"math"
	"runtime"
	"sync"
)

// PenSet rasterizes pen digits as drawings are.
func PenSet(pen []PenDigit, h, w int) (*Set, error) {
	s := &Set{H: h, W: w, C: 1, Classes: 10, Images: make([]byte, len(pen)*h*w), Labels: make([]byte, len(pen))}
	workers := runtime.NumCPU()
	errs := make([]error, workers)
	var wait sync.WaitGroup
	for k := range workers {
		wait.Go(func() {
			for i := k; i < len(pen) && errs[k] == nil; i += workers {
				errs[k] = pen[i].draw(s, i)
			}
		})
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return s, nil
}

// draw writes the digit as image i of a set.
func (p PenDigit) draw(s *Set, i int) error {
	d, err := Rasterize(p.Strokes, s.H, s.W)
	if err != nil {
		return fmt.Errorf("pen digit %d: %w", i, err)
	}
	s.Labels[i] = byte(p.Label)
	image := s.Image(i)
	for j, v := range d.Pixels {
		image[j] = byte(math.Round(255 * float64(v)))
	}
	return nil
}
