package train

// Shape of the one-cycle schedule (Smith and Topin, "Super-Convergence", 2018)
// with linear ramps, as fractions of the peak.
const (
	cycleStart = 1.0 / 25
	cycleEnd   = 1.0 / 1000
	cyclePeak  = 0.2  // position of the peak in the run
	afterCycle = 0.05 // constant rate of a run that goes on after its end
)

// A Schedule gives the learning rate of each update. It is anchored: from
// anchor on, the rest of the shape is spread evenly over the updates up to
// end, so that a change of the run's length stretches only what lies ahead.
type Schedule struct {
	Name     string  `json:"name"`     // OneCycle or Constant
	Peak     float64 `json:"peak"`     // the learning-rate setting
	Anchor   int     `json:"anchor"`   // step of the last change
	Position float64 `json:"position"` // in the shape at the anchor, 0 to 1
	End      int     `json:"end"`      // the run's last step
	After    bool    `json:"after"`    // the shape was used up and the run goes on
}

// rate returns the learning rate of update number step (1 or more).
func (s Schedule) rate(step int) float64 {
	switch {
	case s.Name == Constant:
		return s.Peak
	case s.After:
		return s.Peak * afterCycle
	}
	p := s.at(step)
	if p < cyclePeak {
		return s.Peak * (cycleStart + (1-cycleStart)*p/cyclePeak)
	}
	return s.Peak * (1 + (cycleEnd-1)*(p-cyclePeak)/(1-cyclePeak))
}

// at returns the position in the shape after the given step.
func (s Schedule) at(step int) float64 {
	if s.End <= s.Anchor {
		return s.Position // nothing was planned yet
	}
	return s.Position + (1-s.Position)*float64(step-s.Anchor)/float64(s.End-s.Anchor)
}

// stretch returns the schedule with the rest of its shape spread from step to
// a new end. Where nothing of the shape is left, the run goes on at a constant
// rate.
func (s Schedule) stretch(step, end int) Schedule {
	s.After = s.After || (step >= s.End && end > step && step > 0)
	s.Position, s.Anchor, s.End = s.at(step), step, end
	return s
}
