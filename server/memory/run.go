package memory

import (
	"context"
	"errors"
	"sync"

	"filterscope/nn/train"
)

// A run is one run's log, and the trainer that writes it.
type run struct {
	trainer  *train.Run
	order    int   // of its start among all runs
	weights  int64 // bytes of one snapshot
	images   int   // that it trains on
	reserved int64 // bytes that it may need; guarded by Store.mu

	mu        sync.Mutex
	info      train.Info
	records   []train.Record
	newest    int // index of the newest record with weights
	unasked   int // kept snapshots of steps that are not promised
	snapshots map[int]*train.Snapshot
	changed   chan struct{} // closed and replaced when there is more
	cancel    context.CancelFunc
	deleted   bool
	finished  chan struct{} // closed when the trainer has ended
}

// carry runs the trainer until the context ends or the run is deleted.
func (r *run) carry(ctx context.Context) error {
	defer close(r.finished)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r.mu.Lock()
	r.cancel = cancel
	deleted := r.deleted
	r.mu.Unlock()
	if deleted {
		cancel()
	}
	err := r.trainer.Run(ctx)
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// end stops the trainer and the readers.
func (r *run) end(ctx context.Context) error {
	r.mu.Lock()
	r.deleted = true
	if r.cancel != nil {
		r.cancel()
	}
	r.wake()
	r.mu.Unlock()
	select {
	case <-r.finished:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// wake tells the readers that there is something new. r.mu must be held.
func (r *run) wake() {
	close(r.changed)
	r.changed = make(chan struct{})
}

// Append keeps a record. Weights that are not to be kept replace those of the
// record before.
func (r *run) Append(_ context.Context, record train.Record) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if record.Snapshot != nil && len(r.records) > 0 {
		if old := &r.records[r.newest]; old.Snapshot != nil && !old.Snapshot.Keep {
			old.Snapshot = nil
		}
		r.newest = len(r.records)
	}
	r.records = append(r.records, record)
	if s := record.Snapshot; s != nil && s.Keep {
		if r.snapshots == nil {
			r.snapshots = map[int]*train.Snapshot{}
		}
		r.snapshots[s.Step] = s
		if !train.Promised(s.Step) {
			r.unasked++
		}
	}
	r.info.Status = record.Status
	r.wake()
	return nil
}

// first returns the run once its first record is there.
func (r *run) first(ctx context.Context) (train.Info, error) {
	for {
		r.mu.Lock()
		info, n, changed := r.info, len(r.records), r.changed
		r.mu.Unlock()
		if n > 0 {
			return info, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return train.Info{}, ctx.Err()
		}
	}
}

// step returns the newest step.
func (r *run) step() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.info.Status.Step
}

// extra returns the number of kept snapshots that no promise counts: those of
// changes, and, counted twice, of epochs' ends.
func (r *run) extra() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.unasked
}

// explain turns the end of a deleted run's trainer into what it means.
func (r *run) explain(err error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.deleted && errors.Is(err, train.ErrEnded) {
		return train.ErrNoRun
	}
	return err
}

func (r *run) current() train.Info {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.info
}

func (r *run) rename(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.info.Name = name
}

func (r *run) follow(ctx context.Context, deliver func(train.Record) error) error {
	for next := 0; ; {
		r.mu.Lock()
		if r.deleted {
			r.mu.Unlock()
			return train.ErrNoRun
		}
		more := append([]train.Record(nil), r.records[next:]...)
		changed := r.changed
		r.mu.Unlock()
		for _, record := range more {
			if err := deliver(record); err != nil {
				return err
			}
		}
		next += len(more)
		if len(more) > 0 {
			continue
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (r *run) snapshot(step int) (*train.Snapshot, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s, ok := r.snapshots[step]
	if !ok {
		return nil, train.ErrNoSnapshot
	}
	return s, nil
}
