package memory

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"filterscope/nn"
	"filterscope/nn/digits"
	"filterscope/nn/train"
)

// DefaultBytes is the memory for runs when Store.MaxBytes is 0.
const DefaultBytes = 256 << 20

// A Store holds runs. Its fields must not change once it is in use.
type Store struct {
	Data     func() (*digits.Data, error) // called for every run; must give the same data each time
	MaxBytes int64                        // of all runs' weights together; 0 means DefaultBytes
	Workers  int                          // goroutines that compute; 0 means one per processor

	once     sync.Once
	handover chan *run     // from start to Run
	turn     chan struct{} // holds one value while nobody decides which run trains

	mu      sync.Mutex
	runs    map[string]*run
	started int
}

func (s *Store) init() {
	s.once.Do(func() {
		s.runs = map[string]*run{}
		s.handover = make(chan *run)
		s.turn = make(chan struct{}, 1)
		s.turn <- struct{}{}
	})
}

// takeTurn lets one caller at a time decide which run trains. giveTurn must be
// called if there is no error.
func (s *Store) takeTurn(ctx context.Context) error {
	s.init()
	select {
	case <-s.turn:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Store) giveTurn() { s.turn <- struct{}{} }

// Run carries the trainers of all runs until the context ends or one of them
// fails, and returns when all have ended. It must be called once.
func (s *Store) Run(ctx context.Context) error {
	s.init()
	group, ctx := errgroup.WithContext(ctx)
	for {
		select {
		case r := <-s.handover:
			group.Go(func() error { return r.carry(ctx) })
		case <-ctx.Done():
			err := group.Wait()
			return cmp.Or(err, ctx.Err())
		}
	}
}

// Start begins a run. An impossible configuration is a *train.ConfigError, as
// is one whose snapshots do not fit.
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
	r, err := s.newRun(c, wait)
	if err != nil {
		return train.Info{}, err
	}
	if err := s.pauseOthers(ctx, r.info.ID, "another run was started"); err != nil {
		s.forget(r)
		return train.Info{}, err
	}
	select {
	case s.handover <- r:
	case <-ctx.Done():
		s.forget(r)
		return train.Info{}, ctx.Err()
	}
	return r.first(ctx)
}

// newRun checks a configuration and enters its run, if it fits.
func (s *Store) newRun(c train.Config, wait bool) (*run, error) {
	data, err := s.Data()
	if err != nil {
		return nil, err
	}
	c, arch, err := c.Check(data)
	if err != nil {
		return nil, err
	}
	r := &run{
		weights:  int64(4 * arch.Parameters()),
		images:   data.Train.Len() - c.Validation,
		changed:  make(chan struct{}),
		finished: make(chan struct{}),
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.admit(r, c.Epochs, c.BatchSize); err != nil {
		return nil, err
	}
	if r.trainer, err = train.New(c, data, r, train.Options{Workers: s.Workers, Wait: wait}); err != nil {
		return nil, err
	}
	s.started++
	r.order = s.started
	r.info = train.Info{
		ID: strings.ToLower(rand.Text()[:10]), Name: cmp.Or(c.Name, fmt.Sprintf("Run %d", s.started)),
		Created: time.Now().UTC(), Config: c, Status: r.trainer.InitialStatus(),
	}
	s.runs[r.info.ID] = r
	return r, nil
}

func (s *Store) forget(r *run) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.runs, r.info.ID)
}

// trainerCopies is how often a trainer holds the run's weights: itself, their
// gradients by shard, and the optimizer's memory.
const trainerCopies = nn.Shards + 5

// admit reserves the memory of a run with so many epochs, if it is free. s.mu
// must be held.
func (s *Store) admit(r *run, epochs, batchSize int) error {
	limit := cmp.Or(s.MaxBytes, DefaultBytes)
	free := limit
	for _, other := range s.runs {
		if other != r {
			free -= other.reserved
		}
	}
	steps := r.step() + epochs*((r.images+batchSize-1)/batchSize)
	// A command keeps the step before it and the one after.
	copies := trainerCopies + train.PromisedUpTo(steps, epochs) + r.extra() + 2
	need := r.weights * int64(copies)
	if need > free {
		return &train.ConfigError{Field: "epochs", Problem: fmt.Sprintf(
			"a run of %d epochs with all its snapshots needs %d MB, and %d of the %d MB for runs in memory are free; delete a run, or use fewer epochs or a smaller architecture",
			epochs, need>>20, max(free, 0)>>20, limit>>20)}
	}
	r.reserved = need
	return nil
}

