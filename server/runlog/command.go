package runlog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"

	"filterscope/nn/train"
)

// A request is a command on its way to a run's trainer.
type request struct {
	Command train.Command `json:"command"`
	Here    bool          `json:"here,omitempty"` // answer only
	End     bool          `json:"end,omitempty"`  // give the run up: it is about to be deleted
}

// An answer is the run's status once a command took effect, or why it did not.
type answer struct {
	Status  train.Status `json:"status"`
	Field   string       `json:"field,omitempty"` // of a train.ConfigError
	State   train.State  `json:"state,omitempty"` // of a train.StateError
	Problem string       `json:"problem,omitempty"`
}

// errNobody says that no trainer has a run.
var errNobody = errors.New("no trainer has the run")

// trainerWait is how long a command waits for a trainer to take its run.
const trainerWait = 10 * time.Second

// takeTurn lets one caller at a time decide which run trains. giveTurn must be called if there is no error.
func (s *Store) takeTurn(ctx context.Context) error {
	select {
	case <-s.turn:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Store) giveTurn() { s.turn <- struct{}{} }

// Command hands a command to the run's trainer, wherever that is, and returns the run once it took effect. A run that has ended
// gets a trainer again.
func (s *Store) Command(ctx context.Context, id string, c train.Command) (train.Info, error) {
	info, err := s.Get(ctx, id)
	if err != nil {
		return train.Info{}, err
	}
	if err := c.Check(); err != nil {
		return train.Info{}, err
	}
	if err := s.readmit(ctx, info, c.Change); err != nil {
		return train.Info{}, err
	}
	patience, cancel := context.WithTimeout(ctx, trainerWait)
	defer cancel()
	for {
		status, err := s.ask(ctx, id, request{Command: c})
		if err == nil {
			info, err := s.Get(ctx, id)
			if status.Step > info.Status.Step {
				info.Status = status
			}
			return info, err
		}
		if !errors.Is(err, errNobody) && !errors.Is(err, train.ErrEnded) {
			return train.Info{}, err
		}
		if err := s.revive(ctx, id); err != nil {
			return train.Info{}, err
		}
		select {
		case <-time.After(trainerWait / 500):
		case <-patience.Done():
			if ctx.Err() != nil {
				return train.Info{}, ctx.Err()
			}
			return train.Info{}, &train.StateError{State: train.Queued, Problem: "no trainer has the run at present; it waits in the queue"}
		}
	}
}

// revive puts a run that has ended into the queue again. Any other is there, or on its way to another trainer.
func (s *Store) revive(ctx context.Context, id string) error {
	b := s.bus
	stream, err := b.stream(ctx, id)
	if err != nil {
		return err
	}
	e, ok, err := s.newest(ctx, id)
	if err != nil || !ok || !e.Status.State.Ended() {
		return err
	}
	return s.enqueue(ctx, id, stream.CachedInfo().State.LastSeq)
}

// orphaned says that no trainer has a run which should have one, or "". A run of this process always has.
func (s *Store) orphaned(ctx context.Context, id string, state train.State) string {
	if s.single() || state == train.Queued || state.Ended() {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, retryWait)
	defer cancel()
	if _, err := s.ask(ctx, id, request{Here: true}); errors.Is(err, errNobody) {
		return "its trainer is gone; the run waits for another"
	}
	return "" // there, or nobody knows
}

// ask sends a request to a run's trainer and waits for the answer.
func (s *Store) ask(ctx context.Context, id string, r request) (train.Status, error) {
	content, err := json.Marshal(r)
	if err != nil {
		return train.Status{}, err
	}
	reply, err := s.bus.conn.RequestWithContext(ctx, askSubject+id, content)
	if errors.Is(err, nats.ErrNoResponders) {
		return train.Status{}, errNobody
	}
	if err != nil {
		return train.Status{}, err
	}
	var a answer
	if err := json.Unmarshal(reply.Data, &a); err != nil {
		return train.Status{}, fmt.Errorf("the trainer's answer: %w", err)
	}
	return a.Status, a.err()
}

func (a answer) err() error {
	switch {
	case a.Field != "":
		return &train.ConfigError{Field: a.Field, Problem: a.Problem}
	case a.State != "":
		return &train.StateError{State: a.State, Problem: a.Problem}
	case a.Problem == train.ErrEnded.Error():
		return train.ErrEnded
	case a.Problem != "":
		return errors.New(a.Problem)
	}
	return nil
}

func answerOf(status train.Status, err error) answer {
	a := answer{Status: status}
	var impossible *train.ConfigError
	var state *train.StateError
	switch {
	case errors.As(err, &impossible):
		a.Field, a.Problem = impossible.Field, impossible.Problem
	case errors.As(err, &state):
		a.State, a.Problem = state.State, state.Problem
	case err != nil:
		a.Problem = err.Error()
	}
	return a
}

// answer obeys requests for a run until stop is called.
func (s *Store) answer(ctx context.Context, h *held) (stop func(), err error) {
	subscription, err := s.bus.conn.Subscribe(askSubject+h.id, func(m *nats.Msg) {
		var r request
		if err := json.Unmarshal(m.Data, &r); err != nil {
			reply(m, answerOf(train.Status{}, err))
			return
		}
		if r.Here {
			reply(m, answer{})
			return
		}
		if r.End {
			h.end(errReleased)
			go func() {
				<-h.released
				reply(m, answer{})
			}()
			return
		}
		go func() {
			status, err := s.obey(ctx, h, r.Command)
			if ctx.Err() != nil {
				err = train.ErrEnded
			}
			reply(m, answerOf(status, err))
		}()
	})
	if err != nil {
		return nil, err
	}
	return func() { _ = subscription.Unsubscribe() }, nil
}

func reply(m *nats.Msg, a answer) {
	content, err := json.Marshal(a)
	if err == nil {
		_ = m.Respond(content)
	}
}

// obey carries out a command. If it makes the run train, the others of this process pause.
func (s *Store) obey(ctx context.Context, h *held, c train.Command) (train.Status, error) {
	if c.Kind == train.Pause {
		return h.trainer.Do(ctx, c)
	}
	status, err := s.obeyFirst(ctx, h, c)
	if err != nil || c.Kind != train.Step {
		return status, err
	}
	return h.trainer.Do(ctx, c)
}

// obeyFirst does all of a command but the steps of train.Step, which others need not wait for.
func (s *Store) obeyFirst(ctx context.Context, h *held, c train.Command) (train.Status, error) {
	if err := s.takeTurn(ctx); err != nil {
		return train.Status{}, err
	}
	defer s.giveTurn()
	first := c
	if c.Kind == train.Step {
		first = train.Command{Kind: train.Pause}
	}
	status, err := h.trainer.Do(ctx, first)
	if err != nil {
		return status, err
	}
	if status.State != train.Running && (c.Kind != train.Step || status.State != train.Paused) {
		return status, nil
	}
	return status, s.pauseOthers(ctx, h.id, "another run is training")
}
