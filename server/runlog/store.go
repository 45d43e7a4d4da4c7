package runlog

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"slices"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/sync/singleflight"

	"filterscope/nn"
	"filterscope/nn/digits"
	"filterscope/nn/train"
)

// A Role says what a process does for the runs of a cluster.
type Role string

// The roles. A store without a URL always has all.
const (
	All     Role = "all"   // keeps, trains and shows
	Trainer Role = "train" // takes runs from the queue
	Web     Role = "web"   // shows, and starts runs for others to train
)

// Defaults of a Config.
const (
	DefaultRunBytes = 1 << 30
	DefaultReserve  = 256 << 20
)

// Config says where runs are kept.
type Config struct {
	Dir         string                       // of the runs, if they are kept in this process; it is made if it does not exist
	URL         string                       // of a NATS server with JetStream that keeps them instead; "" means this process
	Credentials string                       // file for URL; "" means none
	Role        Role                         // "" means All
	Data        func() (*digits.Data, error) // called for every run; must give the same data each time
	Workers     int                          // goroutines that compute; 0 means one per processor
	RunBytes    int64                        // the most that a run's weights may take on the disk; 0 means DefaultRunBytes
	Reserve     int64                        // bytes of Dir's disk that stay free; 0 means DefaultReserve
	Log         *slog.Logger                 // nil means slog.Default
}

// Kept weights are held in memory up to about cachedBytes, and so many at most: all that a history of the default net shows.
const (
	cachedNets  = 256
	cachedBytes = 64 << 20
)

type netKey struct {
	run  string
	step int
}

// keptNet is kept weights in memory.
type keptNet struct {
	*train.Snapshot
	final bool // the run has gone on, so that they cannot change any more
}

// A Store keeps runs. Close must be called at its end, after Run has returned.
type Store struct {
	config Config
	log    *slog.Logger
	lock   io.Closer
	bus    *bus
	turn   chan struct{} // holds one value while nobody decides which run trains

	mu      sync.Mutex
	births  map[string]birth
	archs   map[string]*nn.Architecture
	names   map[string]string
	damage  map[string]string           // what the runs' logs lack
	newests map[string]entry            // the runs' newest records, if only this process can write others
	streams map[string]jetstream.Stream // for reading what does not change
	nets    *lru.Cache[netKey, keptNet]
	reading singleflight.Group // of weights
	held    map[string]*held
	stalls  map[string]string // why a run's records are not kept, by run
	away    bool              // the server cannot be reached
	noticed chan struct{}     // closed and replaced when stalls change
	checked time.Time         // when the disk was last looked at
	full    string            // why nothing may be written; "" if it may

	repairing sync.Mutex
	reopened  time.Time // guarded by repairing
	watching  sync.WaitGroup
	done      context.CancelFunc
}

// Open opens the runs of a folder, or of a NATS cluster. A folder that another process has open is an error.
func Open(ctx context.Context, c Config) (*Store, error) {
	s := &Store{
		config: c, log: c.Log, turn: make(chan struct{}, 1),
		births: map[string]birth{}, archs: map[string]*nn.Architecture{}, names: map[string]string{}, damage: map[string]string{}, newests: map[string]entry{}, streams: map[string]jetstream.Stream{}, held: map[string]*held{},
		stalls: map[string]string{}, noticed: make(chan struct{}),
	}
	s.turn <- struct{}{}
	s.nets, _ = lru.New[netKey, keptNet](cachedNets) // fails for a negative size only
	if s.log == nil {
		s.log = slog.Default()
	}
	s.config.Role = cmp.Or(c.Role, All)
	if c.URL == "" {
		if err := os.MkdirAll(c.Dir, 0o700); err != nil {
			return nil, err
		}
		file, err := lock(c.Dir)
		if err != nil {
			return nil, err
		}
		s.lock = file
	}
	b, err := s.connect(ctx)
	if err != nil {
		s.unlock()
		return nil, err
	}
	s.bus = b
	watching, done := context.WithCancel(context.Background())
	s.done = done
	if err := s.watchNames(watching, b); err != nil {
		s.Close()
		return nil, err
	}
	if s.single() {
		if err := s.finishStarts(ctx); err != nil {
			s.Close()
			return nil, err
		}
	}
	s.sweep(ctx)
	return s, nil
}

