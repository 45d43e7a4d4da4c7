package train

// Shape of the one-cycle schedule (Smith and Topin, "Super-Convergence", 2018)
// with linear ramps, as fractions of the peak.
const (
	cycleStart = 1.0 / 25
	cycleEnd   = 1.0 / 1000
	cyclePeak  = 0.2  // position of the peak in the run
	afterCycle = 0.05 // constant rate of a run that goes on after its end
)

// A schedule gives the learning rate of each update. It is anchored: from
// anchor on, the rest of the shape is spread evenly over the updates up to
// end, so that a change of the run's length stretches only what lies ahead.
type schedule struct {
	name     string
	peak     float64 // the learning-rate setting
	anchor   int     // step of the last change
	position float64 // in the shape at the anchor, 0 to 1
	end      int     // the run's last step
	after    bool    // the shape was used up and the run goes on
}

// rate returns the learning rate of update number step (1 or more).
func (s schedule) rate(step int) float64 {
	switch {
	case s.name == Constant:
		return s.peak
	case s.after:
		return s.peak * afterCycle
	}
	p := s.at(step)
	if p < cyclePeak {
		return s.peak * (cycleStart + (1-cycleStart)*p/cyclePeak)
	}
	return s.peak * (1 + (cycleEnd-1)*(p-cyclePeak)/(1-cyclePeak))
}

// at returns the position in the shape after the given step.
func (s schedule) at(step int) float64 {
	if s.end <= s.anchor {
		return s.position // nothing was planned yet
	}
	return s.position + (1-s.position)*float64(step-s.anchor)/float64(s.end-s.anchor)
}

// stretch returns the schedule with the rest of its shape spread from step to
// a new end. Where nothing of the shape is left, the run goes on at a constant
// rate.
func (s schedule) stretch(step, end int) schedule {
	s.after = s.after || (step >= s.end && end > step && step > 0)
	s.position, s.anchor, s.end = s.at(step), step, end
	return s
}
