package feature

import "math"

// Patch is a place where a unit answers.
type Patch struct {
	Value float32 // as in Answer
	Image int     // index in the probe
	Y, X  int     // place in the layer's output
}

// TopPatches is where the units of one layer answer strongest.
type TopPatches struct {
	Layer int
	Units [][]Patch // [unit], the strongest first, one per image, only values above 0
	Max   []float32 // [unit], the largest value; 0 if there are only NaN
	Dead  []int     // the units without a value above 0, ascending
}

// Top is each unit's k strongest answers. Of equal values the lower image goes first.
func (s Survey) Top(k int) TopPatches {
	t := TopPatches{Layer: s.Layer, Units: make([][]Patch, len(s.Units)), Max: make([]float32, len(s.Units))}
	for u, answers := range s.Units {
		t.Units[u] = make([]Patch, 0, min(k, len(answers)))
		largest := float32(math.Inf(-1))
		for image, a := range answers {
			largest = max(largest, a.Value)
			if a.Value > 0 {
				t.Units[u] = insert(t.Units[u], Patch{a.Value, image, int(a.Y), int(a.X)})
			}
		}
		if !(largest > 0) {
			t.Dead = append(t.Dead, u)
		}
		if !math.IsInf(float64(largest), -1) {
			t.Max[u] = largest
		}
	}
	return t
}

// insert keeps the strongest first, behind those that are as strong, and no more than there is room for.
func insert(list []Patch, patch Patch) []Patch {
	if len(list) < cap(list) {
		list = append(list, patch)
	} else if len(list) == 0 || patch.Value <= list[len(list)-1].Value {
		return list
	}
	i := len(list) - 1
	for ; i > 0 && list[i-1].Value < patch.Value; i-- {
		list[i] = list[i-1]
	}
	list[i] = patch
	return list
}

// ActiveShare is the share of the images to which a unit answers with a value above 0.
func (s Survey) ActiveShare(unit int) float64 {
	active := 0
	for _, a := range s.Units[unit] {
		if a.Value > 0 {
			active++
		}
	}
	return float64(active) / float64(max(1, len(s.Units[unit])))
}

// Selectivity tells for each class how much more a unit answers to its images than to all others: (m - r) / (m + r), from -1 to 1,
// where m and r are the mean answers to the class's images and to the rest, negative ones counting as 0 as behind a ReLU;
// 0 where both are 0 or a class has no image. The largest is the class selectivity index of Morcos et al. 2018,
// "On the importance of single directions for generalization".
func (s Survey) Selectivity(unit int, labels []byte, classes int) []float64 {
	sums, counts := make([]float64, classes), make([]int, classes)
	total := 0.0
	for image, a := range s.Units[unit] {
		v := max(0, float64(a.Value))
		sums[labels[image]] += v
		counts[labels[image]]++
		total += v
	}
	selectivity := make([]float64, classes)
	for c := range selectivity {
		rest := len(s.Units[unit]) - counts[c]
		if counts[c] == 0 || rest == 0 || !(total > 0) {
			continue
		}
		mean, others := sums[c]/float64(counts[c]), max(0, total-sums[c])/float64(rest)
		selectivity[c] = (mean - others) / (mean + others)
	}
	return selectivity
}

// Similarity is the correlation (Pearson's) of a unit's answers in two surveys of one probe, negative answers counting as 0; 1 if
// both are constant, 0 if one is.
func (s Survey) Similarity(unit int, other Survey) float64 {
	a, b := s.Units[unit], other.Units[unit]
	n := float64(len(a))
	var sumA, sumB, sumAA, sumBB, sumAB float64
	for i := range a {
		x, y := max(0, float64(a[i].Value)), max(0, float64(b[i].Value))
		sumA, sumB = sumA+x, sumB+y
		sumAA, sumBB, sumAB = sumAA+x*x, sumBB+y*y, sumAB+x*y
	}
	varA, varB := sumAA-sumA*sumA/n, sumBB-sumB*sumB/n
	if tiny := 1e-12 * (sumAA + sumBB); varA <= tiny || varB <= tiny {
		if varA <= tiny && varB <= tiny {
			return 1
		}
		return 0
	}
	return (sumAB - sumA*sumB/n) / math.Sqrt(varA*varB)
}
