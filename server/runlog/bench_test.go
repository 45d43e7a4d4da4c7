package runlog

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"filterscope/nn"
	"filterscope/nn/digits"
	"filterscope/nn/train"
)

// BenchmarkOpen is the time from opening a folder to the last record of a run with 100,000 steps and 400 snapshots of n1.
//
//	go test ./server/runlog -run '^$' -bench Open -benchtime 5x
func BenchmarkOpen(b *testing.B) {
	const steps, snapshots, perRecord = 100_000, 400, 15
	folder := b.TempDir()
	data := func() (*digits.Data, error) { return digits.MNIST() }
	s, err := Open(b.Context(), Config{Dir: folder, Data: data})
	if err != nil {
		b.Fatal(err)
	}
	born := birth{ID: "long", Created: time.Now()}
	if err := s.newborn(train.Config{}, &born); err != nil {
		b.Fatal(err)
	}
	if born.Data, err = s.fingerprint(); err != nil {
		b.Fatal(err)
	}
	if err := s.deliver(b.Context(), born, nil); err != nil {
		b.Fatal(err)
	}
	arch, err := s.architecture(born.Config)
	if err != nil {
		b.Fatal(err)
	}
	w := s.newWriter(born.ID, 1, entry{Number: -1, Kept: -1})
	net := nn.NewNetwork(arch, 1)
	status := born.Status
	status.State = train.Paused
	for step := 0; step < steps; {
		r := train.Record{Status: status}
		for range perRecord {
			step++
			r.Points = append(r.Points, train.Point{Step: step, Loss: 0.1, Accuracy: 0.9})
		}
		r.Status.Step = step
		if step/(steps/snapshots) != (step-perRecord)/(steps/snapshots) {
			r.Snapshot = &train.Snapshot{Step: step, Net: net, Keep: true}
		}
		if err := w.Append(b.Context(), r); err != nil {
			b.Fatal(err)
		}
	}
	last := w.entry.Status.Step
	s.Close()
	for b.Loop() {
		s, err := Open(b.Context(), Config{Dir: folder, Data: data})
		if err != nil {
			b.Fatal(err)
		}
		err = s.Follow(b.Context(), born.ID, func(r train.Record) error {
			if r.Status.Step == last && r.Snapshot != nil {
				return errEnough
			}
			return nil
		})
		if !errors.Is(err, errEnough) {
			b.Fatal(err)
		}
		b.StopTimer()
		s.Close()
		b.StartTimer()
	}
}

// BenchmarkCost compares the default run with its log and with one that throws everything away, in turns.
//
//	go test ./server/runlog -run '^$' -bench Cost -benchtime 5x
func BenchmarkCost(b *testing.B) {
	data, err := digits.MNIST()
	if err != nil {
		b.Fatal(err)
	}
	s, err := Open(b.Context(), Config{Dir: b.TempDir(), Data: func() (*digits.Data, error) { return data, nil }})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	c := train.Config{}
	var ratios []float64
	for b.Loop() {
		born := birth{ID: "cost", Created: time.Now()}
		if err := s.newborn(c, &born); err != nil {
			b.Fatal(err)
		}
		if err := s.deliver(b.Context(), born, nil); err != nil {
			b.Fatal(err)
		}
		q := newQueue(s.newWriter(born.ID, 1, entry{Number: -1, Kept: -1}))
		kept := training(b, c, data, q, q.during)
		thrown := training(b, c, data, nowhere{}, func(ctx context.Context, run func(context.Context) error) error { return run(ctx) })
		ratios = append(ratios, kept.Seconds()/thrown.Seconds())
		if err := s.bus.js.DeleteStream(b.Context(), runStream+born.ID); err != nil {
			b.Fatal(err)
		}
	}
	slices.Sort(ratios)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(100*(ratios[len(ratios)/2]-1), "%-slower-with-log")
}

// nowhere is a log that keeps nothing.
type nowhere struct{}

func (nowhere) Append(context.Context, train.Record) error { return nil }

// ending passes records on, and tells when the run has ended.
type ending struct {
	train.Log
	done context.CancelFunc
}

func (e ending) Append(ctx context.Context, r train.Record) error {
	err := e.Log.Append(ctx, r)
	if r.Status.State == train.Finished {
		e.done()
	}
	return err
}

// training carries a run out, and returns how long it took.
func training(b *testing.B, c train.Config, data *digits.Data, log train.Log, during func(context.Context, func(context.Context) error) error) time.Duration {
	b.Helper()
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	r, err := train.New(c, data, ending{log, cancel}, train.Options{})
	if err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	if err := during(ctx, r.Run); !errors.Is(err, context.Canceled) {
		b.Fatal(err)
	}
	return time.Since(began)
}
