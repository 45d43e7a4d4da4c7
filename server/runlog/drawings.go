package runlog

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"filterscope/nn/train"
)

// drawings keeps what people drew, in a store of its own: nobody but a trainer writes to a run.
const drawingsBucket = "FILTERSCOPE_DRAWINGS"

// SaveDrawing keeps a drawing, and returns it with its name and time.
func (s *Store) SaveDrawing(ctx context.Context, d train.Drawing) (train.Drawing, error) {
	d.ID, d.Created = newID(), time.Now().UTC()
	content, err := json.Marshal(d)
	if err != nil {
		return d, err
	}
	_, err = s.bus.drawings.Create(ctx, d.ID, content)
	return d, err
}

// Drawing returns a drawing, or train.ErrNoDrawing.
func (s *Store) Drawing(ctx context.Context, id string) (train.Drawing, error) {
	var d train.Drawing
	if !validID(id) {
		return d, train.ErrNoDrawing
	}
	kept, err := s.bus.drawings.Get(ctx, id)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return d, train.ErrNoDrawing
	}
	if err != nil {
		return d, err
	}
	return d, json.Unmarshal(kept.Value(), &d)
}

// Drawings returns all drawings, oldest first.
func (s *Store) Drawings(ctx context.Context) ([]train.Drawing, error) {
	ctx, cancel := context.WithTimeout(ctx, startWait)
	defer cancel()
	watcher, err := s.bus.drawings.WatchAll(ctx, jetstream.IgnoreDeletes())
	if err != nil {
		return nil, err
	}
	defer func() { _ = watcher.Stop() }()
	var all []train.Drawing
	for {
		select {
		case kept, ok := <-watcher.Updates():
			if !ok {
				return nil, errAgain
			}
			if kept == nil { // all are told
				slices.SortFunc(all, func(a, b train.Drawing) int { return a.Created.Compare(b.Created) })
				return all, nil
			}
			var d train.Drawing
			if err := json.Unmarshal(kept.Value(), &d); err != nil {
				s.log.Error("a drawing is damaged and left out", "drawing", kept.Key(), "error", err)
				continue
			}
			all = append(all, d)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// RemoveDrawing removes a drawing, or returns train.ErrNoDrawing.
func (s *Store) RemoveDrawing(ctx context.Context, id string) error {
	if !validID(id) {
		return train.ErrNoDrawing
	}
	if _, err := s.bus.drawings.Get(ctx, id); errors.Is(err, jetstream.ErrKeyNotFound) {
		return train.ErrNoDrawing
	} else if err != nil {
		return err
	}
	return s.bus.drawings.Purge(ctx, id)
}
