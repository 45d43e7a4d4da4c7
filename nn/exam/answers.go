package exam

import (
	"cmp"
	"math"
	"slices"

	"filterscope/nn"
)

// Answers is what a network says of each of some images. It is never written again.
type Answers struct {
	Classes       int
	Labels        []byte    // of the images, shared with the examples
	Probabilities []float32 // [image][class]
	Predictions   []byte
	Losses        []float64 // nats
}

// Take asks a network about all examples, with so many goroutines; 0 means as many as there are processors.
func Take(net *nn.Network, ex nn.Examples, workers int) *Answers {
	n, classes := len(ex.Labels), net.Arch.Classes
	a := &Answers{
		Classes: classes, Labels: ex.Labels, Probabilities: make([]float32, n*classes), Predictions: make([]byte, n), Losses: make([]float64, n),
	}
	parallel := nn.NewParallel(net.Arch, workers, n)
	defer parallel.Close()
	index := make([]int32, n)
	for i := range index {
		index[i] = int32(i)
	}
	parallel.Logits(net, ex, index, a.Probabilities)
	for i := range n {
		z := a.Of(i)
		a.Predictions[i], a.Losses[i] = byte(nn.Largest(z)), nn.CrossEntropy(z, ex.Labels[i])
		nn.Softmax(z, z)
	}
	return a
}

// Of is the probabilities of an image's classes.
func (a *Answers) Of(image int) []float32 { return a.Probabilities[image*a.Classes:][:a.Classes] }

// Confidence is the probability that an image's prediction has.
func (a *Answers) Confidence(image int) float32 { return a.Of(image)[a.Predictions[image]] }

// Size is the memory that they take, in bytes, without the labels.
func (a *Answers) Size() int {
	return 4*len(a.Probabilities) + len(a.Predictions) + 8*len(a.Losses)
}

// AreNumbers reports whether all losses are finite: the answers of a network that has diverged are not.
func (a *Answers) AreNumbers() bool {
	return !slices.ContainsFunc(a.Losses, func(loss float64) bool { return math.IsNaN(loss) || math.IsInf(loss, 0) })
}

// Evaluation counts the answers, as nn.Parallel.Evaluate does.
func (a *Answers) Evaluation() nn.Evaluation {
	e := nn.Evaluation{N: len(a.Labels)}
	for range a.Classes {
		e.Confusion = append(e.Confusion, make([]int, a.Classes))
	}
	for i, label := range a.Labels {
		e.LossSum += a.Losses[i]
		e.Confusion[label][a.Predictions[i]]++
		if a.Predictions[i] == label {
			e.Correct++
		}
	}
	return e
}

// Worst is the k images of the largest loss among those whose prediction is wrong, the worst first.
func (a *Answers) Worst(k int) []int {
	wrong := a.where(func(label, prediction byte) bool { return label != prediction })
	return wrong[:min(k, len(wrong))]
}

// Cell is the images of a label that have a prediction, the one of the largest loss first.
func (a *Answers) Cell(label, prediction int) []int {
	return a.where(func(l, p byte) bool { return int(l) == label && int(p) == prediction })
}

// where is the images that fit, by loss, of equals the one with the lower index first.
func (a *Answers) where(fits func(label, prediction byte) bool) []int {
	found := []int{}
	for i, label := range a.Labels {
		if fits(label, a.Predictions[i]) {
			found = append(found, i)
		}
	}
	slices.SortStableFunc(found, func(i, j int) int { return cmp.Compare(a.Losses[j], a.Losses[i]) })
	return found
}
