package exam

import "math/bits"

// Anchor is the step whose layout that of a step is turned towards: the largest power of two before it, or the first step of the
// run where that is later. The first step itself has none. So the chain back is short, and its steps are ones whose weights are always kept.
func Anchor(step, first int) (anchor int, ok bool) {
	if step <= first {
		return 0, false
	}
	if step == 1 {
		return first, true
	}
	return max(first, 1<<(bits.Len(uint(step-1))-1)), true
}
