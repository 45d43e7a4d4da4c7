package web

import (
	"context"
	"fmt"
	"math"
	"time"

	"filterscope/nn"
	"filterscope/nn/digits"
	"filterscope/nn/feature"
	"filterscope/nn/train"
)

// runJSON is a run as clients see it.
type runJSON struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Created time.Time `json:"created"`
	train.Status
	Units          []train.Hold `json:"units"` // silenced and frozen, oldest first; those of the status, also where there are none
	Seed           uint64       `json:"seed"`
	Architecture   string       `json:"architecture"`
	Optimizer      string       `json:"optimizer"`
	Momentum       float64      `json:"momentum"`
	Schedule       string       `json:"schedule"`
	Validation     int          `json:"validation"`
	TargetAccuracy float64      `json:"targetAccuracy"`
	Taught         int          `json:"taught"` // images beside the data set that it trains on
	Data           string       `json:"data"`
	Config         train.Config `json:"config"` // as it was started
}

func (s *Server) runJSON(info train.Info) (runJSON, error) {
	data, err := s.config.Data()
	if err != nil {
		return runJSON{}, err
	}
	c := info.Config
	taught := len(c.Taught)
	c.Taught = nil // which are too many to be told with every status
	return runJSON{
		ID: info.ID, Name: info.Name, Created: info.Created, Status: info.Status,
		Units: append([]train.Hold{}, info.Status.Holds()...),
		Seed:  c.Seed, Architecture: c.Architecture, Optimizer: c.Optimizer, Momentum: c.Momentum,
		Schedule: c.Schedule, Taught: taught, Validation: c.Validation, TargetAccuracy: c.TargetAccuracy,
		Data: data.Name, Config: c,
	}, nil
}

// The messages of the stream. Pictures and curves are binary messages with a
// header of their own.
type (
	helloMessage struct {
		Type    string      `json:"type"` // "hello"
		Run     runJSON     `json:"run"`
		Levels  []levelJSON `json:"levels"`
		Classes []string    `json:"classes"`
		Dataset datasetJSON `json:"dataset"`
		Input   [3]int      `json:"input"`  // height, width, channels
		Digits  []int       `json:"digits"` // the fixed test images whose feature maps are shown
		// MayChange is whether this browser may change runs, and not only look.
		MayChange bool `json:"mayChange"`
		presentationState
	}
	runMessage struct {
		Type          string  `json:"type"` // "run"
		Run           runJSON `json:"run"`
		PictureShare  float64 `json:"pictureShare"`  // of all processors, used for live pictures
		PictureBudget float64 `json:"pictureBudget"` // its limit
	}
	metricsMessage struct {
		Type string `json:"type"` // "metrics"
		From int    `json:"from"` // index of the first train point here; index i is step i+1
		metricsJSON
	}
	snapshotsMessage struct {
		Type  string `json:"type"` // "snapshots"
		Steps []int  `json:"steps"`
	}
	evaluationMessage struct {
		Type string `json:"type"` // "evaluation"
		train.Evaluation
	}
	closingMessage struct {
		Type   string `json:"type"` // "closing"
		Reason string `json:"reason"`
	}
)

// levelJSON tells what a level of the run's architecture is.
type levelJSON struct {
	Name           string `json:"name"`
	Layer          string `json:"layer,omitempty"`
	Units          int    `json:"units,omitempty"`
	Filter         []int  `json:"filter,omitempty"`         // height, width, input channels
	ReceptiveField []int  `json:"receptiveField,omitempty"` // height, width on the input
	Text           string `json:"text,omitempty"`
	Missing        string `json:"missing,omitempty"` // why there is no such level
}

// missing says why an architecture of so many convolutions lacks a level.
func missing(level string, convolutions int) string {
	switch convolutions {
	case 0:
		return "This architecture has no convolution, so it has no filters to show."
	case 1:
		return "This architecture has one convolution, so it has only a low level."
	}
	return fmt.Sprintf("This architecture has %d convolutions, so there is no %s level.", convolutions, level)
}

type datasetJSON struct {
	Name   string `json:"name"`
	Credit string `json:"credit"`
	Train  int    `json:"train"`
	Test   int    `json:"test"`
}

