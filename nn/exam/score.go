package exam

import "math"

// Score is how a class does in a confusion matrix.
type Score struct {
	Recall    float64 // share of the class's images that are found; NaN if it has none
	Precision float64 // share of right ones among those taken for it; NaN if there are none
	F1        float64 // the harmonic mean of both, 2 right / (images + predictions); NaN if there are neither
}

// Scores are the classes' in a confusion matrix, [label][prediction].
func Scores(confusion [][]int) []Score {
	scores := make([]Score, len(confusion))
	for class, row := range confusion {
		images, predicted := 0, 0
		for other, n := range row {
			images += n
			predicted += confusion[other][class]
		}
		right := row[class]
		scores[class] = Score{share(right, images), share(right, predicted), share(2*right, images+predicted)}
	}
	return scores
}

func share(n, of int) float64 {
	if of == 0 {
		return math.NaN()
	}
	return float64(n) / float64(of)
}
