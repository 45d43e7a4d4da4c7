package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/go-chi/chi/v5"

	"filterscope/nn/train"
	"filterscope/web/figure"
)

const (
	cachedFeeds = 4  // runs whose batches are told quickly
	mostImages  = 64 // of a batch in a picture
	fewImages   = 24 // by default
)

// A batchHeader describes the picture of a batch, one tile for each of its
// first images.
type batchHeader struct {
	Run     string   `json:"run"`
	Step    int      `json:"step"`    // of the weights that the batch comes to
	Epoch   int      `json:"epoch"`   // the batch's, from 1
	Batch   int      `json:"batch"`   // from 1, in its epoch
	Batches int      `json:"batches"` // that the epoch has
	Size    int      `json:"size"`    // images of the batch
	Images  int      `json:"images"`  // that an epoch has
	Varied  bool     `json:"varied"`  // the images are changed at random
	Beyond  bool     `json:"beyond"`  // the run takes no further step: it comes if the run is trained on
	Units   int      `json:"units"`   // tiles
	Columns int      `json:"columns"`
	Rows    int      `json:"rows"`
	Tile    tile     `json:"tile"`
	Labels  []int    `json:"labels"`
	Sets    []string `json:"sets"` // that the images are from: train, pen or own
	Alt     string   `json:"alt"`
}

// place is where a run was in its epoch.
type place struct {
	step, epoch int
	done        float64 // epochs, as in train.Status
	batchSize   int
}

func placeOf(s train.Status) place { return place{s.Step, s.Epoch, s.EpochsDone, s.BatchSize} }

// placeAt is where the run was at a kept step.
func (now state) placeAt(step int) place {
	i, _ := slices.BinarySearchFunc(now.places, step+1, func(p place, step int) int { return p.step - step })
	return now.places[max(0, i-1)]
}

// batch answers with the first images of the batch that comes to the weights
// of a step, as the network gets them, as a PNG; X-Header tells about them.
func (s *Server) batch(w http.ResponseWriter, r *http.Request) error {
	q, err := queryOf(r, "images")
	if err != nil {
		return err
	}
	images, err := q.integer("images", fewImages, 1, mostImages)
	if err != nil {
		return err
	}
	now, snapshot, err := s.snapshotOf(w, r)
	if err != nil || snapshot == nil {
		return err
	}
	at := placeOf(now.status)
	if chi.URLParam(r, "step") != "latest" {
		at = now.placeAt(snapshot.Step)
	}
	h := w.Header()
	h.Set("X-Step", strconv.Itoa(at.step))
	if at.step == now.status.Step {
		h.Set("Cache-Control", "no-store") // the batch size may be changed at this step
	}
	header, png, err := s.drawBatch(r.Context(), chi.URLParam(r, "run"), at, images, now.status.State.Ended() && at.step == now.status.Step)
	if err != nil {
		return err
	}
	return writeDescribed(w, header, png)
}

func (s *Server) drawBatch(ctx context.Context, id string, at place, images int, beyond bool) (batchHeader, []byte, error) {
	data, err := s.config.Data()
	if err != nil {
		return batchHeader{}, nil, err
	}
	info, err := s.taker(ctx, id, at.step)
	if err != nil {
		return batchHeader{}, nil, err
	}
	feed, ok := s.feeds.Get(info.ID)
	if !ok {
		if feed, err = train.NewFeed(info.Config, data); err != nil {
			return batchHeader{}, nil, err
		}
		s.feeds.Add(info.ID, feed)
	}
	b := feed.Next(train.Status{Step: at.step, Epoch: at.epoch, EpochsDone: at.done, BatchSize: at.batchSize}, images)
	h := batchHeader{
		Run: id, Step: at.step, Epoch: b.Epoch + 1, Batch: b.Number + 1, Batches: b.Batches, Size: len(b.Index), Images: b.Images,
		Varied: info.Config.Augmentation != nil && !info.Config.Augmentation.Off(), Beyond: beyond,
	}
	set, n := data.Train, len(b.Examples.Labels)
	bank := figure.ImageBank{H: set.H, W: set.W, C: set.C}
	for i, label := range b.Examples.Labels {
		bank.Units = append(bank.Units, pixelsOf(b.Examples.Images[i*set.Size():][:set.Size()]))
		from, _ := originOf(b, int(b.Index[i]), set.Len())
		h.Labels, h.Sets = append(h.Labels, int(label)), append(h.Sets, from)
	}
	h.Alt = fmt.Sprintf("%d of the %d images of batch %d of %d in epoch %d, which comes to the weights of step %d", n, h.Size, h.Batch, h.Batches, h.Epoch, h.Step)
	grid, err := figure.Images(bank)
	h.Units, h.Columns, h.Rows, h.Tile = grid.Units, grid.Columns, grid.Rows, tile{grid.TileW, grid.TileH, grid.Gap}
	return h, grid.PNG, err
}

// taker is the run that took the step behind one: of a branch's past it is the
// origin, if that is still there, which may have been taught other images.
func (s *Server) taker(ctx context.Context, id string, step int) (train.Info, error) {
	info, err := s.config.Runs.Get(ctx, id)
	for err == nil && info.Config.From != nil && step < info.Config.From.Step {
		origin, lost := s.config.Runs.Get(ctx, info.Config.From.Run)
		if errors.Is(lost, train.ErrNoRun) {
			break
		}
		info, err = origin, lost
	}
	return info, err
}

// originOf names the set that an image of a batch is from, and its index
// there. own is how many images the data set has of its own.
func originOf(b train.Batch, index, own int) (set string, at int) {
	switch {
	case index >= b.Taught:
		return "own", index - b.Taught
	case index >= own:
		return "pen", index - own
	}
	return trainProbe, index
}
