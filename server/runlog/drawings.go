package runlog

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"filterscope/nn/train"
)

// drawings keeps what people drew, in a store of its own: nobody but a trainer writes to a run.
const drawingsBucket = "FILTERSCOPE_DRAWINGS"

// SaveDrawing keeps a drawing, and returns it with its name and time.
func (s *Store) SaveDrawing(ctx context.Context, d train.Drawing) (train.Drawing, error) {
	d.ID, d.Created = strings.ToLower(rand.Text()[:10]), time.Now().UTC()
	content, err := json.Marshal(d)
	if err != nil {
		return d, err
	}
	_, err = s.bus.drawings.Create(ctx, d.ID, content)
	return d, err
}

// Drawings returns all drawings, oldest first.
func (s *Store) Drawings(ctx context.Context) ([]train.Drawing, error) {
	keys, err := s.bus.drawings.Keys(ctx)
	if errors.Is(err, jetstream.ErrNoKeysFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var all []train.Drawing
	for _, key := range keys {
		kept, err := s.bus.drawings.Get(ctx, key)
		if errors.Is(err, jetstream.ErrKeyNotFound) {
			continue // removed meanwhile
		}
		if err != nil {
			return nil, err
		}
		var d train.Drawing
		if err := json.Unmarshal(kept.Value(), &d); err != nil {
			s.log.Error("a drawing is damaged and left out", "drawing", key, "error", err)
			continue
		}
		all = append(all, d)
	}
	slices.SortFunc(all, func(a, b train.Drawing) int { return a.Created.Compare(b.Created) })
	return all, nil
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
