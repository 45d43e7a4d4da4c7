package train

import (
	"context"
	"fmt"
	"time"
)

// What a record has besides what happened. Each mode includes the one before.
const (
	weightsLive = iota
	weightsKept
	checkpointKept
)

// flush appends a record of what happened since the last one.
func (r *Run) flush(ctx context.Context, mode int) error {
	record := Record{Status: r.status, Points: r.points, Evaluations: r.evaluations, Event: r.event}
	step := r.status.Step
	if (mode >= weightsKept && r.kept != step) || r.published != step {
		record.Snapshot = &Snapshot{Step: step, UnitChanges: r.status.UnitChanges, Net: r.net.Clone(), Keep: mode >= weightsKept && r.kept != step}
		r.published = step
		if record.Snapshot.Keep {
			r.kept = step
		}
	}
	if mode == checkpointKept || r.checkpointDue() {
		record.Checkpoint = r.checkpoint(mode == checkpointKept, record.Snapshot)
	}
	r.points, r.evaluations, r.event = nil, nil, nil
	r.flushed = time.Now()
	return r.log.Append(ctx, record)
}

// refresh brings the derived parts of the status up to date.
func (r *Run) refresh() {
	s := &r.status
	s.EpochsDone = r.epochs()
	s.LearningRateNow = r.schedule.rate(s.Step + 1)
	if s.State.Ended() {
		s.LearningRateNow = r.schedule.rate(max(s.Step, 1))
	}
	if n := len(r.points); n > 0 {
		newest := r.points[n-1]
		s.TrainLoss, s.TrainAccuracy = &newest.Loss, &newest.Accuracy
	}
	if s.State == Running {
		s.ImagesPerSecond = r.meter.imagesPerSecond(time.Now())
		s.Message = ""
		if r.schedule.After && r.schedule.Name == OneCycle {
			s.Message = fmt.Sprintf("the one-cycle schedule has ended; going on at a constant learning rate of %.3g", s.LearningRateNow)
		}
	}
	s.SecondsLeft = r.secondsLeft()
}
