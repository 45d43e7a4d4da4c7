package train

import (
	"slices"

	"filterscope/nn/digits"
)

// MaxTaught bounds the drawings that a run is taught.
const MaxTaught = 400

// taughtPart is the share of a batch that a run's taught images come on top
// of it: one for so many.
const taughtPart = 8

// A Taught is an image that somebody made, to be trained on beside the data
// set: with every batch come some, one after the other, an eighth as many as
// the batch has images.
type Taught struct {
	Label  int    `json:"label"`
	Pixels []byte `json:"pixels"` // [H][W][C], 0 = no ink; base64 in JSON
}

func checkTaught(taught []Taught, set *digits.Set) error {
	if len(taught) > MaxTaught {
		return configErrorf("taught", "%d images are too many; use up to %d", len(taught), MaxTaught)
	}
	for i, t := range taught {
		if t.Label < 0 || t.Label >= set.Classes {
			return configErrorf("taught", "image %d has the label %d; use 0 to %d", i, t.Label, set.Classes-1)
		}
		if len(t.Pixels) != set.Size() {
			return configErrorf("taught", "image %d has %d pixels; this data needs %d", i, len(t.Pixels), set.Size())
		}
	}
	return nil
}

// teach appends images to those that are trained on.
func (s *sets) teach(taught []Taught) {
	if len(taught) == 0 {
		return
	}
	s.train.Images, s.train.Labels = slices.Clone(s.train.Images), slices.Clone(s.train.Labels)
	for _, t := range taught {
		s.taughtIndex = append(s.taughtIndex, int32(len(s.train.Labels)))
		s.train.Images = append(s.train.Images, t.Pixels...)
		s.train.Labels = append(s.train.Labels, byte(t.Label))
	}
}

// withTaught is a batch and the taught images that come with it: those whose
// turn it is at the step, whatever was before.
func (r *Run) withTaught(batch []int32) []int32 {
	taught := r.sets.taughtIndex
	if len(taught) == 0 {
		return batch
	}
	more := max(1, len(batch)/taughtPart)
	all := slices.Clone(batch)
	for i := range more {
		all = append(all, taught[(r.status.Step*more+i)%len(taught)])
	}
	return all
}