// List returns all runs, newest first.
func (s *Store) List(context.Context) ([]train.Info, error) {
	if _, err := s.Data(); err != nil {
		return nil, err
	}
	s.init()
	s.mu.Lock()
	runs := make([]*run, 0, len(s.runs))
	for _, r := range s.runs {
		runs = append(runs, r)
	}
	s.mu.Unlock()
	slices.SortFunc(runs, func(a, b *run) int { return b.order - a.order })
	infos := make([]train.Info, len(runs))
	for i, r := range runs {
		infos[i] = r.current()
	}
	return infos, nil
}

// Get returns a run, or train.ErrNoRun.
func (s *Store) Get(_ context.Context, id string) (train.Info, error) {
	r, err := s.find(id)
	if err != nil {
		return train.Info{}, err
	}
	return r.current(), nil
}

func (s *Store) find(id string) (*run, error) {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.runs[id]
	if !ok {
		return nil, train.ErrNoRun
	}
	return r, nil
}

// Command hands a command to the run's trainer and returns the run once it
// took effect.
func (s *Store) Command(ctx context.Context, id string, c train.Command) (train.Info, error) {
	r, err := s.find(id)
	if err != nil {
		return train.Info{}, err
	}
	if err := c.Check(); err != nil {
		return train.Info{}, err
	}
	if err := s.command(ctx, r, c); err != nil {
		return train.Info{}, r.explain(err)
	}
	return r.current(), nil
}

// command hands a command over. If it makes the run train, the others pause.
func (s *Store) command(ctx context.Context, r *run, c train.Command) error {
	if c.Kind == train.Pause {
		_, err := r.trainer.Do(ctx, c)
		return err
	}
	if err := s.prepare(ctx, r, c); err != nil || c.Kind != train.Step {
		return err
	}
	_, err := r.trainer.Do(ctx, c)
	return err
}

// prepare does all of a command but the steps of train.Step, which others need
// not wait for.
func (s *Store) prepare(ctx context.Context, r *run, c train.Command) error {
	if err := s.takeTurn(ctx); err != nil {
		return err
	}
	defer s.giveTurn()
	before, err := s.readmit(r, c)
	if err != nil {
		return err
	}
	first := c
	if c.Kind == train.Step {
		first = train.Command{Kind: train.Pause}
	}
	status, err := r.trainer.Do(ctx, first)
	if err != nil {
		s.restore(r, before)
		return err
	}
	steps := c.Kind == train.Step && status.State == train.Paused
	if status.State != train.Running && !steps {
		return nil
	}
	return s.pauseOthers(ctx, r.info.ID, "another run is training")
}

// readmit reserves the memory that a command may need, and returns what was
// reserved before.
func (s *Store) readmit(r *run, c train.Command) (before int64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before = r.reserved
	if c.Kind != train.Step && c.Kind != train.Adjust {
		return before, nil
	}
	now := r.current().Status
	epochs, batchSize := now.Epochs, now.BatchSize
	if c.Change.Epochs != nil {
		epochs = *c.Change.Epochs
	}
	if c.Change.BatchSize != nil {
		batchSize = *c.Change.BatchSize
	}
	return before, s.admit(r, epochs, batchSize)
}

func (s *Store) restore(r *run, reserved int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.reserved = reserved
}

func (s *Store) pauseOthers(ctx context.Context, id, why string) error {
	infos, err := s.List(ctx)
	if err != nil {
		return err
	}
	for _, info := range infos {
		if info.ID == id || info.Status.State != train.Running && info.Status.State != train.Waiting {
			continue
		}
		r, err := s.find(info.ID)
		if err != nil {
			continue // deleted meanwhile
		}
		_, err = r.trainer.Do(ctx, train.Command{Kind: train.Pause, Message: why})
		if err != nil && !errors.Is(err, train.ErrEnded) {
			return err
		}
	}
	return nil
}

// Rename gives a run another name.
func (s *Store) Rename(_ context.Context, id, name string) (train.Info, error) {
	r, err := s.find(id)
	if err != nil {
		return train.Info{}, err
	}
	r.rename(name)
	return r.current(), nil
}

// Delete ends a run's trainer and forgets the run.
func (s *Store) Delete(ctx context.Context, id string) error {
	r, err := s.find(id)
	if err != nil {
		return err
	}
	s.forget(r)
	return r.end(ctx)
}

// Follow delivers a run's records from its first on, and those to come, until
// the context ends, deliver fails or the run is deleted (train.ErrNoRun).
// Of weights that are not kept, only the newest are delivered.
func (s *Store) Follow(ctx context.Context, id string, deliver func(train.Record) error) error {
	r, err := s.find(id)
	if err != nil {
		return err
	}
	return r.follow(ctx, deliver)
}

// Snapshot returns the kept weights of exactly this step, train.ErrNoRun or
// train.ErrNoSnapshot.
func (s *Store) Snapshot(_ context.Context, id string, step int) (*train.Snapshot, error) {
	r, err := s.find(id)
	if err != nil {
		return nil, err
	}
	return r.snapshot(step)
}
