package web

import (
	"context"
	"fmt"

	"filterscope/nn"
	"filterscope/nn/feature"
)

const (
	histogramBins   = 40
	connectionsTold = 8
	rareShare       = 0.01 // of images: a unit that answers to fewer is rare
)

// unitJSON is all about a unit at a step.
type unitJSON struct {
	Run        string            `json:"run"`
	Step       int               `json:"step"`
	Snapshot   bool              `json:"snapshot"`
	Level      string            `json:"level"`
	Layer      string            `json:"layer"`
	Unit       int               `json:"unit"`
	Units      int               `json:"units"`
	Kind       string            `json:"kind"`  // "convolution" or "class"
	Input      [3]int            `json:"input"` // height, width, channels
	Field      fieldJSON         `json:"field"`
	Growth     []growthJSON      `json:"growth"` // of the receptive field, layer by layer, up to this one; empty if it is the whole image
	Place      placeJSON         `json:"place"`  // in the layer's output, of the maximization
	Filter     filterJSON        `json:"filter"`
	Dead       bool              `json:"dead"`    // it answers to no image with a value above 0
	Rare       bool              `json:"rare"`    // it answers so to under 1 % of them
	Best       float32           `json:"best"`    // largest answer to an image
	Reached    float32           `json:"reached"` // answer to the maximization
	Probe      probeJSON         `json:"probe"`   // the images
	Patches    []patchJSON       `json:"patches"` // the strongest first
	Vitals     vitalsJSON        `json:"vitals"`
	Histograms histogramsJSON    `json:"histograms"`
	Incoming   []connectionJSON  `json:"incoming"`
	Outgoing   []connectionJSON  `json:"outgoing"`
	Alt        map[string]string `json:"alt"` // of the pictures
}

// fieldJSON is what pictures of the unit show: the place in row y and column x
// of the layer's output sees height by width pixels from row + y*rowStep and
// column + x*columnStep.
type fieldJSON struct {
	Height     int  `json:"height"`
	Width      int  `json:"width"`
	Row        int  `json:"row"`
	Column     int  `json:"column"`
	RowStep    int  `json:"rowStep"`
	ColumnStep int  `json:"columnStep"`
	Whole      bool `json:"whole"` // the whole image
}

// growthJSON is what a layer adds to the receptive field: a filter or a
// max-pool's window of height by width values, which lie rowStep and columnStep
// pixels apart.
type growthJSON struct {
	Layer      string `json:"layer"`
	Height     int    `json:"height"`
	Width      int    `json:"width"`
	RowStep    int    `json:"rowStep"`
	ColumnStep int    `json:"columnStep"`
}

// growthOf is how the receptive field of a layer comes about.
func growthOf(a *nn.Architecture, layer int) []growthJSON {
	growth := []growthJSON{}
	for i, l := range a.Layers[:layer+1] {
		if l.Kind == nn.Conv || l.Kind == nn.MaxPool {
			before := feature.Field(a, i-1)
			growth = append(growth, growthJSON{l.Name, l.FilterH, l.FilterW, before.JumpH, before.JumpW})
		}
	}
	return growth
}

type placeJSON struct {
	Row    int `json:"row"`
	Column int `json:"column"`
}

type filterJSON struct {
	Height   int        `json:"height"`
	Width    int        `json:"width"`
	Channels int        `json:"channels"`
	Range    [2]float64 `json:"range"`
}

type patchJSON struct {
	Image  int     `json:"image"` // index in the probe's set
	Label  int     `json:"label"`
	Value  float32 `json:"value"`
	Row    int     `json:"row"` // in the layer's output
	Column int     `json:"column"`
	Top    int     `json:"top"` // the first pixel that the unit sees there
	Left   int     `json:"left"`
}

type vitalsJSON struct {
	Norm           float64   `json:"norm"`
	Bias           float64   `json:"bias"`
	GradientNorm   float64   `json:"gradientNorm"`
	UpdateRatio    float64   `json:"updateRatio"` // per step since UpdateSince
	UpdateSince    *int      `json:"updateSince"`
	Distance       float64   `json:"distance"` // from step 0
	ActiveShare    float64   `json:"activeShare"`
	Selectivity    []float64 `json:"selectivity"`
	SelectiveClass int       `json:"selectiveClass"`
}

type histogramsJSON struct {
	Weights  histogramJSON `json:"weights"`
	Gradient histogramJSON `json:"gradient"`
}

type histogramJSON struct {
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
	Counts []int   `json:"counts"`
}

type connectionJSON struct {
	Level  string  `json:"level"` // "" if the layer has no page for its units
	Layer  string  `json:"layer"`
	Unit   int     `json:"unit"`
	Weight float64 `json:"weight"`
}

