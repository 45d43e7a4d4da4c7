package web

import (
	"cmp"
	"math"

	"filterscope/nn/train"
	"filterscope/web/figure"
)

// A curveRun is a run at a moment whose curves are drawn.
type curveRun struct {
	id, name string
	state
}

// curveRun returns the run as it is now.
func (w *watch) curveRun() curveRun {
	w.mu.Lock()
	defer w.mu.Unlock()
	return curveRun{w.id, cmp.Or(w.info.Name, w.id), w.now}
}

// extent grows with everything that a curve of the run shows.
func (r curveRun) extent() int { return r.points.len() + len(r.evaluations) + r.named }

// extentOf is that of several.
func extentOf(runs []curveRun) (sum int) {
	for _, r := range runs {
		sum += r.extent()
	}
	return sum
}

// curveOf returns a run's curve of the loss or the accuracy, and with it those of
// others, which lie below.
func curveOf(now curveRun, others []curveRun, name, axis, per string) figure.Curve {
	c := figure.Curve{Figure: name}
	for i, r := range others {
		c.Runs = append(c.Runs, r.name)
		c.Series = append(c.Series, r.series(i+1, name, axis, per)...)
	}
	c.Series = append(c.Series, now.series(0, name, axis, per)...)
	c.Best = now.best(name, axis)
	return c
}

// series are those of a run, which is the i-th of a curve.
func (r curveRun) series(i int, name, axis, per string) []figure.Series {
	m := columns(r.state, 0)
	trained, kind := m.Train, figure.Line
	if per == epochAxis {
		trained, kind = epochMeans(trained), figure.Points
	}
	series := []figure.Series{
		trained.series("train", kind, i, name, axis),
		m.Test.series(train.TestSet, figure.Points, i, name, axis),
	}
	if i == 0 && len(m.Validation.Step) > 0 {
		series = append(series, m.Validation.series(train.ValidationSet, figure.Points, i, name, axis))
	}
	return series
}

// series are the points as a curve has them. Those whose place on the axis is
// not known are left out.
func (c seriesJSON) series(set string, kind figure.Kind, run int, name, axis string) figure.Series {
	if places := c.places(axis); places != nil {
		known := 0
		for known < len(places) && places[known] == 0 && c.Step[known] > 0 {
			known++
		}
		c = c.between(known, len(c.Step))
	}
	return figure.Series{Name: set, Kind: kind, Step: c.Step, Value: c.values(name), X: c.places(axis), Run: run}
}

// values are those of the loss or the accuracy.
func (c seriesJSON) values(name string) []float64 {
	if name == "loss" {
		return c.Loss
	}
	return c.Accuracy
}

// places are those on an axis; nil on that of steps.
func (c seriesJSON) places(axis string) []float64 {
	switch axis {
	case epochAxis:
		return c.Epoch
	case timeAxis:
		return c.Seconds
	}
	return nil
}

// epochMeans returns, of each epoch and of the one under way as far as it is, the
// mean over its images, at its last step. A batch weighs as much as the share of
// the epoch that it was.
func epochMeans(c seriesJSON) seriesJSON {
	var means seriesJSON
	var loss, accuracy, weight float64
	before := 0.0
	for i, epoch := range c.Epoch {
		if epoch == 0 {
			continue // not recorded
		}
		w := epoch - max(before, math.Ceil(epoch)-1)
		loss, accuracy, weight = loss+w*c.Loss[i], accuracy+w*c.Accuracy[i], weight+w
		before = epoch
		if isLast := i+1 == len(c.Epoch) || math.Ceil(c.Epoch[i+1]) > math.Ceil(epoch); isLast {
			means.add(c.Step[i], epoch, c.Seconds[i], loss/weight, accuracy/weight)
			loss, accuracy, weight = 0, 0, 0
		}
	}
	return means
}

// best is the point of the best step; nil while there is none, or its place on
// the axis is not known.
func (r curveRun) best(name, axis string) *figure.Best {
	s := r.status
	if s.BestStep == nil || s.BestAccuracy == nil {
		return nil
	}
	all := evaluationSeries(r.state, s.BestSet)
	for i, step := range all.Step {
		if step != *s.BestStep || all.Accuracy[i] != *s.BestAccuracy {
			continue
		}
		x := float64(step)
		if places := all.places(axis); places != nil {
			x = places[i]
		}
		if x == 0 {
			return nil
		}
		return &figure.Best{Set: s.BestSet, X: x, Value: all.values(name)[i]}
	}
	return nil
}
