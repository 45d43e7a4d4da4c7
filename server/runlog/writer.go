package runlog

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"filterscope/nn/train"
)

const (
	putWait   = 5 * time.Second        // for one message to be acknowledged
	retryWait = 250 * time.Millisecond // between two tries
)

// errFenced says that another trainer has written to the run.
var errFenced = errors.New("another trainer has taken the run over")

// A writer appends to one run's stream. It is the run's only one, as long as nobody else has written behind its back.
type writer struct {
	store *Store
	id    string
	name  string // of this writer, part of its messages' names
	count int
	last  uint64 // sequence number of the stream's newest message
	entry entry  // the newest

	copying    bool               // records of a branch's origin
	evaluated  []string           // while copying: the sets that the origin has evaluated with the weights of the branch's step
	unfinished []uint64           // what an earlier writer has put for a record that it did not; removed when this one has put its first
	reopened   bool               // the server was started again for this writer
	observe    func(train.Status) // of every record that is kept
}

// Append implements train.Log. It returns when the record is on the disk.
func (w *writer) Append(ctx context.Context, r train.Record) error {
	e := w.entry
	e.Number, e.Own = e.Number+1, !w.copying
	e.Status, e.Evaluations, e.Event, e.Snapshot = r.Status, r.Evaluations, r.Event, false
	e.Evaluated = r.Evaluated(e.Evaluated, w.entry.Status.Step)
	if w.copying {
		e.Evaluated = w.evaluated
	}
	replaced := uint64(0)
	if r.Checkpoint != nil {
		sequence, err := w.checkpoint(ctx, r.Checkpoint)
		if err != nil {
			return err
		}
		if w.entry.Passing {
			replaced = w.entry.Checkpoint
		}
		e.Checkpoint, e.Passing = sequence, !r.Checkpoint.Keep
	}
	if r.Snapshot != nil && r.Snapshot.Keep {
		if err := w.weights(ctx, r.Snapshot); err != nil {
			return err
		}
		e.Snapshot = true
		if r.Snapshot.Step != e.Kept {
			e.Kept, e.Snapshots = r.Snapshot.Step, e.Snapshots+1
		}
	}
	content, err := encodeRecord(e, r.Points)
	if err != nil {
		return err
	}
	if _, err := w.put(ctx, recordSubject(w.id), content); err != nil {
		return err
	}
	w.entry = e
	w.store.wrote(w.id, e)
	if replaced > 0 {
		w.remove(ctx, replaced)
	}
	for _, sequence := range w.unfinished {
		w.remove(ctx, sequence)
	}
	w.unfinished = nil
	if r.Checkpoint != nil || r.Status.State != train.Running {
		w.head(ctx)
	}
	if r.Snapshot != nil && !r.Snapshot.Keep {
		w.live(r.Snapshot)
	}
	if w.observe != nil {
		w.observe(r.Status)
	}
	return nil
}

// head notes how many records there are, to notice damage; if it fails, that costs only the notice.
func (w *writer) head(ctx context.Context) {
	soon, cancel := context.WithTimeout(ctx, putWait)
	defer cancel()
	b := w.store.bus
	_, err := b.heads.Put(soon, w.id, []byte(strconv.Itoa(w.entry.Number+1)))
	if err != nil && ctx.Err() == nil {
		b.doubt(err)
		w.store.repair(ctx)
	}
}

func (w *writer) checkpoint(ctx context.Context, c *train.Checkpoint) (uint64, error) {
	content, err := encodeCheckpoint(c)
	if err != nil {
		return 0, err
	}
	return w.put(ctx, checkpointSubject(w.id, c.Status.Step), content)
}

func (w *writer) weights(ctx context.Context, s *train.Snapshot) error {
	content, err := encodeWeights(s)
	if err != nil {
		return err
	}
	_, err = w.put(ctx, weightsSubject(w.id, s.Step), content)
	return err
}

