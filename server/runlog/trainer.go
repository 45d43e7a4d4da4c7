package runlog

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"filterscope/nn/train"
)

// linger is how long a run that has ended keeps its trainer.
const linger = 30 * time.Second

// errReleased ends a trainer that is not needed any more.
var errReleased = errors.New("the run is released")

// A held run is one that this process has taken from the queue.
type held struct {
	id       string
	trainer  *train.Run // set before ready closes
	ready    chan struct{}
	released chan struct{} // closed when this process no longer has the run
	end      context.CancelCauseFunc

	// Guarded by Store.mu.
	message jetstream.Msg // to acknowledge
	state   train.State
	touched time.Time // when something last happened
}

// Run takes runs from the queue and carries them until the context ends.
func (s *Store) Run(ctx context.Context) error {
	if s.config.Role == Web {
		<-ctx.Done()
		return ctx.Err()
	}
	var carriers sync.WaitGroup
	defer carriers.Wait()
	for {
		if err := s.idle(ctx); err != nil {
			return err
		}
		m := s.next(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if m == nil {
			continue
		}
		if h := s.hold(m); h != nil {
			carriers.Go(func() { s.carry(ctx, h) })
		}
	}
}

// idle waits until this process may take another run. With others to take them, a process that trains takes none.
func (s *Store) idle(ctx context.Context) error {
	for !s.single() {
		s.mu.Lock()
		busy, changed := s.trains(""), s.noticed
		s.mu.Unlock()
		if !busy {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// trains reports whether this process trains a run other than one. s.mu must be held.
func (s *Store) trains(other string) bool {
	for id, h := range s.held {
		if id != other && h.state == train.Running {
			return true
		}
	}
	return false
}

// next returns the next run's message, or nil if none came for a while.
func (s *Store) next(ctx context.Context) jetstream.Msg {
	b := s.bus
	patience, cancel := context.WithTimeout(ctx, putWait)
	defer cancel()
	batch, err := b.queue.Fetch(1, jetstream.FetchContext(patience))
	if err == nil {
		for m := range batch.Messages() {
			return m
		}
		err = batch.Error()
	}
	if err != nil && patience.Err() == nil {
		select {
		case <-time.After(retryWait):
		case <-ctx.Done():
		}
		s.repair(ctx)
	}
	return nil
}

// hold enters a run that came from the queue; nil means that this process has it already.
func (s *Store) hold(m jetstream.Msg) *held {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := string(m.Data())
	if h := s.held[id]; h != nil {
		if sequenceOf(m) == sequenceOf(h.message) {
			h.message = m // it came again, because a heartbeat was late
		} else {
			_ = m.Ack()
		}
		return nil
	}
	h := &held{id: id, message: m, state: train.Running, ready: make(chan struct{}), released: make(chan struct{}), touched: time.Now()}
	s.held[id] = h
	return h
}

func sequenceOf(m jetstream.Msg) uint64 {
	meta, err := m.Metadata()
	if err != nil {
		return 0
	}
	return meta.Sequence.Stream
}

// carry trains a run until it is released, another trainer takes it, or the context ends.
func (s *Store) carry(ctx context.Context, h *held) {
	defer close(h.released)
	own, end := context.WithCancelCause(ctx)
	defer end(nil)
	h.end = end
	var beats sync.WaitGroup
	beats.Go(func() { s.beat(own, h) })
	err := s.train(own, h)
	if cause := context.Cause(own); cause != nil {
		err = cause
	}
	end(err)
	beats.Wait()
	s.mu.Lock()
	delete(s.held, h.id)
	m := h.message
	s.mu.Unlock()
	s.wake()
	switch {
	case ctx.Err() != nil:
		_ = m.Nak() // for the next process
	case errors.Is(err, errReleased), errors.Is(err, train.ErrNoRun):
		_ = m.Ack()
	case errors.Is(err, errFenced):
		s.log.Warn("the run goes on elsewhere", "run", h.id, "why", err)
	default:
		s.stalled(h.id, "the run cannot go on: "+err.Error())
		_ = m.NakWithDelay(ackWait)
	}
}

// train opens a run where its log ends and carries it out.
func (s *Store) train(ctx context.Context, h *held) error {
	q, trainer, err := s.load(ctx, h.id)
	if err != nil {
		return err
	}
	q.writer.observe = func(status train.Status) { s.observe(h, status) }
	h.trainer = trainer
	close(h.ready)
	stop, err := s.answer(ctx, h)
	if err != nil {
		return err
	}
	defer stop()
	return q.during(ctx, trainer.Run)
}

// load returns the trainer of a run, and the queue to its log.
func (s *Store) load(ctx context.Context, id string) (*queue, *train.Run, error) {
	born, err := s.birthOf(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	data, err := s.config.Data()
	if err != nil {
		return nil, nil, err
	}
	if here, err := s.fingerprint(); err != nil || here != born.Data {
		return nil, nil, cmp.Or(err, fmt.Errorf("it trains on other data (%s) than this process has (%s); start the program with that -dataset", born.Data, here))
	}
	b := s.bus
	stream, err := b.stream(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	last := stream.CachedInfo().State.LastSeq
	e, ok, err := s.readNewest(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	options := train.Options{Workers: s.config.Workers, Wait: born.Wait}
	if !ok {
		q := newQueue(s.newWriter(id, last, entry{Number: -1, Kept: -1}))
		trainer, err := train.New(born.Config, data, q, options)
		return q, trainer, err
	}
	if _, err := s.damageOf(ctx, id, e, true); err != nil {
		return nil, nil, err
	}
	past, err := s.past(ctx, b, stream, born, e)
	if err != nil {
		return nil, nil, err
	}
	_, newest, err := b.at(ctx, stream, 0, recordSubject(id))
	if err != nil {
		return nil, nil, err
	}
	w := s.newWriter(id, last, e)
	for sequence := newest + 1; sequence <= last; sequence++ {
		w.unfinished = append(w.unfinished, sequence)
	}
	q := newQueue(w)
	trainer, err := train.Continue(born.Config, past, data, q, options)
	return q, trainer, err
}

// past is what a trainer that takes a run over has to know.
func (s *Store) past(ctx context.Context, b *bus, stream jetstream.Stream, born birth, e entry) (train.Past, error) {
	past := train.Past{Status: e.Status}
	if e.Checkpoint > 0 {
		content, _, err := b.at(ctx, stream, e.Checkpoint, "")
		if err != nil {
			return past, err
		}
		if past.Checkpoint, err = decodeCheckpoint(content); err != nil {
			return past, err
		}
	}
	if !e.Own && born.Asked != nil {
		arch, err := s.architecture(*born.Origin)
		if err != nil {
			return past, err
		}
		if _, past, err = born.Asked.Branch(*born.Origin, arch, past.Checkpoint); err != nil {
			return past, err
		}
	}
	past.Evaluated, past.Kept = e.Evaluated, e.Kept
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.single() && past.Status.State == train.Running && s.trains(born.ID) {
		past.Status.State, past.Status.Message = train.Paused, "another run is training"
	}
	return past, nil
}

// observe notes what a run does.
func (s *Store) observe(h *held, status train.Status) {
	s.mu.Lock()
	changed := h.state != status.State
	h.state, h.touched = status.State, time.Now()
	s.mu.Unlock()
	if changed {
		s.wake()
	}
}

// wake tells all who wait for a change of states or stalls.
func (s *Store) wake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.noticed)
	s.noticed = make(chan struct{})
}

// beat keeps a run's message from being given to another trainer, and releases a run that has ended.
func (s *Store) beat(ctx context.Context, h *held) {
	ticker := time.NewTicker(ackWait / 4)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		s.mu.Lock()
		m := h.message
		over := h.state.Ended() && time.Since(h.touched) > linger
		s.mu.Unlock()
		if over {
			h.end(errReleased)
			return
		}
		_ = m.InProgress() // if it fails, the run goes to another trainer, as it should
	}
}

// pauseOthers stops the runs that this process trains, but for one.
func (s *Store) pauseOthers(ctx context.Context, id, why string) error {
	s.mu.Lock()
	var others []*held
	for _, h := range s.held {
		if h.id != id && (h.state == train.Running || h.state == train.Waiting) {
			others = append(others, h)
		}
	}
	s.mu.Unlock()
	for _, h := range others {
		select {
		case <-h.ready:
		case <-h.released:
			continue
		case <-ctx.Done():
			return ctx.Err()
		}
		_, err := h.trainer.Do(ctx, train.Command{Kind: train.Pause, Message: why})
		if err != nil && !errors.Is(err, train.ErrEnded) {
			return err
		}
	}
	return nil
}
