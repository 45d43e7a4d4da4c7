package train

import "math/bits"

// Promised reports whether the weights of a step are always kept: every step
// up to 32, and from each power of two 2^k on every 2^(k-3) steps, which is
// eight per doubling. Ends of epochs and steps at which a user changed
// something are kept as well, but depend on the run.
func Promised(step int) bool {
	if step <= 32 {
		return step >= 0
	}
	k := bits.Len(uint(step)) - 1
	return step%(1<<(k-3)) == 0
}

// PromisedUpTo bounds the number of steps that a run of so many steps and
// epochs keeps, those not counted at which a user changed something.
func PromisedUpTo(steps, epochs int) int {
	return 33 + 8*bits.Len(uint(steps/32)) + epochs
}
