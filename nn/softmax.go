package nn

import "math"

// Softmax turns one image's logits into probabilities that add up to 1. The slices have one value per class and may be the same.
// If a logit is NaN or +Inf, all probabilities are NaN.
func Softmax(logits, probabilities []float32) {
	highest, sum := exponents(logits)
	for i, z := range logits {
		probabilities[i] = float32(exp(float64(z)-highest) / sum)
	}
}

// exponents is the largest logit and the sum of e^(logit - largest).
func exponents(logits []float32) (highest, sum float64) {
	highest = math.Inf(-1)
	for _, z := range logits {
		highest = max(highest, float64(z))
	}
	for _, z := range logits {
		sum += exp(float64(z) - highest)
	}
	return highest, sum
}

// CrossEntropy is an image's loss in nats: minus the logarithm of its label's probability.
func CrossEntropy(logits []float32, label byte) float64 {
	highest, sum := exponents(logits)
	return math.Log(sum) - (float64(logits[label]) - highest)
}

// crossEntropyGradient is CrossEntropy, and writes its gradient with respect to the logits: probabilities, less 1 for the label.
func crossEntropyGradient(logits []float32, label byte, dy []float32) float64 {
	highest, sum := exponents(logits)
	for i, z := range logits {
		p := exp(float64(z)-highest) / sum
		if i == int(label) {
			p -= 1
		}
		dy[i] = float32(p)
	}
	return math.Log(sum) - (float64(logits[label]) - highest)
}

// Largest is the index of the largest value, the first of several: of logits it is the prediction. There must be a value. A NaN is
// only found in the first place.
func Largest[F float32 | float64](values []F) int {
	best := 0
	for i, v := range values {
		if v > values[best] {
			best = i
		}
	}
	return best
}

// exp is e^x for x <= 0, correct to about 1e-15 of its value, and 0 below -700. Unlike math.Exp it has the same bits on every machine.
func exp(x float64) float64 {
	const (
		log2e  = 1.44269504088896338700e+00
		ln2Hi  = 6.93147180369123816490e-01
		ln2Lo  = 1.90821492927058770002e-10
		degree = 13
	)
	if x < -700 {
		return 0
	}
	if x != x || x > 0 {
		return math.NaN()
	}
	k := math.Floor(float64(x*log2e) + 0.5)
	r := float64(x-float64(k*ln2Hi)) - float64(k*ln2Lo)
	y := 1.0
	for n := degree; n >= 1; n-- {
		y = 1 + float64(float64(y*r)/float64(n))
	}
	return y * math.Float64frombits(uint64(1023+int64(k))<<52)
}
