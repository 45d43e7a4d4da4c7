package runlog

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"hash/crc32"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"filterscope/nn/train"
)

// Start begins a run; c.From makes it a branch. An impossible configuration is a *train.ConfigError, as is one whose weights would
// take more than a run may.
func (s *Store) Start(ctx context.Context, c train.Config) (train.Info, error) {
	return s.start(ctx, c, false)
}

// Open is Start for a run that waits at step 0 until a train.Start command.
func (s *Store) Open(ctx context.Context, c train.Config) (train.Info, error) {
	return s.start(ctx, c, true)
}

func (s *Store) start(ctx context.Context, c train.Config, wait bool) (train.Info, error) {
	if err := s.takeTurn(ctx); err != nil {
		return train.Info{}, err
	}
	defer s.giveTurn()
	if err := s.checkRoom(); err != nil {
		return train.Info{}, err
	}
	born := birth{ID: newID(), Created: time.Now().UTC(), Wait: wait}
	var at *train.Checkpoint
	var err error
	if c.From != nil {
		at, err = s.originOf(ctx, c, &born)
	} else {
		err = s.newborn(c, &born)
	}
	if err != nil {
		return train.Info{}, err
	}
	born.Status.State, born.Status.Message = train.Queued, "waiting for a trainer"
	if born.Data, err = s.fingerprint(); err != nil {
		return train.Info{}, err
	}
	if err := s.admit(born.Config, born.Status.Step, born.Config.Epochs, born.Config.BatchSize); err != nil {
		return train.Info{}, err
	}
	if born.Name == "" {
		infos, err := s.List(ctx)
		if err != nil {
			return train.Info{}, err
		}
		born.Name = fmt.Sprintf("Run %d", len(infos)+1)
	}
	if s.single() {
		if err := s.pauseOthers(ctx, born.ID, "another run was started"); err != nil {
			return train.Info{}, err
		}
	}
	if err := s.deliver(ctx, born, at); err != nil {
		return train.Info{}, err
	}
	if !s.single() {
		return s.Get(ctx, born.ID)
	}
	return s.begun(ctx, born.ID)
}

// fingerprint tells sets of images apart.
func (s *Store) fingerprint() (string, error) {
	data, err := s.config.Data()
	if err != nil {
		return "", err
	}
	train := data.Train
	if train.Mixed != nil {
		train = train.Mixed
	}
	return fmt.Sprintf("%s, %d and %d images, %08x", data.Name, train.Len(), data.Test.Len(), crc32.ChecksumIEEE(train.Labels)), nil
}

// single reports whether this process is the only one that trains.
func (s *Store) single() bool { return s.config.URL == "" }

// newborn checks a configuration and completes the beginning of its run.
func (s *Store) newborn(c train.Config, born *birth) error {
	data, err := s.config.Data()
	if err != nil {
		return err
	}
	c, _, err = c.Check(data)
	if err != nil {
		return err
	}
	trainer, err := train.New(c, data, nil, train.Options{Workers: s.config.Workers})
	if err != nil {
		return err
	}
	born.Config, born.Name, born.Status = c, c.Name, trainer.InitialStatus()
	return nil
}

// deliver makes a run's stream and puts the run into the queue. at is where a branch begins.
func (s *Store) deliver(ctx context.Context, born birth, at *train.Checkpoint) error {
	w, err := s.create(ctx, born)
	if err == nil && at != nil {
		err = s.copyPast(ctx, w, born, at)
	}
	if err == nil {
		err = s.enqueue(ctx, born.ID, w.last)
	}
	if err != nil {
		_ = s.bus.js.DeleteStream(context.WithoutCancel(ctx), runStream+born.ID)
	}
	return err
}

// create makes a run's stream with its beginning.
func (s *Store) create(ctx context.Context, born birth) (*writer, error) {
	_, err := s.bus.js.CreateStream(ctx, jetstream.StreamConfig{
		Name: runStream + born.ID, Subjects: []string{runSubject + born.ID + ".>"}, Storage: jetstream.FileStorage, AllowDirect: true,
	})
	if err != nil {
		return nil, err
	}
	content, err := encodeBirth(born)
	if err != nil {
		return nil, err
	}
	w := s.newWriter(born.ID, 0, entry{Number: -1, Kept: -1, Status: born.Status})
	w.last, err = w.try(ctx, s.bus, runSubject+born.ID+".birth", w.name+"-0", content)
	return w, err
}

// finishStarts completes the starts that the end of a process has interrupted: a run that is not in the queue is put there, and a
// branch without all of its past is removed.
func (s *Store) finishStarts(ctx context.Context) error {
	return s.bus.eachRun(ctx, func(id string) error {
		e, ok, err := s.readNewest(ctx, id)
		if err != nil || ok && e.Own {
			return nil // what is damaged is told when it is read
		}
		stream, err := s.bus.stream(ctx, id)
		if err != nil {
			return err
		}
		born, err := s.birthOf(ctx, id)
		if err != nil || born.Config.From != nil && e.Checkpoint == 0 {
			s.log.Warn("a run whose start was interrupted is removed", "run", id)
			return s.bus.js.DeleteStream(ctx, runStream+id)
		}
		return s.enqueue(ctx, id, stream.CachedInfo().State.LastSeq)
	})
}

