package runlog

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"filterscope/nn/train"
)

// originOf completes the beginning of a branch, and returns the full state at its first step.
func (s *Store) originOf(ctx context.Context, c train.Config, born *birth) (*train.Checkpoint, error) {
	origin, err := s.Get(ctx, c.From.Run)
	if errors.Is(err, train.ErrNoRun) {
		return nil, &train.ConfigError{Field: "from", Problem: fmt.Sprintf("there is no run %q", c.From.Run)}
	}
	if err != nil {
		return nil, err
	}
	if c.From.Step < 0 || c.From.Step > origin.Status.Step {
		return nil, &train.ConfigError{Field: "from", Problem: fmt.Sprintf("step %d is impossible; %s has steps 0 to %d", c.From.Step, origin.Name, origin.Status.Step)}
	}
	arch, err := s.architecture(origin.Config)
	if err != nil {
		return nil, err
	}
	at, err := s.Checkpoint(ctx, origin.ID, c.From.Step, nil)
	if err != nil {
		return nil, err
	}
	asked := c
	branch, past, err := asked.Branch(origin.Config, arch, at)
	if err != nil {
		return nil, err
	}
	born.Config, born.Asked, born.Origin, born.Status = branch, &asked, &origin.Config, past.Status
	if born.Name = c.Name; born.Name == "" {
		born.Name = fmt.Sprintf("%s from step %d", origin.Name, c.From.Step)
	}
	return at, nil
}

// Checkpoint returns the full state of any step that a run has reached: it is computed from the nearest checkpoint before it, or from
// a state of the run that is known and nearer; nil means none is.
func (s *Store) Checkpoint(ctx context.Context, id string, step int, known *train.Checkpoint) (*train.Checkpoint, error) {
	born, err := s.birthOf(ctx, id)
	if err != nil {
		return nil, err
	}
	data, err := s.config.Data()
	if err != nil {
		return nil, err
	}
	near, err := s.nearest(ctx, id, step)
	if err != nil {
		return nil, err
	}
	if known != nil && known.Status.Step <= step && (near == nil || near.Status.Step < known.Status.Step) {
		near = known // nothing was changed there, or there would be a checkpoint
	}
	if near == nil && born.Config.From != nil {
		return nil, fmt.Errorf("run %s: the checkpoint that it began with is lost", id)
	}
	if near != nil && near.Status.Step == step {
		return near, nil
	}
	return train.Replay(ctx, born.Config, near, data, train.Options{Workers: s.config.Workers}, step)
}

// nearest returns the newest checkpoint that is not behind a step, and nil if there is none.
func (s *Store) nearest(ctx context.Context, id string, step int) (*train.Checkpoint, error) {
	b := s.bus
	stream, err := b.stream(ctx, id)
	if err != nil {
		return nil, err
	}
	info, err := stream.Info(ctx, jetstream.WithSubjectFilter(runSubject+id+".checkpoint.>"))
	if err != nil {
		return nil, noRun(err)
	}
	best := -1
	for subject := range info.State.Subjects {
		var at int
		if _, err := fmt.Sscanf(subject[len(runSubject+id+".checkpoint."):], "%d", &at); err == nil && at <= step {
			best = max(best, at)
		}
	}
	if best < 0 {
		return nil, nil
	}
	content, _, err := b.at(ctx, stream, 0, checkpointSubject(id, best))
	if err != nil {
		return nil, err
	}
	return decodeCheckpoint(content)
}

// errCopied ends the reading of an origin.
var errCopied = errors.New("the past is copied")

// copyPast writes the origin's records up to the branch's step, and the weights that they keep, into the branch, so that its log is
// whole whatever becomes of the origin.
func (s *Store) copyPast(ctx context.Context, w *writer, born birth, at *train.Checkpoint) error {
	step := at.Status.Step
	last := train.Record{Status: born.Status}
	var kept []train.Status
	var evaluated []string
	err := s.records(ctx, born.Config.From.Run, func(e entry, points []train.Point) error {
		for len(points) > 0 && points[len(points)-1].Step > step {
			points = points[:len(points)-1]
		}
		last.Points = append(last.Points, points...)
		if e.Status.Step > step {
			return errCopied
		}
		last.Evaluations = append(last.Evaluations, e.Evaluations...)
		switch n := len(kept); {
		case n > 0 && kept[n-1].Step == e.Status.Step:
			kept[n-1] = e.Status // after a change there
		case e.Snapshot:
			kept = append(kept, e.Status)
		}
		if evaluated = nil; e.Status.Step == step {
			evaluated = e.Evaluated
		}
		return nil
	})
	if err != nil && !errors.Is(err, errCopied) {
		return err
	}
	w.copying = true
	for _, then := range kept {
		k := then.Step
		snapshot, err := s.Snapshot(ctx, born.Config.From.Run, k)
		if err != nil {
			return err
		}
		if k == step {
			last.Snapshot = snapshot
			break
		}
		r := train.Record{Status: last.Status, Snapshot: snapshot}
		r.Status.Step, r.Status.Epoch, r.Status.EpochsDone, r.Status.BatchSize = k, then.Epoch, then.EpochsDone, then.BatchSize
		r.Points, last.Points = upTo(last.Points, k)
		if err := w.Append(ctx, r); err != nil {
			return err
		}
	}
	last.Checkpoint, w.evaluated = at, evaluated
	return w.Append(ctx, last)
}

// upTo splits points behind a step.
func upTo(points []train.Point, step int) (before, after []train.Point) {
	for i, p := range points {
		if p.Step > step {
			return points[:i], points[i:]
		}
	}
	return points, nil
}

// records reads a run's records up to now.
func (s *Store) records(ctx context.Context, id string, deliver func(entry, []train.Point) error) error {
	b := s.bus
	stream, err := b.stream(ctx, id)
	if err != nil {
		return err
	}
	_, newest, err := b.at(ctx, stream, 0, recordSubject(id))
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	consumer, err := stream.OrderedConsumer(ctx, jetstream.OrderedConsumerConfig{FilterSubjects: []string{recordSubject(id)}})
	if err != nil {
		return err
	}
	messages, err := consumer.Messages()
	if err != nil {
		return err
	}
	defer messages.Stop()
	for {
		m, err := messages.Next(jetstream.NextContext(ctx))
		if err != nil {
			return err
		}
		meta, err := m.Metadata()
		if err != nil {
			return err
		}
		e, points, err := b.record(ctx, m)
		if err != nil {
			return err
		}
		if err := deliver(e, points); err != nil {
			return err
		}
		if meta.Sequence.Stream >= newest {
			return nil
		}
	}
}
