package train

import (
	"bytes"
	"slices"
	"testing"
)

// What comes into the network next, told from a status alone, is what the
// step then took: after changes of the batch size, with images changed at
// random, and with taught ones.
func TestFeedIsWhatComesNext(t *testing.T) {
	changed, log, _ := changedRun(t)
	taught := Config{Architecture: "tiny", Epochs: 2, BatchSize: 70, Seed: 3, Taught: lesson(3, 4)}
	_, taughtLog := begin(t, taught, Options{})
	taughtLog.until(t, ended)
	for name, run := range map[string]struct {
		c   Config
		log *journal
	}{"settings": {changed, log}, "taught": {taught, taughtLog}} {
		feed, err := NewFeed(run.c, someDigits(t))
		if err != nil {
			t.Fatal(err)
		}
		_, _, kept := run.log.all()
		for i := len(kept) - 2; i >= 0; i-- {
			step := kept[i].Step
			if kept[i+1].Step != step+1 {
				continue
			}
			want := tried(t, run.c, run.log, step, Change{}, step+1)
			got := feed.Next(want.Status, 5)
			if !slices.Equal(got.Index, want.Index) || got.Epoch != want.Epoch || got.Number != want.Number || got.Batches != want.Batches || got.Taught != want.Taught {
				t.Fatalf("%s: after step %d come batch %d of %d in epoch %d, %v; it was %d of %d in %d, %v",
					name, step, got.Number, got.Batches, got.Epoch, got.Index, want.Number, want.Batches, want.Epoch, want.Index)
			}
			n, size := min(5, len(want.Index)), len(want.Examples.Images)/len(want.Index)
			if !bytes.Equal(got.Examples.Images, want.Examples.Images[:n*size]) || !bytes.Equal(got.Examples.Labels, want.Examples.Labels[:n]) {
				t.Fatalf("%s: the first images after step %d look different from those that the step saw", name, step)
			}
		}
	}
}
