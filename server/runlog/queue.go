package runlog

import (
	"context"

	"filterscope/nn/train"
)

// queueLength is how many records may be on their way to the disk while training goes on.
const queueLength = 8

// A queue lets training go on while its records are written. It is bounded: when it is full, training waits. A record of something
// that somebody did or waits for is written before Append returns, and so is all before it.
type queue struct {
	writer *writer
	items  chan item
	failed chan struct{} // closed once err is set
	err    error
}

type item struct {
	record  train.Record
	written chan struct{} // closed when it is; nil if nobody waits
}

func newQueue(w *writer) *queue {
	return &queue{writer: w, items: make(chan item, queueLength), failed: make(chan struct{})}
}

// Append implements train.Log.
func (q *queue) Append(ctx context.Context, r train.Record) error {
	it := item{record: r}
	if r.Event != nil || r.Status.State != train.Running {
		it.written = make(chan struct{})
	}
	select {
	case q.items <- it:
	case <-q.failed:
		return q.err
	case <-ctx.Done():
		return ctx.Err()
	}
	if it.written == nil {
		return nil
	}
	select {
	case <-it.written:
		return nil
	case <-q.failed:
		return q.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// during writes what a function appends, until it returns. What then is still in the queue is not written.
func (q *queue) during(ctx context.Context, run func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		q.write(ctx, cancel)
	}()
	err := run(ctx)
	cancel()
	<-stopped
	select {
	case <-q.failed:
		return q.err
	default:
		return err
	}
}

// write writes records until the context ends or one cannot be written, which ends the run.
func (q *queue) write(ctx context.Context, end context.CancelFunc) {
	for {
		select {
		case it := <-q.items:
			if err := q.writer.Append(ctx, it.record); err != nil {
				if ctx.Err() == nil {
					q.err = err
					close(q.failed)
					end()
				}
				return
			}
			if it.written != nil {
				close(it.written)
			}
		case <-ctx.Done():
			return
		}
	}
}
