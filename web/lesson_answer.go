package web

import (
	"context"
	"math"
	"runtime"
	"slices"

	"filterscope/nn"
	"filterscope/nn/feature"
	"filterscope/nn/lesson"
	"filterscope/nn/train"
)

// lessonJSON tells of a step taken apart, but for one filter's update.
func (s *Server) lessonJSON(ctx context.Context, id string, d *dissection, q lessonQuery, now state) (*lessonJSON, error) {
	data, err := s.config.Data()
	if err != nil {
		return nil, err
	}
	info, err := s.config.Runs.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	answer := &lessonJSON{
		Run: id, Step: d.Step, Newest: now.status.Step, LastStep: now.status.LastStep, State: now.status.State, Problem: d.Problem,
		Taken: !q.isWhatIf() && d.Step <= now.status.Step, Path: []pointJSON{}, Actual: []pointJSON{},
		Settings: settingsJSON{
			info.Config.Optimizer, info.Config.Momentum, info.Config.Schedule, d.Status.LearningRate, d.Rate, d.Status.BatchSize,
		},
		Recorded: recordedJSON{d.recorded.LearningRate, d.recorded.BatchSize},
		Network:  networkJSONOf(d.Before.Arch, data.ClassNames),
		Before:   passJSONOf(d.before, d.Step-1),
	}
	if q.isWhatIf() {
		answer.WhatIf = &whatIfJSON{q.from, d.Status.LearningRate, d.Status.BatchSize}
	}
	for _, p := range d.Path {
		answer.Path = append(answer.Path, pointJSON{p.Step, number(p.Loss), number(p.Accuracy)})
		if p.Step <= now.points.len() {
			answer.Actual = append(answer.Actual, pointJSON{p.Step, number(now.points.loss[p.Step-1]), number(now.points.accuracy[p.Step-1])})
		}
	}
	for i, index := range d.index {
		answer.Digits = append(answer.Digits, digitJSON{index, int(d.labels[i]), floatsOf(d.pixels[i])})
	}
	if d.after != nil {
		after := passJSONOf(d.after, d.Step)
		answer.After = &after
	}
	answer.Batch = d.batchJSON(data.Train.Len())
	answer.Batch.Varied = info.Config.Augmentation != nil && !info.Config.Augmentation.Off()
	answer.Cost = d.costJSON(answer.Batch)
	if answer.Exact, err = s.isExact(ctx, id, d, answer.Taken, now); err != nil {
		return nil, err
	}
	start, err := s.randomStart(ctx, id, now)
	if err != nil {
		return nil, err
	}
	answer.Start = spreadOf(start.Net)
	answer.Milestones, err = s.milestones(ctx, id, d, start, now)
	return answer, err
}

// isExact compares the step's weights with those that the run recorded.
func (s *Server) isExact(ctx context.Context, id string, d *dissection, isTaken bool, now state) (*bool, error) {
	if _, isKept := slices.BinarySearch(now.kept, d.Step); !isTaken || !isKept || d.After == nil {
		return nil, nil
	}
	recorded, err := s.config.Runs.Snapshot(ctx, id, d.Step)
	if err != nil || recorded.UnitChanges != d.Status.UnitChanges {
		return nil, err // units were changed after the step
	}
	is := slices.Equal(recorded.Net.Weights, d.After.Weights)
	return &is, nil
}

func shapeOf(s nn.Shape) [3]int { return [3]int{s.H, s.W, s.C} }

func networkJSONOf(a *nn.Architecture, classes []string) networkJSON {
	n := networkJSON{Input: shapeOf(a.Input), Classes: classes, Parameters: a.Parameters()}
	levels := map[int]string{}
	for _, level := range a.Levels() {
		levels[level.Layer] = level.Name
	}
	for i, l := range a.Layers {
		one := layerJSON{
			Name: l.Name, Kind: l.Kind.String(), Level: levels[i], In: shapeOf(l.In), Out: shapeOf(l.Out), Stride: l.Stride, Pad: l.Pad,
			Weights: l.Weight.Len, Biases: l.Bias.Len,
		}
		switch l.Kind {
		case nn.Conv:
			one.Filter = &[3]int{l.FilterH, l.FilterW, l.In.C}
			one.Multiplications = l.Weight.Len * l.Out.H * l.Out.W
		case nn.MaxPool:
			one.Filter = &[3]int{l.FilterH, l.FilterW, 1}
		case nn.Dense:
			one.Multiplications = l.Weight.Len
		}
		n.Layers = append(n.Layers, one)
	}
	return n
}

func passJSONOf(p *lesson.Pass, step int) passJSON {
	return passJSON{step, rowsOf(p.Logits), rowsOf(p.Probabilities), rowsOf(p.Deltas), numbersOf(p.Losses), number(p.Loss), p.Predictions}
}

