package digits

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func ascending(n int) []int32 {
	index := make([]int32, n)
	for i := range index {
		index[i] = int32(i)
	}
	return index
}

func TestOrderVisitsEachExampleOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		index := rapid.SliceOfN(rapid.Int32(), 0, 100).Draw(t, "index")
		before := slices.Clone(index)
		o := NewOrder(index, rapid.Uint64().Draw(t, "seed"))
		got := slices.Clone(o.Epoch(rapid.IntRange(0, 1000).Draw(t, "epoch")))
		if !slices.Equal(index, before) {
			t.Fatal("the caller's index list changed")
		}
		slices.Sort(got)
		slices.Sort(before)
		if diff := cmp.Diff(before, got); diff != "" {
			t.Fatalf("(-want +got)\n%s", diff)
		}
	})
}

func TestOrderIsAFunctionOfSeedAndEpoch(t *testing.T) {
	index := ascending(1000)
	o := NewOrder(index, 7)
	first := slices.Clone(o.Epoch(3))
	o.Epoch(11)
	o.Epoch(0)
	if !slices.Equal(first, o.Epoch(3)) {
		t.Error("epoch 3 is another order after other epochs")
	}
	if !slices.Equal(first, NewOrder(index, 7).Epoch(3)) {
		t.Error("epoch 3 is another order for another Order with the same seed")
	}
	// Recorded runs are replayed by these orders: they stay as they are.
	want := []int32{8, 5, 4, 0, 9, 6, 7, 3, 2, 1}
	if diff := cmp.Diff(want, NewOrder(ascending(10), 1).Epoch(0)); diff != "" {
		t.Errorf("epoch 0 of seed 1 (-want +got)\n%s", diff)
	}
}

// Neighbouring seeds and epochs have nothing to do with each other, and every place is as likely for every index.
func TestOrderIsRandom(t *testing.T) {
	const n, rounds = 10, 20000
	var counts [n][n]int
	same := 0
	var last []int32
	for i := range rounds {
		got := NewOrder(ascending(n), uint64(i/100)).Epoch(i % 100)
		for place, index := range got {
			counts[place][index]++
			if last != nil && last[place] == index {
				same++
			}
		}
		last = slices.Clone(got)
	}
	chiSquare := 0.0
	for _, row := range counts {
		for _, c := range row {
			d := float64(c) - rounds/n
			chiSquare += d * d / (rounds / n)
		}
	}
	if chiSquare > 145 { // 81 degrees of freedom: mean 81, deviation 12.7; five deviations
		t.Errorf("chi-square of places and indices %.1f, want about 81", chiSquare)
	}
	if share := float64(same) / rounds; share < 0.95 || share > 1.05 {
		t.Errorf("%.3f places keep their index from one epoch to the next, want about 1", share)
	}
}

func TestOrderAllocatesNothing(t *testing.T) {
	o := NewOrder(ascending(1000), 1)
	epoch := 0
	if allocs := testing.AllocsPerRun(100, func() { o.Epoch(epoch); epoch++ }); allocs != 0 {
		t.Errorf("%v allocations a call", allocs)
	}
}

func TestSplit(t *testing.T) {
	s := &Set{H: 1, W: 1, C: 1, Classes: 2, Images: make([]byte, 100), Labels: make([]byte, 100)}
	train, held, err := s.Split(30)
	if err != nil {
		t.Fatal(err)
	}
	if len(train) != 70 || len(held) != 30 || !slices.IsSorted(train) || !slices.IsSorted(held) {
		t.Errorf("%d training and %d validation examples, sorted %t and %t", len(train), len(held), slices.IsSorted(train), slices.IsSorted(held))
	}
	all := slices.Concat(train, held)
	slices.Sort(all)
	if diff := cmp.Diff(ascending(100), all); diff != "" {
		t.Errorf("both lists together (-want +got)\n%s", diff)
	}
	if held[0] >= 70 || held[29] < 70 {
		t.Errorf("validation examples %v are not from all over the set", held)
	}
	again, _, err := s.Split(30)
	if err != nil || !slices.Equal(train, again) {
		t.Errorf("a second split differs (error %v)", err)
	}
	train, held, err = s.Split(0)
	if err != nil || !slices.Equal(train, ascending(100)) || len(held) != 0 {
		t.Errorf("split of 0: %v, %v, %v", train, held, err)
	}
	for _, n := range []int{-1, 100, 101} {
		if _, _, err := s.Split(n); err == nil {
			t.Errorf("split of %d works", n)
		}
	}
}

func BenchmarkOrder(b *testing.B) {
	o := NewOrder(ascending(60000), 1)
	b.ReportAllocs()
	for epoch := 0; b.Loop(); epoch++ {
		o.Epoch(epoch)
	}
}
