package runlog

import (
	"cmp"
	"context"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// sweep removes large contents that no run refers to.
func (s *Store) sweep(ctx context.Context) {
	b := s.bus
	objects, err := b.blobs.List(ctx)
	if err != nil || len(objects) == 0 {
		return
	}
	used, err := b.blobsInUse(ctx)
	if err != nil {
		s.log.Warn("contents that nobody uses stay", "error", err)
		return
	}
	for _, o := range objects {
		// Whoever puts a content refers to it only afterwards.
		if !used[o.Name] && time.Since(o.ModTime) > time.Minute {
			_ = b.blobs.Delete(ctx, o.Name)
		}
	}
}

// blobsInUse returns the names of the contents that runs refer to.
func (b *bus) blobsInUse(ctx context.Context) (map[string]bool, error) {
	used := map[string]bool{}
	return used, b.eachRun(ctx, func(id string) error {
		stream, err := b.js.Stream(ctx, runStream+id)
		if err != nil {
			return err
		}
		return noteBlobs(ctx, stream, used)
	})
}

// noteBlobs adds the names of the contents that a run refers to.
func noteBlobs(ctx context.Context, stream jetstream.Stream, used map[string]bool) error {
	consumer, err := stream.OrderedConsumer(ctx, jetstream.OrderedConsumerConfig{HeadersOnly: true})
	if err != nil {
		return err
	}
	for left := stream.CachedInfo().State.Msgs; left > 0; {
		batch, err := consumer.Fetch(int(min(left, 1000)))
		if err != nil {
			return err
		}
		before := left
		for m := range batch.Messages() {
			left--
			if blob := m.Headers().Get(blobHeader); blob != "" {
				used[blob] = true
			}
		}
		if batch.Error() != nil || left == before {
			return cmp.Or(batch.Error(), errAgain)
		}
	}
	return nil
}
