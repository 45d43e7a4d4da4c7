package figure

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestThin(t *testing.T) {
	nan := math.NaN()
	step := []int{1, 2, 3, 4, 5, 6, 7, 8}
	value := []float64{5, 9, 1, 5, nan, 2, 8, 5}
	for _, test := range []struct {
		points int
		want   []int
	}{
		{0, []int{0, 1, 2, 3, 4, 5, 6, 7}},
		{8, []int{0, 1, 2, 3, 4, 5, 6, 7}},
		{6, []int{0, 1, 2, 5, 6, 7}}, // two intervals: 9 and 1, 2 and 8
		{4, []int{0, 1, 2, 7}},       // one interval: 9 and 1
		{2, []int{0, 7}},
		{1, []int{7}},
	} {
		if diff := cmp.Diff(test.want, Thin(step, value, test.points)); diff != "" {
			t.Errorf("%d points: %s", test.points, diff)
		}
	}
	if got := Thin(nil, nil, 5); len(got) != 0 {
		t.Errorf("nothing is thinned to %v", got)
	}
}

func TestThinKeepsExtremes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.SliceOfN(rapid.Float64Range(-9, 9), 3, 300).Draw(t, "value")
		step := make([]int, len(value))
		for i := range step {
			step[i] = rapid.IntRange(0, 5).Draw(t, "d")
			if i > 0 {
				step[i] += step[i-1]
			}
		}
		points := rapid.IntRange(4, 100).Draw(t, "points")
		kept := Thin(step, value, points)
		if len(kept) > points && len(value) > points {
			t.Errorf("%d points are kept, at most %d wanted", len(kept), points)
		}
		if !slices.IsSorted(kept) || kept[0] != 0 || kept[len(kept)-1] != len(value)-1 {
			t.Errorf("kept %v of %d", kept, len(value))
		}
		var seen []float64
		for _, i := range kept {
			seen = append(seen, value[i])
		}
		if slices.Min(seen) != slices.Min(value) || slices.Max(seen) != slices.Max(value) {
			t.Errorf("range %v to %v became %v to %v", slices.Min(value), slices.Max(value), slices.Min(seen), slices.Max(seen))
		}
	})
}
