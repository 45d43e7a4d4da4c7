package web

import (
	"net/http"
	"regexp"
	"sync"
	"time"
)

// leadGrace is how long a presentation outlives the last stream of its
// presenter: long enough for a page to be loaded again, so short that a crash
// frees the room.
const leadGrace = 5 * time.Second

// A stage holds what is presented to everyone, in a cell: each viewer takes the
// newest, so nobody lags behind a presenter who scrubs. A presentation lives as
// long as its presenter has a stream, and leadGrace more.
type stage struct {
	mu      sync.Mutex
	now     staged
	streams map[string]int // of presenters that are connected
	freeing *time.Timer    // ends the presentation of a presenter who has left; nil while one is here
	changed chan struct{}  // closed and replaced when there is something newer
}

// staged is what is presented at a moment.
type staged struct {
	shown     *presentation // nil: nobody leads
	presenter string
	number    int // grows with every change
}

func newStage() *stage {
	return &stage{streams: map[string]int{}, changed: make(chan struct{})}
}

// isPresenter reports whether a text may name a presenter, whom nobody else
// shall guess. A script needs no name, and has none of a stream's either.
func isPresenter(name string) bool { return presenterName.MatchString(name) }

var presenterName = regexp.MustCompile(`^([0-9A-Za-z]{16,64})?$`)

// Latest returns what is presented, and a channel that closes when that changes.
func (s *stage) Latest() (staged, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now, s.changed
}

// to is what is presented, as told to a viewer, who may be its presenter.
func (s staged) to(viewer string) presentationState {
	return presentationState{s.shown, s.shown != nil && viewer != "" && viewer == s.presenter}
}

// show presents something, unless another presenter leads from whom the lead is
// not to be taken.
func (s *stage) show(p presentation, presenter string, take bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.now.shown != nil && s.now.presenter != presenter && !take {
		return &httpError{Status: http.StatusConflict, Message: `another presenter leads; take the lead with "take": true`}
	}
	s.set(&p, presenter)
	if s.streams[presenter] == 0 {
		s.free()
	}
	return nil
}

// end lets everyone look on their own. run, unless "", is the one that must be
// presented.
func (s *stage) end(run string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.now.shown != nil && (run == "" || s.now.shown.Run == run) {
		s.set(nil, "")
	}
}

// set changes what is presented and tells all who wait.
func (s *stage) set(p *presentation, presenter string) {
	s.keep()
	s.now = staged{p, presenter, s.now.number + 1}
	close(s.changed)
	s.changed = make(chan struct{})
}

// free ends the presentation after a while, unless somebody keeps it.
func (s *stage) free() {
	s.keep()
	number := s.now.number
	s.freeing = time.AfterFunc(leadGrace, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.now.number == number && s.now.shown != nil && s.streams[s.now.presenter] == 0 {
			s.set(nil, "")
		}
	})
}

func (s *stage) keep() {
	if s.freeing != nil {
		s.freeing.Stop()
		s.freeing = nil
	}
}

// enter counts a presenter's stream, and leave that it has ended.
func (s *stage) enter(presenter string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.streams[presenter]++
	if s.now.presenter == presenter {
		s.keep()
	}
}

func (s *stage) leave(presenter string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.streams[presenter]--; s.streams[presenter] > 0 {
		return
	}
	delete(s.streams, presenter)
	if s.now.shown != nil && s.now.presenter == presenter {
		s.free()
	}
}