func (s *Server) unitJSON(ctx context.Context, u subject) (unitJSON, error) {
	u.ask()
	net := u.found.net
	l, in := net.Arch.Layers[u.layer], net.Arch.Input
	answer := unitJSON{
		Run: u.run, Step: u.snapshot.Step, Snapshot: u.snapshot.Keep,
		Level: u.level, Layer: l.Name, Unit: u.unit, Units: l.Out.C, Kind: "convolution", Input: [3]int{in.H, in.W, in.C},
		Field: fieldJSON{u.window.SizeH, u.window.SizeW, u.window.StartY, u.window.StartX, u.window.JumpH, u.window.JumpW, u.window.Whole},
		Place: placeJSON{u.window.Y, u.window.X}, Patches: []patchJSON{}, Probe: u.probeJSON(),
	}
	if l.Kind == nn.Dense {
		answer.Kind = "class"
	}
	if answer.Growth = []growthJSON{}; !u.window.Whole {
		answer.Growth = growthOf(net.Arch, u.layer)
	}
	answer.Best = finite(u.survey.Top(1).Max)[0]
	answer.Reached = finite([]float32{u.found.maximization(u.layer).Reached[u.unit]})[0]
	share := u.survey.ActiveShare(0)
	answer.Dead, answer.Rare = share == 0, share > 0 && share < rareShare
	for _, p := range u.patches {
		answer.Patches = append(answer.Patches, u.patchJSON(p))
	}
	if err := s.measure(ctx, u, &answer); err != nil {
		return answer, err
	}
	answer.Vitals.ActiveShare = share
	incoming, outgoing := feature.Connections(net, u.layer, u.unit)
	answer.Incoming, answer.Outgoing = connectionsJSON(net.Arch, incoming), connectionsJSON(net.Arch, outgoing)
	answer.Alt = u.alts(answer)
	return answer, nil
}

func (u *subject) probeJSON() probeJSON {
	if u.isTest {
		return probeJSON{testProbe, u.probe().Len()}
	}
	return probeJSON{trainProbe, u.probe().Len()}
}

func (u *subject) patchJSON(p feature.Patch) patchJSON {
	f := u.window
	j := patchJSON{
		Image: p.Image, Label: u.probe().Label(p.Image), Value: finite([]float32{p.Value})[0], Row: p.Y, Column: p.X,
		Top: f.StartY + p.Y*f.JumpH, Left: f.StartX + p.X*f.JumpW,
	}
	if !u.isTest {
		j.Image = u.found.bench.index[p.Image]
	}
	return j
}

// measure fills in the vitals, the filter and the histograms.
func (s *Server) measure(ctx context.Context, u subject, answer *unitJSON) error {
	row, err := s.row(ctx, u.specimen)
	if err != nil {
		return err
	}
	l, of := u.found.net.Arch.Layers[u.layer], row.units[u.layer][u.unit]
	answer.Vitals = vitalsJSON{
		Norm: of.Norm, Bias: of.Bias, GradientNorm: of.GradientNorm, UpdateRatio: of.UpdateRatio, UpdateSince: row.since,
		Distance: of.Distance, Selectivity: of.selectivity, SelectiveClass: nn.Largest(of.selectivity),
	}
	weights := feature.Incoming(u.found.net, u.layer, u.unit)
	gradient := feature.Incoming(&nn.Network{Arch: u.found.net.Arch, Weights: row.gradient}, u.layer, u.unit)
	answer.Histograms = histogramsJSON{histogram(weights), histogram(gradient)}
	answer.Filter = filterJSON{Height: l.FilterH, Width: l.FilterW, Channels: l.In.C, Range: [2]float64{answer.Histograms.Weights.Min, answer.Histograms.Weights.Max}}
	if l.Kind == nn.Dense {
		answer.Filter.Height, answer.Filter.Width = l.In.H, l.In.W
	}
	return nil
}

func histogram(values []float64) histogramJSON {
	h := feature.HistogramOf(values, histogramBins)
	return histogramJSON{h.Min, h.Max, h.Counts}
}

func connectionsJSON(a *nn.Architecture, all []feature.Connection) []connectionJSON {
	told := []connectionJSON{}
	for _, c := range all[:min(connectionsTold, len(all))] {
		told = append(told, connectionJSON{levelOfLayer(a, c.Layer), a.Layers[c.Layer].Name, c.Unit, c.Weight})
	}
	return told
}

// alts says in words what the unit's pictures show.
func (u *subject) alts(j unitJSON) map[string]string {
	name := fmt.Sprintf("%s, unit %d, at step %d", j.Layer, j.Unit, j.Step)
	labels := ""
	for i, p := range j.Patches {
		if i > 0 {
			labels += ", "
		}
		labels += u.found.bench.data.ClassNames[p.Label]
	}
	alts := map[string]string{
		filterView: fmt.Sprintf("Weights of %s: %d by %d by %d, from %.3g to %.3g; light adds, dark takes away",
			name, j.Filter.Height, j.Filter.Width, j.Filter.Channels, j.Filter.Range[0], j.Filter.Range[1]),
		maximizationView: fmt.Sprintf("Input made to drive %s: it answers %.3g; to the best of %d images it answers %.3g", name, j.Reached, j.Probe.Images, j.Best),
		patchesView:      fmt.Sprintf("The %d patches of %d images that excite %s most, labelled %s", len(j.Patches), j.Probe.Images, name, labels),
		projectionView:   fmt.Sprintf("What in these patches drives %s; light pixels add, dark ones take away", name),
	}
	if j.Dead {
		for _, view := range []string{maximizationView, patchesView, projectionView} {
			alts[view] = fmt.Sprintf("%s is dead: it answers to none of %d images", name, j.Probe.Images)
		}
	}
	return alts
}
