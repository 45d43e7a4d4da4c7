package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"golang.org/x/sync/errgroup"

	"filterscope/nn/train"
	"filterscope/server/runlog"
)

// errEnded stops the readers of a run that has ended.
var errEnded = errors.New("the run has ended")

// headless trains one run to its end and prints each evaluation.
func headless(signaled context.Context, o options, store *runlog.Store, stdout io.Writer) error {
	ctx, cancel := context.WithCancel(signaled)
	defer cancel()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return unlessCanceled(store.Run(ctx)) })
	group.Go(func() error {
		defer cancel()
		var last train.Status
		var speed float64
		info, err := store.Start(ctx, o.config)
		if signaled.Err() != nil {
			return stopped(last)
		}
		if err != nil {
			return err
		}
		err = store.Follow(ctx, info.ID, func(r train.Record) error {
			last = r.Status
			if last.State == train.Running {
				speed = last.ImagesPerSecond
			}
			return report(stdout, r, speed)
		})
		if signaled.Err() != nil {
			return stopped(last)
		}
		if !errors.Is(err, errEnded) {
			return err
		}
		return verdict(last, o.require)
	})
	return waitFor(signaled, group)
}

// report prints what a record's evaluations found, and the speed of training
// before them in images per second; it ends with the run.
func report(stdout io.Writer, r train.Record, speed float64) error {
	for _, e := range r.Evaluations {
		if _, err := fmt.Fprintf(stdout, "step %d, epoch %d of %d: %s loss %.4f, %s accuracy %.2f %%, %.0f images/s\n",
			e.Step, e.Epoch, r.Status.Epochs, e.Set, e.Loss, e.Set, 100*e.Accuracy, speed); err != nil {
			return err
		}
	}
	if r.Status.State.Ended() {
		return errEnded
	}
	return nil
}

// verdict is the error of a run that failed or did not reach what was
// required.
func verdict(s train.Status, require float64) error {
	if s.State == train.Failed {
		return errors.New(s.Message)
	}
	if s.BestAccuracy == nil || *s.BestAccuracy < require {
		return fmt.Errorf("the best %s accuracy is below the required %.4g", s.BestSet, require)
	}
	return nil
}

// stopped is the error of a run that was interrupted.
func stopped(s train.Status) error { return fmt.Errorf("stopped at step %d", s.Step) }
