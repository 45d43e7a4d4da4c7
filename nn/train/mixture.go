package train

import (
	"slices"
	"strings"

	"filterscope/nn/digits"
)

// mixedRepeats is how often the shuffled list of an epoch's images has each one that is mixed in.
const mixedRepeats = 2

// withPen is what the name of a data set gets with drawn digits mixed in.
const withPen = "+pen"

// DefaultAugmentation is how runs on mixed images change them. BenchmarkDrawn measures what it is good for.
var DefaultAugmentation = digits.Augmentation{Rotation: 10, Shear: 0.1, Scale: 0.1, Shift: 1, Elastic: 0.7}

// DataNames are what a Config's Data can be over a data set, its default first: "mnist+pen", which mixes digits drawn
// with a pen into MNIST's, and "mnist"; or only the data set's own name in lower case.
func DataNames(data *digits.Data) []string {
	own := strings.ToLower(data.Name)
	if data.Train.Mixed == nil {
		return []string{own}
	}
	return []string{own + withPen, own}
}

// mixes reports whether the run trains on images that are mixed into the data set's own.
func (c Config) mixes(data *digits.Data) bool {
	return data.Train.Mixed != nil && c.Data == DataNames(data)[0]
}

func (c Config) checkData(data *digits.Data) error {
	if names := DataNames(data); !slices.Contains(names, c.Data) {
		return configErrorf("data", "%q is not known; use %s", c.Data, strings.Join(names, " or "))
	}
	return nil
}

// augment makes gradients see images that are changed at random.
func (r *Run) augment(a digits.Augmentation, images *digits.Set) {
	if a.Off() {
		return
	}
	for range r.workers {
		r.augmenters = append(r.augmenters, digits.NewAugmenter(a, images.H, images.W, images.C))
	}
	r.sets.train.Vary = r.vary
}

// vary changes the image at a place of the batch. What it becomes depends on nothing but the seed and the place in which
// epoch it is used.
func (r *Run) vary(worker, place int, image, to []byte) {
	r.augmenters[worker].Image(r.seed, r.status.Epoch, r.used+place, image, to)
}