func (s *Server) hello(ctx context.Context, id string, arch *nn.Architecture) (helloMessage, error) {
	info, err := s.config.Runs.Get(ctx, id)
	if err != nil {
		return helloMessage{}, err
	}
	run, err := s.runJSON(info)
	if err != nil {
		return helloMessage{}, err
	}
	data, err := s.config.Data()
	if err != nil {
		return helloMessage{}, err
	}
	return helloMessage{
		Type: "hello", Run: run, Levels: levelsJSON(arch), Classes: data.ClassNames,
		Dataset: datasetOf(data), Input: [3]int{arch.Input.H, arch.Input.W, arch.Input.C},
		Digits: fixedDigits(data),
	}, nil
}

func datasetOf(d *digits.Data) datasetJSON {
	return datasetJSON{d.Name, d.Credit, d.Train.Len(), d.Test.Len()}
}

// levelsJSON describes low, mid and high, those included that the
// architecture lacks.
func levelsJSON(a *nn.Architecture) []levelJSON {
	var levels []levelJSON
	for _, name := range []string{"low", "mid", "high"} {
		layer, err := a.Level(name)
		if err != nil {
			levels = append(levels, levelJSON{Name: name, Missing: missing(name, len(a.Convolutions()))})
			continue
		}
		l := a.Layers[layer]
		field := feature.Field(a, layer)
		level := levelJSON{
			Name: name, Layer: l.Name, Units: l.Out.C,
			Filter:         []int{l.FilterH, l.FilterW, l.In.C},
			ReceptiveField: []int{field.SizeH, field.SizeW},
		}
		level.Text = fmt.Sprintf("%d units, each seeing %d×%d pixels of the image", l.Out.C, field.SizeH, field.SizeW)
		if layer == a.Convolutions()[0] {
			level.Text = fmt.Sprintf("%d filters of %d×%d weights", l.Out.C, l.FilterH, l.FilterW)
		}
		levels = append(levels, level)
	}
	return levels
}

// metricsJSON are the metric points of a run, as columns.
type metricsJSON struct {
	Train      seriesJSON `json:"train"`
	Test       seriesJSON `json:"test"`
	Validation seriesJSON `json:"validation"`
}

// seriesJSON are points as columns. Epoch and seconds are zero where the log is
// from before they were recorded.
type seriesJSON struct {
	Step     []int     `json:"step"`
	Epoch    []float64 `json:"epoch"`   // done, with the share of the one under way
	Seconds  []float64 `json:"seconds"` // that the updates so far took to compute
	Loss     []float64 `json:"loss"`
	Accuracy []float64 `json:"accuracy"`
}

// columns returns a run's points, the train points from an index on.
func columns(now state, from int) metricsJSON {
	p := now.points
	m := metricsJSON{
		Train:      seriesJSON{Step: p.step[from:], Epoch: p.epoch[from:], Seconds: p.seconds[from:], Loss: p.loss[from:], Accuracy: p.accuracy[from:]},
		Test:       evaluationSeries(now, train.TestSet),
		Validation: evaluationSeries(now, train.ValidationSet),
	}
	if p.len() == 0 {
		m.Train = noPoints()
	}
	return m
}

func noPoints() seriesJSON {
	return seriesJSON{Step: []int{}, Epoch: []float64{}, Seconds: []float64{}, Loss: []float64{}, Accuracy: []float64{}}
}

func evaluationSeries(now state, set string) seriesJSON {
	s := noPoints()
	for _, e := range now.evaluations {
		if e.Set == set && !math.IsInf(e.Loss, 0) && !math.IsNaN(e.Loss) {
			epoch, seconds := now.points.when(e.Step)
			s.add(e.Step, epoch, seconds, e.Loss, e.Accuracy)
		}
	}
	return s
}

func (c *seriesJSON) add(step int, epoch, seconds, loss, accuracy float64) {
	c.Step = append(c.Step, step)
	c.Epoch = append(c.Epoch, epoch)
	c.Seconds = append(c.Seconds, seconds)
	c.Loss = append(c.Loss, loss)
	c.Accuracy = append(c.Accuracy, accuracy)
}
