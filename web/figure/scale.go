package figure

import (
	"math"
	"slices"
)

// magnitude returns how far a value is from zero; ok is false if it is NaN or
// infinite.
func magnitude(v float32) (m float32, ok bool) {
	m = float32(math.Abs(float64(v)))
	return m, m <= math.MaxFloat32
}

// symmetric sets the grid's range for units with these largest magnitudes. It
// returns the value of each unit that has the strongest colour.
func (g *Grid) symmetric(largest []float32, perUnit bool) []float32 {
	most := slices.Max(largest)
	g.Min, g.Max = 0-most, most // not -0
	if !perUnit {
		return slices.Repeat([]float32{most}, len(largest))
	}
	for _, m := range largest {
		g.Ranges = append(g.Ranges, [2]float32{0 - m, m})
	}
	return largest
}

// divergingLevel returns the index in the diverging palette of a value on a
// scale from -m to m, which is also a byte whose middle is zero. All is zero if
// m is.
func divergingLevel(v, m float32) uint8 {
	if m == 0 {
		return divergingZero
	}
	return uint8(divergingZero + math.Round(float64(v)/float64(m)*divergingHalf))
}