// spreadOf tells how the weights of each layer that has some are spread.
func spreadOf(net *nn.Network) []spreadJSON {
	var all []spreadJSON
	for _, l := range net.Arch.Layers {
		if l.Weight.Len == 0 {
			continue
		}
		values := make([]float64, 0, l.Weight.Len)
		sum, squares := 0.0, 0.0
		for _, w := range net.Tensor(l.Weight) {
			values = append(values, float64(w))
			sum, squares = sum+float64(w), squares+float64(w)*float64(w)
		}
		mean := sum / float64(len(values))
		h := feature.HistogramOf(values, lessonBins)
		all = append(all, spreadJSON{l.Name, histogramJSON{h.Min, h.Max, h.Counts}, mean, math.Sqrt(max(0, squares/float64(len(values))-mean*mean))})
	}
	return all
}

// lessonBins is how many bars a lesson's histograms have.
const lessonBins = 31

func (d *dissection) batchJSON(own int) batchJSON {
	n := len(d.Index)
	b := batchJSON{Epoch: d.Epoch + 1, Number: d.Number + 1, Batches: d.Batches, Images: d.Images, Size: n}
	if d.After != nil {
		point := d.Path[len(d.Path)-1]
		b.Loss, b.Accuracy = pointer(point.Loss), pointer(point.Accuracy)
		b.LossAfter, b.AccuracyAfter = pointer(d.lossAfter), pointer(float64(d.hitsAfter)/float64(n))
		b.Predicted = pointer(lesson.Predicted(d.Gradient, d.Before.Weights, d.After.Weights))
		b.Actual = pointer(d.lossAfter - point.Loss)
	}
	shown := min(n, mostMembers)
	b.Pixels = d.Examples.Images[:shown*len(d.Examples.Images)/n]
	for i, index := range d.Index[:shown] {
		m := memberJSON{Label: int(d.Examples.Labels[i]), Prediction: d.members.Predictions[i], Loss: number(d.members.Losses[i])}
		m.Set, m.Index = originOf(d.Trial.Batch, int(index), own)
		b.Members = append(b.Members, m)
	}
	return b
}

// updateJSON is one filter, its gradient, and what becomes of it.
func (d *dissection) updateJSON(layer, unit int) updateJSON {
	l := d.Before.Arch.Layers[layer]
	indices := l.Incoming(unit)
	last := len(indices) - 1
	pick := func(from []float32) (weights []float, bias float) {
		for _, i := range indices[:last] {
			weights = append(weights, float(from[i]))
		}
		return weights, float(from[indices[last]])
	}
	u := updateJSON{Layer: l.Name, Unit: unit, Units: l.Out.C, Shape: [3]int{l.FilterH, l.FilterW, l.In.C}}
	u.Before, u.Bias = pick(d.Before.Weights)
	u.Gradient, u.GradientBias = pick(d.Gradient)
	if d.After != nil {
		var bias float
		u.After, bias = pick(d.After.Weights)
		u.BiasAfter = &bias
	}
	return u
}

func (d *dissection) costJSON(b batchJSON) costJSON {
	c := costJSON{StepSeconds: d.Took.Seconds(), Cores: runtime.NumCPU()}
	c.Forward, c.Backward = d.Before.Arch.MultiplyAdds()
	c.Step = (c.Forward + c.Backward) * int64(b.Size)
	c.Epoch = (c.Forward + c.Backward) * int64(b.Images)
	c.SecondsPerEpoch = c.StepSeconds * float64(b.Images) / float64(b.Size)
	return c
}

// milestones are the fixed digits at step 0, after the first epoch, and with
// the newest weights that are kept.
func (s *Server) milestones(ctx context.Context, id string, d *dissection, start *train.Snapshot, now state) ([]milestoneJSON, error) {
	accuracy := map[int]*float64{}
	first := -1
	for i, e := range now.evaluations {
		if e.Set != train.TestSet {
			continue
		}
		accuracy[e.Step] = &now.evaluations[i].Accuracy
		if e.Epoch == 1 && first < 0 {
			first = e.Step
		}
	}
	all := []milestoneJSON{{"start", passJSONOf(lesson.Propagate(start.Net, d.pixels, d.labels), 0), nil}}
	tell := func(name string, step int) error {
		snapshot, err := s.config.Runs.Snapshot(ctx, id, step)
		if err == nil {
			all = append(all, milestoneJSON{name, passJSONOf(lesson.Propagate(snapshot.Net, d.pixels, d.labels), step), accuracy[step]})
		}
		return err
	}
	newest := now.kept[len(now.kept)-1]
	if _, isKept := slices.BinarySearch(now.kept, first); isKept && first < newest {
		if err := tell("epoch", first); err != nil {
			return nil, err
		}
	}
	return all, tell("now", newest)
}
