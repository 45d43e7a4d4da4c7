package web

import (
	"context"
	"strings"

	"filterscope/nn"
	"filterscope/nn/feature"
	"filterscope/nn/train"
)

type (
	// blueprintJSON is an architecture as a table.
	blueprintJSON struct {
		Text         string           `json:"text"`            // canonical
		About        string           `json:"about,omitempty"` // of one that was given by name
		Input        [3]int           `json:"input"`
		Classes      int              `json:"classes"`
		Layers       []blueprintLayer `json:"layers"`
		Levels       []levelJSON      `json:"levels"` // low, mid and high, also where there is none
		Parameters   int              `json:"parameters"`
		MultiplyAdds multiplyAddsJSON `json:"multiplyAdds"`
	}

	// multiplyAddsJSON are products added up for one image.
	multiplyAddsJSON struct {
		Forward  int64 `json:"forward"`
		Backward int64 `json:"backward"`
	}

	blueprintLayer struct {
		Name         string `json:"name"` // "conv1"
		Kind         string `json:"kind"`
		Text         string `json:"text"`            // as in the architecture's
		Level        string `json:"level,omitempty"` // low, mid or high
		Input        [3]int `json:"input"`           // height, width, channels
		Output       [3]int `json:"output"`
		Weights      int    `json:"weights"`
		Biases       int    `json:"biases"`
		Field        [2]int `json:"field"`        // pixels of the image that a value sees: height, width
		Jump         [2]int `json:"jump"`         // from one value's to the next one's
		Whole        bool   `json:"whole"`        // it sees the whole image, or more
		MultiplyAdds int64  `json:"multiplyAdds"` // forward, for one image
	}

	// planJSON is what a configuration takes.
	planJSON struct {
		ImagesPerEpoch int        `json:"imagesPerEpoch"`
		StepsPerEpoch  int        `json:"stepsPerEpoch"`
		FirstStep      int        `json:"firstStep"` // of a branch, where it begins
		LastStep       int        `json:"lastStep"`
		WeightBytes    int        `json:"weightBytes"`   // of a step
		Snapshots      int        `json:"snapshots"`     // steps whose weights are kept, at most
		SnapshotBytes  int        `json:"snapshotBytes"` // of them all
		Speed          *speedJSON `json:"speed"`         // null where nothing comparable trains now
	}

	// speedJSON is measured now, on a run of the same architecture and batch
	// size that trains as fast as it can.
	speedJSON struct {
		Run             string  `json:"run"`
		Name            string  `json:"name"`
		ImagesPerSecond float64 `json:"imagesPerSecond"`
		SecondsPerEpoch float64 `json:"secondsPerEpoch"`
	}
)

func blueprintOf(a *nn.Architecture) *blueprintJSON {
	n := &blueprintJSON{Text: a.Text, Input: shapeOf(a.Input), Classes: a.Classes, Levels: levelsJSON(a), Parameters: a.Parameters()}
	for _, p := range nn.Presets() {
		if p.Name == a.Preset {
			n.About = p.About
		}
	}
	n.MultiplyAdds.Forward, n.MultiplyAdds.Backward = a.MultiplyAdds()
	levels := map[int]string{}
	for _, l := range a.Levels() {
		levels[l.Layer] = l.Name
	}
	texts := strings.Split(a.Text, " | ")
	for i := range a.Layers {
		l, field := &a.Layers[i], feature.Field(a, i)
		n.Layers = append(n.Layers, blueprintLayer{
			Name: l.Name, Kind: l.Kind.String(), Text: texts[i], Level: levels[i], Input: shapeOf(l.In), Output: shapeOf(l.Out),
			Weights: l.Weight.Len, Biases: l.Bias.Len, MultiplyAdds: l.MultiplyAdds(),
			Field: [2]int{field.SizeH, field.SizeW}, Jump: [2]int{field.JumpH, field.JumpW},
			Whole: field.SizeH >= a.Input.H && field.SizeW >= a.Input.W,
		})
	}
	return n
}

func (s *Server) planJSON(ctx context.Context, c train.Config, arch *nn.Architecture, p train.Plan) (*planJSON, error) {
	const floatBytes = 4
	answer := &planJSON{
		ImagesPerEpoch: p.ImagesPerEpoch, StepsPerEpoch: p.StepsPerEpoch, FirstStep: p.FirstStep, LastStep: p.LastStep,
		WeightBytes: floatBytes * arch.Parameters(), Snapshots: p.Snapshots,
	}
	answer.SnapshotBytes = answer.WeightBytes * p.Snapshots
	infos, err := s.config.Runs.List(ctx)
	if err != nil {
		return nil, err
	}
	for _, info := range infos {
		now := info.Status
		if now.State == train.Running && now.Pace == (train.Pace{}) && now.ImagesPerSecond > 0 &&
			info.Config.Architecture == c.Architecture && now.BatchSize == c.BatchSize {
			answer.Speed = &speedJSON{info.ID, info.Name, now.ImagesPerSecond, float64(p.ImagesPerEpoch) / now.ImagesPerSecond}
			break
		}
	}
	return answer, nil
}
