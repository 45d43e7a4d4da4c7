package digits

import (
	"fmt"
	"math/bits"
	"math/rand/v2"
	"slices"
)

// splitSeed makes every run with the same number of validation examples set the same ones aside.
const splitSeed = 0x5eed_5eed

// Split sets validation examples aside: the last ones of a fixed shuffle, the same in every run.
// Both lists are ascending, and together they hold every index of s once. At least one example must be left to train on.
func (s *Set) Split(validation int) (train, held []int32, err error) {
	n := s.Len()
	if validation < 0 || validation >= n {
		return nil, nil, fmt.Errorf("%d validation examples asked of %d training examples; expected 0 to %d", validation, n, n-1)
	}
	all := make([]int32, n)
	for i := range all {
		all[i] = int32(i)
	}
	shuffled := all
	if validation > 0 {
		shuffled = NewOrder(all, splitSeed).Epoch(0)
	}
	train, held = shuffled[:n-validation:n-validation], shuffled[n-validation:]
	slices.Sort(train)
	slices.Sort(held)
	return train, held, nil
}

// Order is the order in which each epoch visits the training examples. Not for concurrent use.
type Order struct {
	index    []int32
	shuffled []int32
	seed     uint64
	source   rand.PCG
}

// NewOrder returns orders of index, which it keeps and never changes.
func NewOrder(index []int32, seed uint64) *Order {
	return &Order{index: index, shuffled: make([]int32, len(index)), seed: seed}
}

// Epoch returns the order of an epoch, counted from 0: index shuffled (Fisher and Yates 1938; Durstenfeld 1964)
// by a generator that seed and epoch alone determine, so any epoch can be asked for at any time.
// The result is valid until the next call. It allocates nothing.
func (o *Order) Epoch(epoch int) []int32 {
	copy(o.shuffled, o.index)
	o.source.Seed(mix(o.seed), mix(o.seed^mix(uint64(epoch))))
	for i := len(o.shuffled) - 1; i > 0; i-- {
		j, _ := bits.Mul64(o.source.Uint64(), uint64(i+1))
		o.shuffled[i], o.shuffled[j] = o.shuffled[j], o.shuffled[i]
	}
	return o.shuffled
}

// mix spreads neighbouring seeds over all 64 bits (SplitMix64's finalizer; Steele, Lea and Flood 2014).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
