package runlog

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"filterscope/nn"
	"filterscope/nn/train"
)

// A reader delivers one run to one follower.
type reader struct {
	store   *Store
	born    birth
	arch    *nn.Architecture
	deliver func(train.Record) error

	next    uint64 // sequence number of the first message not delivered yet
	status  train.Status
	points  int             // delivered
	past    uint64          // sequence number of the newest record when reading began
	kept    int             // newest kept step whose weights were not delivered
	live    *train.Snapshot // newest weights not kept, until their step's record has come
	stalled string
	orphan  string // why nothing comes, if no trainer has the run
	lost    string // which records are, in words
}

// Follow delivers a run's records from its first on, and those to come, until the context ends, deliver fails or the run is deleted
// (train.ErrNoRun). Records of the past name their snapshots without the weights, but for the newest. Of weights that are not kept
// only the newest are delivered. A status may come again, stalled, without anything new.
func (s *Store) Follow(ctx context.Context, id string, deliver func(train.Record) error) error {
	born, err := s.birthOf(ctx, id)
	if err != nil {
		return err
	}
	arch, err := s.architecture(born.Config)
	if err != nil {
		return err
	}
	r := &reader{store: s, born: born, arch: arch, deliver: deliver, next: 1, status: born.Status, kept: -1}
	for {
		err := r.read(ctx, s.bus)
		if !errors.Is(err, errAgain) {
			return err
		}
		select {
		case <-time.After(retryWait):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// errAgain says that reading was interrupted, and can go on.
var errAgain = errors.New("reading was interrupted")

// read delivers what a bus has, until that is closed or something goes wrong.
func (r *reader) read(ctx context.Context, b *bus) error {
	id := r.born.ID
	stream, err := b.stream(ctx, id)
	if errors.Is(err, train.ErrNoRun) {
		return err
	}
	if err != nil {
		return r.interrupted(ctx)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	live := make(chan *nats.Msg, 4)
	subscription, err := b.conn.ChanSubscribe(liveSubject+id, live)
	if err != nil {
		return r.interrupted(ctx)
	}
	defer func() { _ = subscription.Unsubscribe() }()
	if err := r.beginning(ctx, b, stream); err != nil {
		return r.interrupted(ctx)
	}
	consumer, err := stream.OrderedConsumer(ctx, jetstream.OrderedConsumerConfig{
		FilterSubjects: []string{recordSubject(id)}, DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: r.next,
	})
	if err != nil {
		return r.interrupted(ctx)
	}
	messages := make(chan jetstream.Msg, 256)
	failed := make(chan error, 1)
	consuming, err := consumer.Consume(func(m jetstream.Msg) {
		select {
		case messages <- m:
		case <-ctx.Done():
		}
	}, jetstream.ConsumeErrHandler(func(_ jetstream.ConsumeContext, err error) {
		select {
		case failed <- err:
		default:
		}
	}))
	if err != nil {
		return r.interrupted(ctx)
	}
	defer consuming.Stop()
	silence := time.NewTicker(ackWait / 2)
	defer silence.Stop()
	for {
		stalled, noticed := r.store.stall(id)
		if err := r.notice(cmp.Or(stalled, r.orphan)); err != nil {
			return err
		}
		select {
		case m := <-messages:
			silence.Reset(ackWait / 2)
			r.orphan = ""
			err = r.take(ctx, b, m)
		case <-silence.C:
			r.orphan = r.store.orphaned(ctx, id, r.status.State)
		case m := <-live:
			if len(m.Data) == 0 { // the run was deleted
				_, err = b.stream(ctx, id)
			} else {
				err = r.takeLive(m.Data)
			}
		case <-noticed:
		case <-failed:
			_, err = b.stream(ctx, id) // the run may have been deleted
			if err != nil && !errors.Is(err, train.ErrNoRun) {
				err = nil // the consumer tries again by itself
			}
		case <-ctx.Done():
			return ctx.Err()
		}
		if err != nil {
			return err
		}
	}
}

// interrupted says that reading is to be tried again, unless it is no longer wanted.
func (r *reader) interrupted(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := r.notice("the run log cannot be reached"); err != nil {
		return err
	}
	return errAgain
}

// beginning notes where the past ends. Of a run that nobody trains yet it delivers the random start.
func (r *reader) beginning(ctx context.Context, b *bus, stream jetstream.Stream) error {
	_, newest, err := b.at(ctx, stream, 0, recordSubject(r.born.ID))
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return r.deliverStart()
	}
	r.past = newest
	return err
}

// deliverStart delivers the weights of step 0.
func (r *reader) deliverStart() error {
	c := r.born.Config
	if c.From != nil {
		c.From, c.Units = nil, nil // the branch's past is about to come
	}
	data, err := r.store.config.Data()
	if err != nil {
		return err
	}
	trainer, err := train.New(c, data, nil, train.Options{Workers: r.store.config.Workers})
	if err != nil {
		return err
	}
	start := &train.Snapshot{UnitChanges: trainer.InitialStatus().UnitChanges, Net: trainer.InitialNetwork()}
	return r.deliver(train.Record{Status: r.born.Status, Snapshot: start})
}

// take delivers a record.
func (r *reader) take(ctx context.Context, b *bus, m jetstream.Msg) error {
	meta, err := m.Metadata()
	if err != nil || meta.Sequence.Stream < r.next {
		return nil // it came before
	}
	r.next = meta.Sequence.Stream + 1
	e, points, err := b.record(ctx, m)
	if err != nil {
		r.store.log.Error("a record is damaged and left out", "run", r.born.ID, "sequence", meta.Sequence.Stream, "error", err)
		return nil
	}
	r.store.saw(r.born.ID, e)
	record := e.record(points)
	if len(points) > 0 && points[0].Step != r.points+1 && r.lost == "" {
		r.lost = fmt.Sprintf("the records of steps %d to %d are lost; the curves end before them", r.points+1, points[0].Step-1)
		r.store.log.Error(r.lost, "run", r.born.ID)
	}
	if r.lost != "" {
		record.Points = nil // readers count on points without gaps
		record.Status.Message = cmp.Or(record.Status.Message, r.lost)
	} else if len(points) > 0 {
		r.points = points[len(points)-1].Step
	}
	r.status, r.stalled = record.Status, ""
	if e.Snapshot {
		r.kept = e.Status.Step
	}
	if err := r.deliver(record); err != nil {
		return err
	}
	if meta.Sequence.Stream >= r.past && r.kept >= 0 {
		if err := r.deliverKept(ctx); err != nil {
			return err
		}
	}
	return r.deliverLive()
}

// deliverKept delivers the newest kept weights.
func (r *reader) deliverKept(ctx context.Context) error {
	snapshot, err := r.store.snapshot(ctx, r.born.ID, r.kept, r.status)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	step := r.kept
	r.kept = -1
	if err != nil {
		r.store.log.Error("weights cannot be read", "run", r.born.ID, "step", step, "error", err)
		return nil
	}
	return r.deliver(train.Record{Status: r.status, Snapshot: snapshot})
}

// takeLive delivers weights that are not kept, once their step is known.
func (r *reader) takeLive(content []byte) error {
	snapshot, err := decodeWeights(content, r.arch)
	if err != nil {
		return nil // others come
	}
	r.live = snapshot
	return r.deliverLive()
}

func (r *reader) deliverLive() error {
	if r.live == nil || r.live.Step > r.status.Step || r.live.UnitChanges > r.status.UnitChanges {
		return nil
	}
	snapshot := r.live
	r.live = nil
	if snapshot.UnitChanges < r.status.UnitChanges {
		return nil // units were changed meanwhile
	}
	return r.deliver(train.Record{Status: r.status, Snapshot: snapshot})
}

// notice delivers the status again when the run stalls, or goes on.
func (r *reader) notice(why string) error {
	if why == r.stalled {
		return nil
	}
	r.stalled = why
	return r.deliver(train.Record{Status: withStall(r.status, why)})
}

// withStall is the status of a run whose records are not kept at present.
func withStall(s train.Status, why string) train.Status {
	if why != "" && !s.State.Ended() {
		s.State, s.Message, s.ImagesPerSecond, s.SecondsLeft = train.Stalled, why, 0, nil
	}
	return s
}
