package exam

// A Bin is the images whose prediction has a probability in an interval.
type Bin struct {
	Count      int
	Confidence float64 // mean probability of their predictions; 0 if there are none
	Accuracy   float64 // share that is right; 0 if there are none
}

// Calibration compares how sure a network is with how often it is right.
type Calibration struct {
	// Bins are of equal width, from 0 to 1. A probability between two of them is in the upper one; 1 is in the last.
	Bins []Bin
	// Error is the expected calibration error: the mean over all images of the distance between their bin's confidence and its accuracy
	// (Guo, Pleiss, Sun and Weinberger 2017, "On calibration of modern neural networks"). 0 without images.
	Error float64
}

// Calibration sorts the answers into so many bins, at least 1.
func (a *Answers) Calibration(bins int) Calibration {
	c := Calibration{Bins: make([]Bin, bins)}
	for i, label := range a.Labels {
		p := float64(a.Confidence(i))
		b := &c.Bins[max(0, min(int(p*float64(bins)), bins-1))]
		b.Count++
		b.Confidence += p
		if a.Predictions[i] == label {
			b.Accuracy++
		}
	}
	for i := range c.Bins {
		b := &c.Bins[i]
		if b.Count == 0 {
			continue
		}
		b.Confidence /= float64(b.Count)
		b.Accuracy /= float64(b.Count)
		c.Error += float64(b.Count) / float64(len(a.Labels)) * distance(b.Confidence, b.Accuracy)
	}
	return c
}

func distance(a, b float64) float64 { return max(a-b, b-a) }
