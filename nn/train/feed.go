package train

import (
	"math"
	"slices"
	"sync"

	"filterscope/nn"
	"filterscope/nn/digits"
)

// A Batch is the images of one step.
type Batch struct {
	Epoch    int         // the step's, from 0
	Number   int         // of the batch in its epoch, from 0
	Batches  int         // that the epoch has
	Images   int         // that the epoch has
	Index    []int32     // of the batch's images in the training set
	Taught   int         // images from this index on are taught ones, which are not in the set
	Examples nn.Examples // as the network sees them: with all random changes made
}

// A Feed tells what comes into a run's network, at any step, without its
// weights. Any number of goroutines may ask it.
type Feed struct {
	mu    sync.Mutex
	run   *Run // never carried out
	epoch int  // that run.epoch is the order of; -1 is none
}

// NewFeed returns the feed of a run with the given complete configuration.
func NewFeed(c Config, data *digits.Data) (*Feed, error) {
	r, err := newRun(c, data, nil, Options{Workers: 1})
	if err != nil {
		return nil, err
	}
	return &Feed{run: r, epoch: -1}, nil
}

// Next returns the batch of the update that follows a status of the run, of
// whose images the first ones are in Examples. Behind the run's last step it is
// the one that comes if the run is trained on.
func (f *Feed) Next(s Status, most int) Batch {
	f.mu.Lock()
	defer f.mu.Unlock()
	r := f.run
	r.status.Step, r.status.Epoch, r.status.BatchSize = s.Step, s.Epoch, s.BatchSize
	r.used = int(math.Round((s.EpochsDone - float64(s.Epoch)) * float64(r.sets.epoch)))
	if f.epoch != s.Epoch {
		r.epoch, f.epoch = r.order.Epoch(s.Epoch)[:r.sets.epoch], s.Epoch
	}
	b := r.coming()
	b.Index = slices.Clone(b.Index)
	b.Examples = r.seen(b.Index[:min(most, len(b.Index))])
	return b
}

// coming is the batch of the next step, but for its examples.
func (r *Run) coming() Batch {
	b := Batch{
		Epoch: r.status.Epoch, Number: ceilDiv(r.used, r.status.BatchSize), Images: r.sets.epoch,
		Index: r.withTaught(r.batch()), Taught: len(r.sets.train.Labels) - len(r.sets.taughtIndex),
	}
	b.Batches = b.Number + ceilDiv(r.sets.epoch-r.used, r.status.BatchSize)
	return b
}

// seen is images of the training set as the gradient of the next step sees
// them.
func (r *Run) seen(index []int32) nn.Examples {
	var all nn.Examples
	train := r.sets.train
	size := r.arch.Input.H * r.arch.Input.W * r.arch.Input.C
	for place, at := range index {
		image := train.Images[int(at)*size:][:size]
		if train.Vary != nil {
			varied := make([]byte, size)
			train.Vary(0, place, image, varied)
			image = varied
		}
		all.Images = append(all.Images, image...)
		all.Labels = append(all.Labels, train.Labels[at])
	}
	return all
}
