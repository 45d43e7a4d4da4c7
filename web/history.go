package web

import "filterscope/nn/train"

// history are the train points of a run: index i is step i+1.
type history struct {
	step                           []int
	loss, accuracy, epoch, seconds []float64
}

func (h history) len() int { return len(h.step) }

func (h *history) add(p train.Point) {
	h.step = append(h.step, h.len()+1)
	h.loss = append(h.loss, p.Loss)
	h.accuracy = append(h.accuracy, p.Accuracy)
	h.epoch = append(h.epoch, p.Epoch)
	h.seconds = append(h.seconds, p.Seconds)
}

// when returns how many epochs were done, and how long training had taken, at a
// step.
func (h history) when(step int) (epoch, seconds float64) {
	if step < 1 || step > h.len() {
		return 0, 0
	}
	return h.epoch[step-1], h.seconds[step-1]
}
