package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"filterscope/nn/digits"
	"filterscope/nn/train"
	"filterscope/server/runlog"
)

// errEnded stops the readers of a run that has ended.
var errEnded = errors.New("the run has ended")

// A headlessRun is a run without a page, and what it needs.
type headlessRun struct {
	options options
	store   *runlog.Store
	data    func() (*digits.Data, error)
	log     *slog.Logger
	screen  *screen
	folder  *reportFolder // of the report; nil means that none is wanted
}

// run trains one run to its end, prints each evaluation, and writes the report.
func (h *headlessRun) run(signaled context.Context) error {
	ctx, cancel := context.WithCancel(signaled)
	defer cancel()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return unlessCanceled(h.store.Run(ctx)) })
	group.Go(func() error {
		defer cancel()
		defer h.screen.clear()
		return h.train(ctx, signaled)
	})
	return waitFor(signaled, group)
}

// train is run while the store runs. An accuracy that was missed is told after
// the report is written, which matters then most of all.
func (h *headlessRun) train(ctx, signaled context.Context) error {
	var last train.Status
	began := time.Now()
	id, err := h.follow(ctx, &last)
	took := time.Since(began)
	h.screen.clear()
	if errors.Is(err, errEnded) {
		err = h.reportOn(ctx, id, took)
		h.screen.clear()
		if err == nil || signaled.Err() == nil {
			return errors.Join(err, verdict(last, h.options.require))
		}
	}
	if signaled.Err() != nil {
		return stopped(last, h.folder)
	}
	return err
}

// follow begins the run and shows its records until it has ended.
func (h *headlessRun) follow(ctx context.Context, last *train.Status) (id string, err error) {
	data, err := h.data()
	if err != nil {
		return "", err
	}
	config, err := h.options.start(data)
	if err != nil {
		return "", err
	}
	info, err := h.store.Start(ctx, config)
	if err != nil {
		return "", err
	}
	var speed float64
	return info.ID, h.store.Follow(ctx, info.ID, func(r train.Record) error {
		*last = r.Status
		if last.State == train.Running && last.ImagesPerSecond > 0 {
			speed = last.ImagesPerSecond
		}
		return h.tell(r, speed)
	})
}

// tell prints what a record's evaluations found, and the speed of training
// before them in images per second; it ends with the run.
func (h *headlessRun) tell(r train.Record, speed float64) error {
	for _, e := range r.Evaluations {
		if err := h.screen.printf("step %d, epoch %d of %d: %s loss %.4f, %s accuracy %.2f %%, %.0f images/s\n",
			e.Step, e.Epoch, r.Status.Epochs, e.Set, e.Loss, e.Set, 100*e.Accuracy, speed); err != nil {
			return err
		}
	}
	if r.Status.State.Ended() {
		return errEnded
	}
	h.screen.progress(r.Status)
	return nil
}

// verdict is the error of a run that failed or did not reach what was
// required.
func verdict(s train.Status, require float64) error {
	if s.State == train.Failed {
		return errors.New(s.Message)
	}
	if s.BestAccuracy == nil || *s.BestAccuracy < require {
		return fmt.Errorf("the best %s accuracy%s is below the required %.4g", s.BestSet, bestText(s), require)
	}
	return nil
}

// bestText is the best accuracy for a message.
func bestText(s train.Status) string {
	if s.BestAccuracy == nil {
		return ""
	}
	return fmt.Sprintf(", %.4f at step %d,", *s.BestAccuracy, *s.BestStep)
}

// stopped is the error of a run that was interrupted.
func stopped(s train.Status, folder *reportFolder) error {
	if folder == nil {
		return fmt.Errorf("stopped at step %d", s.Step)
	}
	return fmt.Errorf("stopped at step %d; a report is written of a run that has ended only", s.Step)
}
