package nn

// Examples are images with labels: N*H*W*C pixels (255 becomes 1) and N labels below the number of classes.
type Examples struct {
	Images, Labels []byte

	// Vary, unless nil, writes what a gradient is to see of an image to `to`. place counts the examples of the call, and
	// worker, below the number of workers, tells the goroutines apart that call it at the same time. Evaluations ignore it.
	Vary func(worker, place int, image, to []byte)
}

// Evaluation counts how a network does on images. The zero value has seen none.
type Evaluation struct {
	N, Correct int
	LossSum    float64 // nats
	Confusion  [][]int // [label][prediction], nil before the first image
}

// Loss is the mean loss in nats, 0 without images.
func (e *Evaluation) Loss() float64 {
	if e.N == 0 {
		return 0
	}
	return e.LossSum / float64(e.N)
}

// Accuracy is the share of images whose prediction is the label, 0 without images.
func (e *Evaluation) Accuracy() float64 {
	if e.N == 0 {
		return 0
	}
	return float64(e.Correct) / float64(e.N)
}

// ClassAccuracy is the accuracy on each label's images, 0 for labels without images.
func (e *Evaluation) ClassAccuracy() []float64 {
	accuracy := make([]float64, len(e.Confusion))
	for label, predictions := range e.Confusion {
		n := 0
		for _, count := range predictions {
			n += count
		}
		if n > 0 {
			accuracy[label] = float64(predictions[label]) / float64(n)
		}
	}
	return accuracy
}

// add counts one image.
func (e *Evaluation) add(classes int, label byte, prediction int, loss float64) {
	for len(e.Confusion) < classes {
		e.Confusion = append(e.Confusion, make([]int, classes))
	}
	e.N++
	e.LossSum += loss
	e.Confusion[label][prediction]++
	if prediction == int(label) {
		e.Correct++
	}
}
