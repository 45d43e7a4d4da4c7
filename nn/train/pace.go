package train

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"
)

// How the watch pace spreads the steps over time: the first steps change the
// filters most, so each doubling of the step gets the same time, until an
// epoch is as short as it may become.
const (
	watchFirst    = time.Second             // step 0 stays this long
	watchDoubling = 3500 * time.Millisecond // from step n to step 2n
	watchEpoch    = 10 * time.Second        // no epoch is shorter
)

// Bounds of the fixed pace.
const (
	MinStepsPerSecond = 0.001
	MaxStepsPerSecond = 1000
)

// Pace says how much time passes between two steps. It never changes the
// numbers of a run. The zero value is Max. In JSON it is "max", "watch", or a
// number of steps per second.
type Pace struct {
	Watch          bool
	StepsPerSecond float64 // 0 means no limit
}

// ParsePace reads "max", "watch" or a number of steps per second.
func ParsePace(text string) (Pace, error) {
	switch text {
	case "max":
		return Pace{}, nil
	case "watch":
		return Pace{Watch: true}, nil
	}
	rate, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return Pace{}, configErrorf("pace", "%q is not known; use max, watch, or a number of steps per second", text)
	}
	p := Pace{StepsPerSecond: rate}
	if rate == 0 {
		return Pace{}, configErrorf("pace", "0 steps per second is a pause; use a number above 0, or pause the run")
	}
	return p, p.check()
}

func (p Pace) check() error {
	if p.StepsPerSecond == 0 {
		return nil
	}
	if !(p.StepsPerSecond >= MinStepsPerSecond && p.StepsPerSecond <= MaxStepsPerSecond) {
		return configErrorf("pace", "%v steps per second is impossible; use %v to %v, or max", p.StepsPerSecond, MinStepsPerSecond, MaxStepsPerSecond)
	}
	return nil
}

// String returns the pace as ParsePace reads it.
func (p Pace) String() string {
	switch {
	case p.Watch:
		return "watch"
	case p.StepsPerSecond == 0:
		return "max"
	}
	return strconv.FormatFloat(p.StepsPerSecond, 'g', -1, 64)
}

// MarshalJSON writes "max", "watch" or a number.
func (p Pace) MarshalJSON() ([]byte, error) {
	if !p.Watch && p.StepsPerSecond > 0 {
		return json.Marshal(p.StepsPerSecond)
	}
	return json.Marshal(p.String())
}

// UnmarshalJSON reads "max", "watch" or a number.
func (p *Pace) UnmarshalJSON(text []byte) error {
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return err
	}
	switch value.(type) {
	case string, float64:
		parsed, err := ParsePace(fmt.Sprint(value))
		if err == nil {
			*p = parsed
		}
		return err
	}
	return configErrorf("pace", `%s is not known; use "max", "watch", or a number of steps per second`, text)
}

// Interval returns the least time between step-1 and step. steps is the number
// of steps of an epoch.
func (p Pace) Interval(step, steps int) time.Duration {
	switch {
	case p.Watch && step <= 1:
		return watchFirst
	case p.Watch:
		doubling := time.Duration(math.Log2(float64(step)/float64(step-1)) * float64(watchDoubling))
		return max(doubling, watchEpoch/time.Duration(steps))
	case p.StepsPerSecond > 0:
		return time.Duration(float64(time.Second) / p.StepsPerSecond)
	}
	return 0
}

// span returns the least time from one step to a later one.
func (p Pace) span(from, to, steps int) time.Duration {
	if !p.Watch {
		return time.Duration(to-from) * p.Interval(to, steps)
	}
	var sum time.Duration
	for from < to {
		from++
		interval := p.Interval(from, steps)
		sum += interval
		if interval == watchEpoch/time.Duration(steps) {
			return sum + time.Duration(to-from)*interval
		}
	}
	return sum
}
