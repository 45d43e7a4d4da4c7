package figure

import (
	"math"
	"sort"
)

// A sample is a point that is left after reducing.
type sample struct {
	x      float64 // CSS pixels
	value  float64
	gap    bool // no line leads here from the sample before
	inside bool // within the range of the axis
}

// reduce keeps of every column of pixels in the area the smallest and the
// largest value, in their order, and one point beyond either end. A gap that
// is not wider than a column is not seen, and not kept.
func reduce(s Series, value []float64, x, y Axis, area Rect) []sample {
	low := sort.Search(len(s.Step), func(i int) bool { return s.at(i) >= x.Min })
	high := sort.Search(len(s.Step), func(i int) bool { return s.at(i) > x.Max })
	width := area.Right - area.Left
	var c column
	for i := max(low-1, 0); i < min(high+1, len(s.Step)); i++ {
		at := s.at(i)
		if !y.drawable(value[i]) || !x.drawable(at) {
			c.broken = true
			continue
		}
		place := x.Place(at)
		c.add(sample{
			x: area.Left + place*width, value: value[i],
			inside: at >= x.Min && at <= x.Max,
		})
	}
	c.flush()
	return c.done
}

// A column collects the samples of one column of pixels.
type column struct {
	done           []sample
	at             float64
	smallest       sample
	largest        sample
	largestIsLater bool
	gap            bool // before the column
	filled, broken bool
}

func (c *column) add(s sample) {
	if at := math.Floor(s.x); !c.filled || at != c.at {
		c.flush()
		c.gap = c.broken || len(c.done) == 0
		c.at, c.smallest, c.largest, c.filled = at, s, s, true
	}
	c.broken = false
	if s.value < c.smallest.value {
		c.smallest, c.largestIsLater = s, false
	}
	if s.value > c.largest.value {
		c.largest, c.largestIsLater = s, true
	}
}

// flush appends the column's two samples, or one if they are the same.
func (c *column) flush() {
	if !c.filled {
		return
	}
	first, second := c.largest, c.smallest
	if c.largestIsLater {
		first, second = second, first
	}
	first.gap = c.gap
	c.done = append(c.done, first)
	if first.value != second.value {
		c.done = append(c.done, second)
	}
	c.filled = false
}

// Smooth returns the exponential moving average of the values with the given
// decay, divided by the sum of its weights so that the beginning is not drawn
// towards zero (the bias correction of Kingma and Ba, "Adam", 2014). Values
// that are not finite are passed over and stay as they are.
func Smooth(value []float64, decay float64) []float64 {
	out := make([]float64, len(value))
	sum, weight := 0.0, 0.0
	for i, v := range value {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			out[i] = v
			continue
		}
		sum = decay*sum + (1-decay)*v
		weight = decay*weight + (1 - decay)
		out[i] = sum / weight
	}
	return out
}
