package web_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image/png"
	"net/http"
	"slices"
	"testing"

	"filterscope/nn/train"
)

type batchAnswer struct {
	Step, Epoch, Batch, Batches, Size, Images, Units, Columns int
	Varied, Beyond                                            bool
	Tile                                                      struct{ Width, Height, Gap int }
	Labels                                                    []int
	Sets                                                      []string

	answer answer
}

func (s *site) batch(id, step, query string) (b batchAnswer) {
	s.Helper()
	b.answer = s.get(fmt.Sprintf("/api/runs/%s/steps/%s/batch.png%s", id, step, query))
	if err := json.Unmarshal([]byte(b.answer.Header.Get("X-Header")), &b); err != nil {
		s.Fatalf("%s %s: %v", b.answer.Status, b.answer.body, err)
	}
	return b
}

// pixels is the i-th tile of the picture.
func (b batchAnswer) pixels(t *testing.T, i int) (gray []byte) {
	t.Helper()
	picture, err := png.Decode(bytes.NewReader(b.answer.body))
	if err != nil {
		t.Fatal(err)
	}
	left := b.Tile.Gap + i%b.Columns*(b.Tile.Width+b.Tile.Gap)
	top := b.Tile.Gap + i/b.Columns*(b.Tile.Height+b.Tile.Gap)
	for y := range b.Tile.Height {
		for x := range b.Tile.Width {
			v, _, _, _ := picture.At(left+x, top+y).RGBA()
			gray = append(gray, byte(v>>8))
		}
	}
	return gray
}

// alike reports whether images differ by no more than the picture's shades do.
func alike(a, b []byte) bool {
	return slices.EqualFunc(a, b, func(x, y byte) bool { return max(x, y)-min(x, y) <= 2 })
}

// The picture of a batch has the images that the step behind it is computed
// from, at any kept step, also when the batch size was changed and in the past
// of a branch.
func TestBatchIsWhatTheStepTakes(t *testing.T) {
	s := serve(t, nil)
	id := s.open(train.Config{Architecture: "tiny", Epochs: 3, BatchSize: 50, Seed: 7})
	s.step(id, 5)
	s.ask("PATCH", "/api/runs/"+id, `{"batchSize":30}`)
	s.step(id, 25)
	var branch runJSON
	s.into(s.ask("POST", "/api/runs", fmt.Sprintf(`{"from":{"run":%q,"step":20},"batchSize":40,"pace":1}`, id)), &branch)
	s.ask("POST", "/api/runs/"+branch.ID+"/pause", "")
	for _, run := range []string{id, branch.ID} {
		for _, step := range []int{0, 4, 5, 12, 19, 20} {
			b := s.batch(run, fmt.Sprint(step), "?images=9")
			l := s.lesson(run, step+1, "").Batch
			if b.Step != step || b.Epoch != l.Epoch || b.Batch != l.Number || b.Batches != l.Batches || b.Size != l.Size || b.Images != l.Images || b.Units != 9 {
				t.Fatalf("%s: before step %d comes batch %d of %d in epoch %d, of %d; it then is batch %d of %d in epoch %d, of %d", run, step+1, b.Batch, b.Batches, b.Epoch, b.Size, l.Number, l.Batches, l.Epoch, l.Size)
			}
			for i := range 9 {
				if b.Labels[i] != l.Members[i].Label || !alike(b.pixels(t, i), l.Pixels[i*28*28:][:28*28]) {
					t.Fatalf("%s: image %d of the batch before step %d is not what the step takes", run, i, step+1)
				}
			}
			if caching := b.answer.Header.Get("Cache-Control"); step < 20 && caching != "public, max-age=31536000, immutable" {
				t.Errorf("the batch of a step of the past is cached as %q", caching)
			}
		}
	}
	s.ask("DELETE", "/api/runs/"+id, "")
	if kept := s.batch(branch.ID, "12", ""); kept.Size != 30 {
		t.Errorf("without its origin a branch has %d images in a batch of its past", kept.Size)
	}
	s.wantError(s.ask("GET", "/api/runs/"+branch.ID+"/lesson/10", ""), http.StatusNotFound, "deleted")
	if now := s.batch(branch.ID, "latest", ""); now.Step < 20 || now.Units != 24 || now.Varied || now.Beyond || now.answer.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("the newest batch is %+v", now)
	}
}

func TestBatchOfAFinishedRun(t *testing.T) {
	s := serve(t, nil)
	id := s.open(train.Config{Architecture: "tiny", Epochs: 1, BatchSize: 500})
	v := s.connect(id, 0)
	v.until(func() bool { return v.run.State == "finished" })
	if b := s.batch(id, "latest", "?images=64"); !b.Beyond || b.Epoch != 2 || b.Batch != 1 {
		t.Errorf("what comes if it is trained on: %+v", b)
	}
	path := "/api/runs/" + id + "/steps/"
	s.wantError(s.ask("GET", path+"latest/batch.png?images=0", ""), http.StatusBadRequest, "images")
	s.wantError(s.ask("GET", path+"latest/batch.png?image=1", ""), http.StatusBadRequest, "image")
	s.wantError(s.ask("GET", path+"900/batch.png", ""), http.StatusNotFound, "900")
	s.wantError(s.ask("GET", "/api/runs/nothing/steps/0/batch.png", ""), http.StatusNotFound, "run")
}
