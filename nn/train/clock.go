package train

import "time"

// A clock spaces the steps.
type clock struct {
	due time.Time // of the next step
}

// advance sets the next step an interval after the last one was due. A run
// that was too slow for its pace catches up by a flushInterval at most.
func (c *clock) advance(now time.Time, interval time.Duration) {
	c.due = c.due.Add(interval)
	if earliest := now.Add(-flushInterval); c.due.Before(earliest) {
		c.due = earliest
	}
}

// restart makes the next step due at once.
func (c *clock) restart() { c.due = time.Now() }

// meterSpan is the time over which speed is measured.
const meterSpan = 3 * time.Second

// A meter measures speed and costs.
type meter struct {
	samples  []sample // the newest, oldest first; the first one's images are not counted
	last     float64
	stepCost time.Duration // smoothed
	examCost time.Duration // of the last exam
}

type sample struct {
	at     time.Time
	images int
}

// restart forgets the time before now, in which no steps were meant to be
// taken.
func (m *meter) restart(now time.Time) {
	m.samples = append(m.samples[:0], sample{at: now})
}

// add counts a step that ended now and cost the given time.
func (m *meter) add(now time.Time, images int, cost time.Duration) {
	if m.stepCost == 0 {
		m.stepCost = cost
	}
	m.stepCost += (cost - m.stepCost) / 16
	m.samples = append(m.samples, sample{now, images})
	for len(m.samples) > 2 && now.Sub(m.samples[1].at) > meterSpan {
		m.samples = m.samples[1:]
	}
}

// examined counts an exam that ended now.
func (m *meter) examined(now time.Time, cost time.Duration) {
	m.examCost = cost
	m.restart(now)
}

// imagesPerSecond returns the newest measured speed.
func (m *meter) imagesPerSecond(now time.Time) float64 {
	if len(m.samples) < 2 {
		return m.last
	}
	images := 0
	for _, s := range m.samples[1:] {
		images += s.images
	}
	if span := m.samples[len(m.samples)-1].at.Sub(m.samples[0].at); span > 0 {
		m.last = float64(images) / span.Seconds()
	}
	return m.last
}

// secondsLeft estimates the time to the last step and its evaluation; nil
// while nothing is known or nothing is running.
func (r *Run) secondsLeft() *float64 {
	s := &r.status
	if s.State != Running || r.meter.stepCost == 0 {
		return nil
	}
	compute := time.Duration(s.LastStep-s.Step) * r.meter.stepCost
	left := max(compute, s.Pace.span(s.Step, s.LastStep, s.StepsPerEpoch))
	exams := s.Epochs - s.Epoch
	if r.meter.examCost > 0 {
		left += time.Duration(exams) * r.meter.examCost
	} else {
		// A forward pass is about a third of a step.
		perImage := r.meter.stepCost / time.Duration(3*s.BatchSize)
		left += time.Duration(exams*len(r.sets.testIndex)) * perImage
	}
	seconds := left.Seconds()
	return &seconds
}
