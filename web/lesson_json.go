package web

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"math"
	"net/http"
	"runtime"
	"slices"

	"filterscope/nn"
	"filterscope/nn/feature"
	"filterscope/nn/lesson"
	"filterscope/nn/train"
)

// number is null in JSON where it is none.
type number float64

func (n number) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(n)) || math.IsInf(float64(n), 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

// float is a number that only has the digits of a float32.
type float float32

func (f float) MarshalJSON() ([]byte, error) {
	if !isFinite(float32(f)) {
		return []byte("null"), nil
	}
	return json.Marshal(float32(f))
}

func floatsOf(values []float32) []float {
	all := make([]float, len(values))
	for i, v := range values {
		all[i] = float(v)
	}
	return all
}

func rowsOf(rows [][]float32) [][]float {
	all := make([][]float, len(rows))
	for i, row := range rows {
		all[i] = floatsOf(row)
	}
	return all
}

func numbersOf(values []float64) []number {
	all := make([]number, len(values))
	for i, v := range values {
		all[i] = number(v)
	}
	return all
}

func pointer(v float64) *number {
	n := number(v)
	return &n
}

// writeFloats answers with little-endian float32.
func writeFloats(w http.ResponseWriter, values []float32) error {
	body := make([]byte, 0, 4*len(values))
	for _, v := range values {
		body = binary.LittleEndian.AppendUint32(body, math.Float32bits(v))
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(body) // an error means that the client has gone
	return nil
}

// lessonJSON is a training step taken apart. All lists of four have an entry
// for each of the fixed digits.
type lessonJSON struct {
	Run        string          `json:"run"`
	Step       int             `json:"step"` // the first that cannot be taken, if Problem is not ""
	Newest     int             `json:"newest"`
	LastStep   int             `json:"lastStep"`
	State      train.State     `json:"state"`
	Taken      bool            `json:"taken"`   // by the run itself
	Exact      *bool           `json:"exact"`   // whether the weights computed again are the recorded ones, bit for bit; null if none are recorded
	Problem    string          `json:"problem"` // why the step cannot be taken
	WhatIf     *whatIfJSON     `json:"whatIf"`
	Settings   settingsJSON    `json:"settings"` // of this step
	Recorded   recordedJSON    `json:"recorded"` // the run's own there
	Path       []pointJSON     `json:"path"`     // the steps computed
	Actual     []pointJSON     `json:"actual"`   // the run's own of the same steps
	Network    networkJSON     `json:"network"`
	Start      []spreadJSON    `json:"start"` // weights of step 0
	Digits     []digitJSON     `json:"digits"`
	Before     passJSON        `json:"before"`
	After      *passJSON       `json:"after"`
	Batch      batchJSON       `json:"batch"`
	Update     updateJSON      `json:"update"`
	Cost       costJSON        `json:"cost"`
	Milestones []milestoneJSON `json:"milestones"`
}

type whatIfJSON struct {
	From         int     `json:"from"`
	LearningRate float64 `json:"learningRate"`
	BatchSize    int     `json:"batchSize"`
}

type settingsJSON struct {
	Optimizer    string  `json:"optimizer"`
	Momentum     float64 `json:"momentum"`
	Schedule     string  `json:"schedule"`
	LearningRate float64 `json:"learningRate"`
	Rate         float64 `json:"rate"` // the learning rate in use
	BatchSize    int     `json:"batchSize"`
}

type recordedJSON struct {
	LearningRate float64 `json:"learningRate"`
	BatchSize    int     `json:"batchSize"`
}

type pointJSON struct {
	Step     int    `json:"step"`
	Loss     number `json:"loss"`
	Accuracy number `json:"accuracy"`
}

type networkJSON struct {
	Input      [3]int      `json:"input"`
	Classes    []string    `json:"classes"`
	Parameters int         `json:"parameters"`
	Layers     []layerJSON `json:"layers"`
}

type layerJSON struct {
	Name            string  `json:"name"`
	Kind            string  `json:"kind"`
	Level           string  `json:"level"`
	In              [3]int  `json:"in"`
	Out             [3]int  `json:"out"`
	Filter          *[3]int `json:"filter"` // height, width, channels
	Stride          int     `json:"stride"`
	Pad             int     `json:"pad"`
	Weights         int     `json:"weights"`
	Biases          int     `json:"biases"`
	Multiplications int     `json:"multiplications"` // of one image on its way forward
}

// spreadJSON is how a layer's weights are spread.
type spreadJSON struct {
	Layer string `json:"layer"`
	histogramJSON
	Mean      float64 `json:"mean"`
	Deviation float64 `json:"deviation"`
}

type digitJSON struct {
	Index  int     `json:"index"` // in the test set
	Label  int     `json:"label"`
	Pixels []float `json:"pixels"`
}

type passJSON struct {
	Step          int       `json:"step"`
	Logits        [][]float `json:"logits"`
	Probabilities [][]float `json:"probabilities"`
	Deltas        [][]float `json:"deltas"` // p - y
	Losses        []number  `json:"losses"`
	Loss          number    `json:"loss"`
	Predictions   []int     `json:"predictions"`
}

type batchJSON struct {
	Epoch         int          `json:"epoch"`  // from 1
	Number        int          `json:"number"` // in the epoch, from 1
	Batches       int          `json:"batches"`
	Images        int          `json:"images"` // of an epoch
	Size          int          `json:"size"`
	Loss          *number      `json:"loss"`
	Accuracy      *number      `json:"accuracy"`
	LossAfter     *number      `json:"lossAfter"`
	AccuracyAfter *number      `json:"accuracyAfter"`
	Predicted     *number      `json:"predicted"` // change of the loss, by its gradient
	Actual        *number      `json:"actual"`
	Members       []memberJSON `json:"members"` // the first images
	Varied        bool         `json:"varied"`  // whether the images are changed at random
	Pixels        []byte       `json:"pixels"`  // theirs, as the network saw them
}

type memberJSON struct {
	Index           int    `json:"index"` // in its set
	Set             string `json:"set"`
	Label           int    `json:"label"`
	Prediction      int    `json:"prediction"`
	PredictionAfter *int   `json:"predictionAfter"`
	Loss            number `json:"loss"`
}

type updateJSON struct {
	Layer        string  `json:"layer"`
	Unit         int     `json:"unit"`
	Units        int     `json:"units"`
	Shape        [3]int  `json:"shape"`
	Before       []float `json:"before"`
	Bias         float   `json:"bias"`
	Gradient     []float `json:"gradient"`
	GradientBias float   `json:"gradientBias"`
	After        []float `json:"after"`
	BiasAfter    *float  `json:"biasAfter"`
}

type costJSON struct {
	Forward         int64    `json:"forward"` // multiplications for an image
	Backward        int64    `json:"backward"`
	Step            int64    `json:"step"`
	Epoch           int64    `json:"epoch"`
	StepSeconds     float64  `json:"stepSeconds"` // that this step took, computed again
	SecondsPerEpoch float64  `json:"secondsPerEpoch"`
	ImagesPerSecond *float64 `json:"imagesPerSecond"` // of the run at its pace
	Cores           int      `json:"cores"`
}

type milestoneJSON struct {
	Name string `json:"name"` // start, epoch or now
	passJSON
	TestAccuracy *float64 `json:"testAccuracy"`
}

type originJSON struct {
	Layer  string     `json:"layer"`
	Kind   string     `json:"kind"`
	Digit  int        `json:"digit"`
	Row    int        `json:"row"`
	Column int        `json:"column"`
	Unit   int        `json:"unit"`
	Value  number     `json:"value"`
	Bias   number     `json:"bias"`
	Terms  []termJSON `json:"terms"`
	Rest   number     `json:"rest"` // sum of the products that are not listed
	Of     string     `json:"of"`   // the layer whose outputs the inputs are
}

type termJSON struct {
	Row     int    `json:"row"`
	Column  int    `json:"column"`
	Channel int    `json:"channel"`
	Input   number `json:"input"`
	Weight  number `json:"weight"`
	Product number `json:"product"`
}

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
		answer.Digits = append(answer.Digits, digitJSON{index, int(d.labels[i]), floatsOf(pixelsOf(data.Test.Image(index)))})
	}
	if d.after != nil {
		after := passJSONOf(d.after, d.Step)
		answer.After = &after
	}
	answer.Batch = d.batchJSON(func(i int32) string { return d.set(i, data) }, data.Train.Len())
	answer.Batch.Varied = info.Config.Augmentation != nil && !info.Config.Augmentation.Off()
	answer.Cost = d.costJSON(answer.Batch, now.status)
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

func (d *dissection) batchJSON(set func(int32) string, own int) batchJSON {
	n := len(d.Index)
	b := batchJSON{Epoch: d.Epoch + 1, Number: d.Batch + 1, Batches: d.Batches, Images: d.Images, Size: n}
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
		m := memberJSON{Index: int(index), Set: set(index), Label: int(d.Examples.Labels[i]), Prediction: d.members.Predictions[i], Loss: number(d.members.Losses[i])}
		switch m.Set {
		case "pen":
			m.Index -= own
		case "own":
			m.Index -= d.Taught
		}
		if d.membersGone != nil {
			m.PredictionAfter = &d.membersGone.Predictions[i]
		}
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

func (d *dissection) costJSON(b batchJSON, now train.Status) costJSON {
	c := costJSON{StepSeconds: d.Took.Seconds(), Cores: runtime.NumCPU()}
	c.Forward, c.Backward = d.Before.Arch.MultiplyAdds()
	c.Step = (c.Forward + c.Backward) * int64(b.Size)
	c.Epoch = (c.Forward + c.Backward) * int64(b.Images)
	c.SecondsPerEpoch = c.StepSeconds * float64(b.Images) / float64(b.Size)
	if now.ImagesPerSecond > 0 {
		c.ImagesPerSecond = &now.ImagesPerSecond
	}
	return c
}

// milestones are the fixed digits at step 0, after the first epoch, and with
// the newest weights that are kept.
func (s *Server) milestones(ctx context.Context, id string, d *dissection, start *train.Snapshot, now state) ([]milestoneJSON, error) {
	data, err := s.config.Data()
	if err != nil {
		return nil, err
	}
	var pixels [][]float32
	for _, i := range d.index {
		pixels = append(pixels, pixelsOf(data.Test.Image(i)))
	}
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
	all := []milestoneJSON{{"start", passJSONOf(lesson.Propagate(start.Net, pixels, d.labels), 0), nil}}
	tell := func(name string, step int) error {
		snapshot, err := s.config.Runs.Snapshot(ctx, id, step)
		if err == nil {
			all = append(all, milestoneJSON{name, passJSONOf(lesson.Propagate(snapshot.Net, pixels, d.labels), step), accuracy[step]})
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
