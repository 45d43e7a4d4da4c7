package runlog

import (
	"cmp"
	"context"
	"fmt"
	"time"
)

// stall returns why a run's records are not kept at present, and a channel that closes when that may have changed.
func (s *Store) stall(id string) (why string, changed <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.away {
		return "the run log cannot be reached", s.noticed
	}
	return s.stalls[id], s.noticed
}

// reached notes whether the server can be.
func (s *Store) reached(now bool) {
	s.mu.Lock()
	s.away = !now
	s.mu.Unlock()
	s.wake()
}

// stalled says why a run's records are not kept; "" means that they are.
func (s *Store) stalled(id, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stalls[id] == why {
		return
	}
	if why == "" {
		s.log.Info("records are kept again", "run", id)
		delete(s.stalls, id)
	} else {
		s.log.Warn("training waits", "run", id, "why", why)
		s.stalls[id] = why
	}
	close(s.noticed)
	s.noticed = make(chan struct{})
}

// noRoom says why nothing may be written to the disk, or "".
func (s *Store) noRoom() string {
	if s.config.URL != "" {
		return ""
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Since(s.checked) < retryWait {
		return s.full
	}
	s.checked, s.full = time.Now(), ""
	reserve := cmp.Or(s.config.Reserve, DefaultReserve)
	if free, known := freeSpace(s.config.Dir); known && free < reserve {
		s.full = fmt.Sprintf("the disk of %s has %d MB left, and %d MB stay free; make room, and training goes on", s.config.Dir, free>>20, reserve>>20)
	}
	return s.full
}

// repair starts the server in this process again if it has stopped keeping messages and there is room.
func (s *Store) repair(ctx context.Context) {
	if s.bus.broken() && s.noRoom() == "" {
		s.reopen(ctx)
	}
}

// reopen starts the server in this process again. Connections find it by themselves.
func (s *Store) reopen(ctx context.Context) {
	s.repairing.Lock()
	defer s.repairing.Unlock()
	e := s.bus.embedded
	if ctx.Err() != nil || time.Since(s.reopened) < retryWait {
		return
	}
	s.log.Warn("the run log is opened again")
	e.stop()
	if err := e.start(); err != nil {
		s.log.Error("the run log cannot be opened", "error", err)
	}
	s.reopened = time.Now()
}