func (s *Store) newWriter(id string, last uint64, newest entry) *writer {
	return &writer{store: s, id: id, name: rand.Text(), last: last, entry: newest}
}

// enqueue asks for a trainer. Asking again at the same sequence number has no effect.
func (s *Store) enqueue(ctx context.Context, id string, last uint64) error {
	_, err := s.bus.js.Publish(ctx, queueSubject, []byte(id), jetstream.WithMsgID(fmt.Sprintf("%s-%d", id, last)))
	return err
}

// errBegun stops following a run that a trainer has taken.
var errBegun = errors.New("the run has begun")

// begun returns a run once a trainer has taken it.
func (s *Store) begun(ctx context.Context, id string) (train.Info, error) {
	err := s.Follow(ctx, id, func(r train.Record) error {
		if r.Status.State == train.Queued {
			return nil
		}
		return errBegun
	})
	if !errors.Is(err, errBegun) {
		return train.Info{}, err
	}
	return s.Get(ctx, id)
}

// Admit says why Start would have no room for the run of a completed configuration.
func (s *Store) Admit(c train.Config) error {
	if err := s.checkRoom(); err != nil {
		return err
	}
	step := 0
	if c.From != nil {
		step = c.From.Step
	}
	return s.admit(c, step, c.Epochs, c.BatchSize)
}

func (s *Store) checkRoom() error {
	if why := s.noRoom(); why != "" {
		return &train.ConfigError{Field: "epochs", Problem: "no run can be started: " + why}
	}
	return nil
}

// admit refuses a run whose weights would take more than a run may.
func (s *Store) admit(c train.Config, step, epochs, batchSize int) error {
	need, err := s.promised(c, step, epochs, batchSize)
	if err != nil {
		return err
	}
	if limit := s.runBytes(); need > limit {
		return &train.ConfigError{Field: "epochs", Problem: fmt.Sprintf(
			"a run of %d epochs keeps %d MB of weights, and a run may keep %d MB; use fewer epochs or a smaller architecture", epochs, need>>20, limit>>20)}
	}
	return nil
}

// readmit refuses a change after which a run would take more than it may: each keeps the weights and the optimizer's memory of its step.
func (s *Store) readmit(ctx context.Context, info train.Info, c train.Change) error {
	if !c.Numbers() {
		return nil
	}
	status := info.Status
	epochs, batchSize := status.Epochs, status.BatchSize
	if c.Epochs != nil {
		epochs = *c.Epochs
	}
	if c.BatchSize != nil {
		batchSize = *c.BatchSize
	}
	if err := s.admit(info.Config, status.Step, epochs, batchSize); err != nil {
		return err
	}
	whole, err := s.promised(info.Config, status.Step, epochs-status.Epoch, batchSize)
	if err != nil {
		return err
	}
	before, err := s.promised(info.Config, status.Step, 0, batchSize)
	if err != nil {
		return err
	}
	kept, weights, err := s.kept(ctx, info)
	if err != nil {
		return err
	}
	if limit := s.runBytes(); kept+max(0, whole-before)+4*weights > limit {
		field := "learningRate"
		if c.Epochs != nil {
			field = "epochs"
		} else if c.BatchSize != nil {
			field = "batchSize"
		} else if len(c.Units) > 0 {
			field = "units"
		}
		return &train.ConfigError{Field: field, Problem: fmt.Sprintf(
			"this run has kept %d MB, and a run may keep %d MB; there is no room to record a further change: branch from it, or start the program with a larger -run-size", kept>>20, limit>>20)}
	}
	return nil
}

// kept returns the bytes that a run has in the log, and those of its weights.
func (s *Store) kept(ctx context.Context, info train.Info) (all, weights int64, err error) {
	arch, err := s.architecture(info.Config)
	if err != nil {
		return 0, 0, err
	}
	stream, err := s.bus.stream(ctx, info.ID)
	if err != nil {
		return 0, 0, err
	}
	e, _, err := s.newest(ctx, info.ID)
	weights = int64(4 * arch.Parameters())
	return max(int64(stream.CachedInfo().State.Bytes), weights*int64(e.Snapshots)), weights, err // large weights are not in the stream
}

func (s *Store) runBytes() int64 { return cmp.Or(s.config.RunBytes, DefaultRunBytes) }

// promised returns the bytes that a run of so many more epochs keeps whatever anybody changes.
func (s *Store) promised(c train.Config, step, epochs, batchSize int) (int64, error) {
	arch, err := s.architecture(c)
	if err != nil {
		return 0, err
	}
	data, err := s.config.Data()
	if err != nil {
		return 0, err
	}
	weights := int64(4 * arch.Parameters())
	steps := step + epochs*((data.Train.Len()-c.Validation+batchSize-1)/max(1, batchSize))
	// A checkpoint at each epoch's end has the optimizer's memory too.
	return weights*int64(train.PromisedUpTo(steps, epochs)) + 3*weights*int64(epochs+2) + pointSize*int64(steps), nil
}
