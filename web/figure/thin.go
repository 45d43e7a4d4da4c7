package figure

// Thin chooses at most points indices of a series, ascending, so that it looks
// the same on a screen: the first, the last, and in each of equal intervals of
// steps the smallest and the largest value. Steps must not descend. NaN values
// are chosen only as first or last. A series that is short enough is kept
// whole; points below 1 means no limit.
func Thin(step []int, value []float64, points int) []int {
	n := min(len(step), len(value))
	if points < 1 || n <= points {
		return upTo(n)
	}
	if points == 1 {
		return []int{n - 1}
	}
	kept := []int{0}
	intervals := (points - 2) / 2
	first, span := step[0], step[n-1]-step[0]+1
	low, high, current := -1, -1, -1
	flush := func() {
		if low >= 0 {
			kept = append(kept, min(low, high))
		}
		if low != high {
			kept = append(kept, max(low, high))
		}
	}
	for i := 1; i < n-1 && intervals > 0; i++ {
		if value[i] != value[i] {
			continue
		}
		if at := int(int64(step[i]-first) * int64(intervals) / int64(span)); at != current {
			flush()
			low, high, current = i, i, at
		}
		if value[i] < value[low] {
			low = i
		}
		if value[i] > value[high] {
			high = i
		}
	}
	flush()
	return append(kept, n-1)
}

func upTo(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}