// live shows weights to those who follow the run now. Nobody waits for them, and those too large for a message are left out.
func (w *writer) live(s *train.Snapshot) {
	content, err := encodeWeights(s)
	if b := w.store.bus; err == nil && int64(len(content)) <= b.conn.MaxPayload()-headroom {
		_ = b.conn.Publish(liveSubject+w.id, content)
	}
}

// remove deletes a checkpoint that a newer one has replaced, or what no record refers to. If it stays, that costs only room.
func (w *writer) remove(ctx context.Context, sequence uint64) {
	b := w.store.bus
	stream, err := b.stream(ctx, w.id)
	if err == nil {
		err = stream.DeleteMsg(ctx, sequence)
	}
	if err != nil && ctx.Err() == nil {
		w.store.log.Warn("what is not needed any more could not be removed", "run", w.id, "error", err)
	}
}

// put appends one message, however long that takes.
func (w *writer) put(ctx context.Context, subject string, content []byte) (uint64, error) {
	w.count++
	id := fmt.Sprintf("%s-%d", w.name, w.count)
	for {
		b := w.store.bus
		problem := w.store.noRoom()
		if problem == "" {
			sequence, err := w.try(ctx, b, subject, id, content)
			switch {
			case err == nil:
				w.last = sequence
				w.store.stalled(w.id, "")
				return sequence, nil
			case ctx.Err() != nil:
				return 0, ctx.Err()
			case errors.Is(err, errFenced) && w.store.single() && !w.reopened:
				// Nobody else can have written: the server has found damage, and knows what is left only after a new start.
				w.reopened = true
				w.store.damaged(w.id, fmt.Sprintf("the disk has damaged this run: its records behind step %d were lost, and are computed again", w.entry.Status.Step))
				w.store.reopen(ctx)
				if stream, err := b.stream(ctx, w.id); err == nil {
					w.last = stream.CachedInfo().State.LastSeq
				}
				continue
			case errors.Is(err, errFenced), errors.Is(err, train.ErrNoRun):
				return 0, err
			}
			b.doubt(err)
			problem = explain(err)
		}
		w.store.stalled(w.id, problem)
		select {
		case <-time.After(retryWait):
		case <-ctx.Done():
			return 0, ctx.Err()
		}
		w.store.repair(ctx)
	}
}

// explain says in words for the page why a message was not kept.
func explain(err error) string {
	var api *jetstream.APIError
	switch {
	case errors.As(err, &api):
		return "the run log refuses records: " + api.Description
	case errors.Is(err, nats.ErrConnectionClosed), errors.Is(err, context.DeadlineExceeded), errors.Is(err, nats.ErrNoResponders),
		errors.Is(err, nats.ErrReconnectBufExceeded), errors.Is(err, jetstream.ErrNoStreamResponse), errors.Is(err, nats.ErrDisconnected):
		return "the run log cannot be reached"
	}
	return "the run log does not take records: " + err.Error()
}

func (w *writer) try(ctx context.Context, b *bus, subject, id string, content []byte) (uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, putWait)
	defer cancel()
	m, err := b.newMessage(ctx, subject, id, content)
	if err != nil {
		return 0, err
	}
	ack, err := b.js.PublishMsg(ctx, m, jetstream.WithExpectLastSequence(w.last), jetstream.WithRetryAttempts(0))
	if err == nil {
		return ack.Sequence, nil
	}
	if b.broken() {
		return 0, err
	}
	stream, missing := b.stream(ctx, w.id)
	if errors.Is(missing, train.ErrNoRun) {
		return 0, missing
	}
	var api *jetstream.APIError
	if missing != nil || !errors.As(err, &api) || api.ErrorCode != jetstream.JSErrCodeStreamWrongLastSequence && api.ErrorCode != jetstream.JSErrCodeStreamWrongLastSequenceConstant {
		return 0, err
	}
	// Either this very message was kept before, and its acknowledgement lost, or somebody else has written.
	if raw, err := stream.GetMsg(ctx, w.last+1); err == nil && raw.Header.Get(jetstream.MsgIDHeader) == id {
		return raw.Sequence, nil
	}
	return 0, fmt.Errorf("%w: %s after %d", errFenced, api.Description, w.last)
}