// Close ends the connection, and the server in this process.
func (s *Store) Close() {
	s.done()
	s.bus.close()
	s.watching.Wait()
	s.unlock()
}

func (s *Store) unlock() {
	if s.lock != nil {
		s.lock.Close()
	}
}

// watchNames keeps the runs' names, which people may change anywhere.
func (s *Store) watchNames(ctx context.Context, b *bus) error {
	w, err := b.names.WatchAll(ctx)
	if err != nil {
		return err
	}
	s.watching.Go(func() {
		for {
			select {
			case change, ok := <-w.Updates():
				if !ok {
					return
				}
				if change != nil {
					s.mu.Lock()
					s.names[change.Key()] = string(change.Value())
					s.mu.Unlock()
				}
			case <-ctx.Done():
				return
			}
		}
	})
	return nil
}

// List returns all runs, newest first. It waits until the data is read: before that no run can be begun.
func (s *Store) List(ctx context.Context) ([]train.Info, error) {
	if _, err := s.config.Data(); err != nil {
		return nil, err
	}
	var infos []train.Info
	err := s.bus.eachRun(ctx, func(id string) error {
		info, err := s.Get(ctx, id)
		if errors.Is(err, train.ErrNoRun) {
			return nil // deleted meanwhile, or not begun yet
		}
		if err != nil {
			s.log.Error("a run cannot be read", "run", id, "error", err)
			info = train.Info{ID: id, Name: "damaged run", Status: train.Status{State: train.Failed, Message: err.Error()}}
		}
		infos = append(infos, info)
		return nil
	})
	slices.SortFunc(infos, func(a, b train.Info) int { return b.Created.Compare(a.Created) })
	return infos, err
}

// Get returns a run, or train.ErrNoRun.
func (s *Store) Get(ctx context.Context, id string) (train.Info, error) {
	born, err := s.birthOf(ctx, id)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return train.Info{}, train.ErrNoRun
	}
	if err != nil {
		return train.Info{}, err
	}
	status := born.Status
	e, ok, err := s.newest(ctx, id)
	switch {
	case errors.Is(err, errTorn):
		status.State, status.Message = train.Failed, "the newest record of this run is damaged"
	case err != nil:
		return train.Info{}, err
	case ok:
		status = e.Status
		damage, err := s.damageOf(ctx, id, e, false)
		if err != nil {
			return train.Info{}, err
		}
		status.Message = cmp.Or(status.Message, damage)
		if damage != "" && status.State == train.Finished {
			status.Message = damage
		}
	}
	why, _ := s.stall(id)
	if why == "" {
		why = s.orphaned(ctx, id, status.State)
	}
	return train.Info{ID: id, Name: s.nameOf(born), Created: born.Created, Config: born.Config, Status: withStall(status, why)}, nil
}

func (s *Store) nameOf(born birth) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return cmp.Or(s.names[born.ID], born.Name)
}

// Rename gives a run another name.
func (s *Store) Rename(ctx context.Context, id, name string) (train.Info, error) {
	if _, err := s.birthOf(ctx, id); err != nil {
		return train.Info{}, err
	}
	if _, err := s.bus.names.PutString(ctx, id, name); err != nil {
		return train.Info{}, err
	}
	s.mu.Lock()
	s.names[id] = name
	s.mu.Unlock()
	return s.Get(ctx, id)
}

// Delete ends a run's trainer, wherever it is, and removes the run from the disk.
func (s *Store) Delete(ctx context.Context, id string) error {
	if _, err := s.birthOf(ctx, id); err != nil {
		return err
	}
	b := s.bus
	if _, err := s.ask(ctx, id, request{End: true}); err != nil && !errors.Is(err, errNobody) {
		return err
	}
	if err := noRun(b.js.DeleteStream(ctx, runStream+id)); err != nil {
		return err
	}
	_ = b.names.Purge(ctx, id)
	_ = b.heads.Purge(ctx, id)
	s.mu.Lock()
	delete(s.births, id)
	delete(s.names, id)
	delete(s.damage, id)
	delete(s.newests, id)
	delete(s.streams, id)
	for _, key := range s.nets.Keys() {
		if key.run == id {
			s.nets.Remove(key)
		}
	}
	delete(s.stalls, id)
	s.mu.Unlock()
	_ = b.conn.Publish(liveSubject+id, nil) // wakes its followers
	s.sweep(ctx)
	return nil
}
