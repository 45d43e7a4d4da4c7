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

	"filterscope/nn/digits"
	"filterscope/nn/train"
)

// DefaultBytes is the memory for snapshots when Store.MaxBytes is 0.
const DefaultBytes = 256 << 20

// A Store holds runs. Its fields must not change once it is in use.
type Store struct {
	Data     func() (*digits.Data, error) // called for every run; must give the same data each time
	MaxBytes int64                        // of all runs' snapshots together; 0 means DefaultBytes
	Workers  int                          // goroutines that compute; 0 means one per processor

	mu      sync.Mutex
	runs    map[string]*run
	started int
	trainer chan *run // from Start to Run
	once    sync.Once
}

func (s *Store) init() {
	s.once.Do(func() {
		s.runs = map[string]*run{}
		s.trainer = make(chan *run)
	})
}

// Run carries the trainers of all runs until the context ends or one of them
// fails, and returns when all have ended. It must be called once.
func (s *Store) Run(ctx context.Context) error {
	s.init()
	group, ctx := errgroup.WithContext(ctx)
	for {
		select {
		case r := <-s.trainer:
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
	s.init()
	data, err := s.Data()
	if err != nil {
		return train.Info{}, err
	}
	c, arch, err := c.Check(data)
	if err != nil {
		return train.Info{}, err
	}
	r := &run{
		info:     train.Info{ID: strings.ToLower(rand.Text()[:10]), Created: time.Now().UTC(), Config: c},
		weights:  int64(4 * arch.Parameters()),
		changed:  make(chan struct{}),
		finished: make(chan struct{}),
	}
	s.mu.Lock()
	if err := s.admit(r, c.Epochs); err != nil {
		s.mu.Unlock()
		return train.Info{}, err
	}
	r.trainer, err = train.New(c, data, r, train.Options{Workers: s.Workers, Wait: wait})
	if err != nil {
		s.mu.Unlock()
		return train.Info{}, err
	}
	r.info.Status = r.trainer.InitialStatus()
	s.started++
	r.info.Name = cmp.Or(c.Name, fmt.Sprintf("Run %d", s.started))
	r.order = s.started
	s.runs[r.info.ID] = r
	s.mu.Unlock()
	if err := s.pauseOthers(ctx, r.info.ID, "another run was started"); err != nil {
		s.forget(r)
		return train.Info{}, err
	}
	select {
	case s.trainer <- r:
	case <-ctx.Done():
		s.forget(r)
		return train.Info{}, ctx.Err()
	}
	return r.first(ctx)
}

func (s *Store) forget(r *run) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.runs, r.info.ID)
}

// admit makes sure that the snapshots promised by a run of so many epochs fit
// beside those of the other runs.
func (s *Store) admit(r *run, epochs int) error {
	limit := cmp.Or(s.MaxBytes, DefaultBytes)
	free := limit
	for _, other := range s.runs {
		if other != r {
			free -= other.reserved
		}
	}
	need := r.weights * int64(promisedUpTo(epochs))
	if need > free {
		return &train.ConfigError{Field: "epochs", Problem: fmt.Sprintf(
			"the snapshots of %d epochs need %d MB, and %d of the %d MB for runs in memory are free; delete a run, or use fewer epochs or a smaller architecture",
			epochs, need>>20, max(free, 0)>>20, limit>>20)}
	}
	r.reserved = need
	return nil
}

// promisedUpTo bounds the number of promised snapshots of a run: one an epoch,
// 32 at its beginning and 8 per doubling up to 2^24 steps.
func promisedUpTo(epochs int) int { return epochs + 32 + 8*(24-5) }

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
	switch c.Kind {
	case train.Start, train.Resume, train.Step:
		if err := s.pauseOthers(ctx, id, "another run is training"); err != nil {
			return train.Info{}, err
		}
	case train.Adjust:
		if err := s.readmit(r, c.Change.Epochs); err != nil {
			return train.Info{}, err
		}
	}
	if _, err := r.trainer.Do(ctx, c); err != nil {
		return train.Info{}, err
	}
	return r.current(), nil
}

func (s *Store) readmit(r *run, epochs *int) error {
	if epochs == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.admit(r, *epochs)
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
