package web

import (
	"fmt"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"

	"filterscope/nn/digits"
	"filterscope/nn/judge"
	"filterscope/nn/train"
)

// cachedJudges is how many networks are judged without preparation, of about
// 6 MB each.
const cachedJudges = 6

// judges say whether networks' answers are to be believed. A network is
// prepared for that once, which takes a fifth of a second.
type judges struct {
	sample func() (*judge.Sample, error)
	cache  *lru.Cache[findingKey, *judge.Judge]
	group  singleflight.Group

	mu     sync.Mutex
	recent map[string]recentJudge // by run: the newest that is prepared
	busy   map[string]bool        // runs for which one is being prepared
}

type recentJudge struct {
	step  int
	at    time.Time
	judge *judge.Judge
}

// judgeInterval is the least time between two judges of a run that trains,
// which take the processor from it.
const judgeInterval = 3 * time.Second

func newJudges(data func() (*digits.Data, error)) *judges {
	return &judges{
		sample: sync.OnceValues(func() (*judge.Sample, error) {
			d, err := data()
			if err != nil {
				return nil, err
			}
			return judge.NewSample(d.Train), nil
		}),
		cache: newCache[findingKey, *judge.Judge](cachedJudges), recent: map[string]recentJudge{}, busy: map[string]bool{},
	}
}

// prepare returns the judge of a kept snapshot.
func (j *judges) prepare(run string, s *train.Snapshot) (*judge.Judge, error) {
	key := keyOf(run, s)
	if known, ok := j.cache.Get(key); ok {
		return known, nil
	}
	made, err, _ := j.group.Do(fmt.Sprint(key.run, key.step, key.changes), func() (any, error) {
		sample, err := j.sample()
		if err != nil {
			return nil, err
		}
		return judge.New(s.Net, sample), nil
	})
	if err != nil {
		return nil, err
	}
	known := made.(*judge.Judge)
	j.cache.Add(key, known)
	j.mu.Lock()
	defer j.mu.Unlock()
	if s.Step >= j.recent[run].step {
		j.recent[run] = recentJudge{s.Step, time.Now(), known}
	}
	return known, nil
}

// verdictJSON is whether an answer is to be believed. While a run trains it
// comes from weights of a moment before, and where these answer otherwise, it
// is "not sure". Verdict is "" until there is one.
type verdictJSON struct {
	Verdict     judge.Verdict `json:"verdict,omitempty"`
	VerdictStep *int          `json:"verdictStep,omitempty"`
}

// verdict judges the answer to a question. The newest weights of a run that
// trains are not waited for.
func (s *Server) verdict(a asked, label int) (verdictJSON, error) {
	use, step := (*judge.Judge)(nil), a.snapshot.Step
	if a.snapshot.Keep && (a.step != "latest" || a.now.status.State != train.Running) {
		var err error
		if use, err = s.judges.prepare(a.run, a.snapshot); err != nil {
			return verdictJSON{}, err
		}
	} else if use, step = s.judgeBefore(a); use == nil {
		return verdictJSON{}, nil
	}
	opinion := use.Image(a.input.pixels)
	if opinion.Label != label {
		opinion.Verdict = judge.NotSure
	}
	return verdictJSON{opinion.Verdict, &step}, nil
}

// judgeBefore is the newest judge of a run that trains, and its step; nil where
// none is prepared. It has the next one prepared, one at a time.
func (s *Server) judgeBefore(a asked) (*judge.Judge, int) {
	j := s.judges
	j.mu.Lock()
	defer j.mu.Unlock()
	newest := a.now.kept[len(a.now.kept)-1]
	recent := j.recent[a.run]
	if recent.step < newest && time.Since(recent.at) > judgeInterval && !j.busy[a.run] {
		j.busy[a.run] = s.inBackground(func() {
			if snapshot, err := s.config.Runs.Snapshot(s.ctx, a.run, newest); err == nil {
				if _, err := j.prepare(a.run, snapshot); err != nil {
					s.log.Error("preparing to judge answers failed", "run", a.run, "step", newest, "error", err)
				}
			}
			j.mu.Lock()
			defer j.mu.Unlock()
			delete(j.busy, a.run)
		})
	}
	return recent.judge, recent.step
}

// inBackground does something that Close waits for; false means that it is too
// late.
func (s *Server) inBackground(work func()) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.group.Go(work)
	return true
}
