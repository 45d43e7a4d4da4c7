package judge

import (
	"math/rand/v2"
	"slices"

	"filterscope/nn/digits"
)

// How many images a Sample has of each kind.
const (
	ownDigits   = 2000
	mixedDigits = 1000
	calibrating = 500 // of own and of mixed ones each
	nonDigits   = 3000
)

const sampleSeed = 0x5a3b1e

// A Sample is what a Judge compares drawings with: training images, and what is none although it is made of the same
// strokes. The same data set always has the same sample.
type Sample struct {
	digits    *digits.Set // the bank
	calibrate *digits.Set // further training images, which the bank lacks
	others    *digits.Set // no digits; nil where nothing is known that is none. Their labels tell nothing
}

// NewSample draws the sample of a data set's training images. Non-digits are made where drawn digits are mixed into
// them: only then is it known that they are digits.
func NewSample(train *digits.Set) *Sample {
	r := rand.New(rand.NewPCG(sampleSeed, 0))
	own := r.Perm(train.Len())
	n, m := min(ownDigits, max(1, len(own)/2)), min(calibrating, max(1, len(own)/4))
	s := &Sample{digits: empty(train), calibrate: empty(train)}
	add(s.digits, train, own[:n])
	add(s.calibrate, train, own[len(own)-m:])
	mixed := train.Mixed
	if mixed == nil {
		return s
	}
	further := r.Perm(mixed.Len() - train.Len())
	for i := range further {
		further[i] += train.Len()
	}
	n, m = min(mixedDigits, max(1, len(further)/2)), min(calibrating, max(1, len(further)/4))
	add(s.digits, mixed, further[:n])
	add(s.calibrate, mixed, further[len(further)-m:])
	s.others = strangers(mixed, slices.Concat(own[:len(own)/2], further[:len(further)/2]), r)
	return s
}

func empty(like *digits.Set) *digits.Set {
	return &digits.Set{H: like.H, W: like.W, C: like.C, Classes: like.Classes}
}

func add(to, from *digits.Set, index []int) {
	for _, i := range index {
		to.Images = append(to.Images, from.Image(i)...)
		to.Labels = append(to.Labels, from.Labels[i])
	}
}
