package nn_test

import (
	"math/rand/v2"
	"testing"

	"filterscope/nn"
)

func parse(t testing.TB, text string, input nn.Shape, classes int) *nn.Architecture {
	t.Helper()
	a, err := nn.ParseArchitecture(text, input, classes)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func counting(n int) []int32 {
	index := make([]int32, n)
	for i := range index {
		index[i] = int32(i)
	}
	return index
}

func shuffled(n int) []int32 {
	index := counting(n)
	rand.New(rand.NewPCG(1, 1)).Shuffle(n, func(i, j int) { index[i], index[j] = index[j], index[i] })
	return index
}
