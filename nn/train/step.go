package train

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
)

// step takes one optimizer update and hands over what is due.
func (r *Run) step(ctx context.Context) error {
	began := time.Now()
	images, problem := r.update()
	if problem != "" {
		return r.fail(ctx, problem)
	}
	now := time.Now()
	r.meter.add(now, images, now.Sub(began))
	r.status.Seconds = millionths(r.status.Seconds + now.Sub(began).Seconds())
	r.points[len(r.points)-1].Seconds = r.status.Seconds
	r.clock.advance(now, r.status.Pace.Interval(r.status.Step+1, r.status.StepsPerEpoch))
	return r.afterStep(ctx, now)
}

// update takes one optimizer update, on so many images. A problem is why it
// was not taken. r.used is 0 when it was the epoch's last.
func (r *Run) update() (images int, problem string) {
	batch := r.batch()
	examples := r.withTaught(batch)
	loss, correct := r.parallel.Gradient(r.net, r.sets.train, examples, r.grad)
	r.hold()
	rate := r.schedule.rate(r.status.Step + 1)
	if diverged(loss, r.grad, rate) {
		return 0, fmt.Sprintf("training diverged at step %d (loss %.3g)", r.status.Step+1, loss)
	}
	r.optimize.Update(r.net.Weights, r.grad, rate)
	r.status.Step++
	if r.used += len(batch); r.used == len(r.epoch) {
		r.used = 0
		r.status.Epoch++
	}
	r.points = append(r.points, Point{
		Step: r.status.Step, Loss: loss, Accuracy: float64(correct) / float64(len(examples)),
		Epoch: millionths(r.epochs()),
	})
	return len(batch), ""
}

// epochs are those done, with the share of the one under way.
func (r *Run) epochs() float64 {
	return float64(r.status.Epoch) + float64(r.used)/float64(r.sets.epoch)
}

// millionths rounds to 1e-6, which keeps the numbers of a log short.
func millionths(v float64) float64 { return math.Round(v*1e6) / 1e6 }

// batch is the images of the next step, those taught left out.
func (r *Run) batch() []int32 {
	if r.used == 0 {
		r.epoch = r.order.Epoch(r.status.Epoch)[:r.sets.epoch]
	}
	return r.epoch[r.used:min(r.used+r.status.BatchSize, len(r.epoch))]
}

// afterStep begins the evaluation when an epoch has ended, and appends a
// record when one is due.
func (r *Run) afterStep(ctx context.Context, now time.Time) error {
	kept := Promised(r.status.Step)
	if r.used == 0 {
		kept = true
		r.exam = r.newExam(afterEpoch)
	}
	byHand := slices.ContainsFunc(r.steppers, func(s stepper) bool { return s.until == r.status.Step })
	resting := r.clock.due.Sub(now) > flushInterval/2
	if !kept && !byHand && !resting && now.Sub(r.flushed) < flushInterval {
		return nil
	}
	if !finite(r.net.Weights) {
		r.published, r.kept = r.status.Step, r.status.Step // nobody can use these weights
		r.saved = r.status.Step
		return r.fail(ctx, fmt.Sprintf("the weights of step %d are not all numbers", r.status.Step))
	}
	r.refresh()
	mode := weightsLive
	switch {
	case byHand:
		mode = checkpointKept
	case kept:
		mode = weightsKept
	}
	if err := r.flush(ctx, mode); err != nil {
		return err
	}
	r.release(nil)
	return nil
}

func finite(weights []float32) bool {
	for _, w := range weights {
		if w-w != 0 { // of infinity and NaN, the difference is NaN
			return false
		}
	}
	return true
}

// fail ends the run at a step from which there is no way on.
func (r *Run) fail(ctx context.Context, problem string) error {
	r.rest(Failed, fmt.Sprintf("%s; restart with a learning rate below %.3g", problem, r.status.LearningRate))
	r.refresh()
	if err := r.flush(ctx, weightsKept); err != nil {
		return err
	}
	r.release(errors.New(r.status.Message))
	return nil
}

// diverged reports whether an update would leave the range of float32.
func diverged(loss float64, grad []float32, rate float64) bool {
	if math.IsNaN(loss) || math.IsInf(loss, 0) {
		return true
	}
	const limit = 1e30
	for _, g := range grad {
		if !(math.Abs(float64(g))*rate < limit) {
			return true
		}
	}
	return false
}
