package web

import (
	"context"
	"hash/maphash"
	"net/http"

	"github.com/go-chi/chi/v5"

	"filterscope/nn"
	"filterscope/nn/train"
)

// maxDrawings bounds the drawings that are kept.
const maxDrawings = 10_000

// drawingRequest is a drawing with the label that it is meant to have.
type drawingRequest struct {
	Strokes [][][]float64 `json:"strokes"`
	Label   *int          `json:"label"`
	Run     string        `json:"run"`  // "" means the newest
	Step    *int          `json:"step"` // nil means the newest
}

// saveDrawing keeps a drawing that can be drawn, with a label that the data has.
func (s *Server) saveDrawing(w http.ResponseWriter, r *http.Request) error {
	var request drawingRequest
	if err := readJSON(w, r, &request); err != nil {
		return err
	}
	data, err := s.config.Data()
	if err != nil {
		return err
	}
	if request.Label == nil || *request.Label < 0 || *request.Label >= data.Train.Classes {
		return badRequest("label: it must be a number from 0 to %d", data.Train.Classes-1)
	}
	if _, err := drawingOf(request.Strokes, data.Train.H, data.Train.W); err != nil {
		return err
	}
	id, err := s.runOrNewest(r.Context(), request.Run)
	if err != nil {
		return err
	}
	info, err := s.config.Runs.Get(r.Context(), id)
	if err != nil {
		return err
	}
	all, err := s.config.Runs.Drawings(r.Context())
	if err != nil {
		return err
	}
	if len(all) >= maxDrawings {
		return badRequest("%d drawings are kept already, which is the limit; remove some", maxDrawings)
	}
	step := info.Status.Step
	if request.Step != nil {
		step = *request.Step
	}
	if step < 0 || step > info.Status.Step {
		return badRequest("step: %d is impossible; the run has steps 0 to %d", step, info.Status.Step)
	}
	kept, err := s.config.Runs.SaveDrawing(r.Context(), train.Drawing{Label: *request.Label, Strokes: request.Strokes, Run: id, Step: step})
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusCreated, kept)
}

func (s *Server) listDrawings(w http.ResponseWriter, r *http.Request) error {
	all, err := s.config.Runs.Drawings(r.Context())
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, map[string][]train.Drawing{"drawings": append([]train.Drawing{}, all...)})
}

func (s *Server) removeDrawing(w http.ResponseWriter, r *http.Request) error {
	if err := s.config.Runs.RemoveDrawing(r.Context(), chi.URLParam(r, "drawing")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// cachedVerdicts is of how many steps the accuracy on the drawings is remembered.
const cachedVerdicts = 1024

// verdictKey is a run's weights, and a set of drawings.
type verdictKey struct {
	findingKey
	drawings uint64
}

var verdictSeed = maphash.MakeSeed()

// drawingsAccuracy answers with the share of the saved drawings that a run's
// weights read as they were meant, at the steps that a history shows.
func (s *Server) drawingsAccuracy(w http.ResponseWriter, r *http.Request) error {
	query, err := queryOf(r, "run")
	if err != nil {
		return err
	}
	id, now, err := s.runAsked(r.Context(), query.values.Get("run"))
	if err != nil {
		return err
	}
	all, err := s.config.Runs.Drawings(r.Context())
	if err != nil {
		return err
	}
	answer := struct {
		Run      string    `json:"run"`
		Drawings int       `json:"drawings"`
		Steps    []int     `json:"steps"`
		Accuracy []float64 `json:"accuracy"`
	}{id, len(all), []int{}, []float64{}}
	if len(all) == 0 {
		return writeJSON(w, http.StatusOK, answer)
	}
	set, err := examSetOf(all, now.newest.Net.Arch.Input)
	if err != nil {
		return err
	}
	answer.Steps = now.shownSteps()
	err = s.eachSnapshot(r.Context(), id, answer.Steps, func(snapshot *train.Snapshot) error {
		key := verdictKey{rowKey(id, now, snapshot.Step), set.key}
		accuracy, ok := s.verdicts.Get(key)
		if !ok {
			accuracy = set.accuracy(snapshot.Net)
			s.verdicts.Add(key, accuracy)
		}
		answer.Accuracy = append(answer.Accuracy, accuracy)
		return nil
	})
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, answer)
}

// examSet is drawings as a network reads them.
type examSet struct {
	key    uint64 // tells sets apart
	inputs [][]float32
	labels []int
}

func examSetOf(all []train.Drawing, in nn.Shape) (examSet, error) {
	var set examSet
	var names maphash.Hash
	names.SetSeed(verdictSeed)
	for _, d := range all {
		input, err := strokeInput(d.Strokes, in)
		if err != nil {
			return set, err
		}
		set.inputs, set.labels = append(set.inputs, input.pixels), append(set.labels, d.Label)
		_, _ = names.WriteString(d.ID + "\n") // never fails
	}
	set.key = names.Sum64()
	return set, nil
}

// accuracy is the share that a network reads as the label says.
func (e examSet) accuracy(net *nn.Network) float64 {
	const batch = 16
	w := nn.NewWorkspace(net.Arch, batch)
	correct := 0
	for from := 0; from < len(e.inputs); from += batch {
		n := min(batch, len(e.inputs)-from)
		for i := range n {
			w.SetInput(i, e.inputs[from+i])
		}
		logits := net.Forward(w, n)
		for i := range n {
			if predicted(logits[i*net.Arch.Classes:][:net.Arch.Classes]) == e.labels[from+i] {
				correct++
			}
		}
	}
	return float64(correct) / float64(len(e.labels))
}

// predicted is the class of the largest logit, or -1 if one is no number.
func predicted(logits []float32) int {
	best := 0
	for class, z := range logits {
		if z != z {
			return -1
		}
		if z > logits[best] {
			best = class
		}
	}
	return best
}

// taught are the newest saved drawings, as many as a run can be taught, as
// images to train on.
func (s *Server) taught(ctx context.Context) ([]train.Taught, error) {
	data, err := s.config.Data()
	if err != nil {
		return nil, err
	}
	all, err := s.config.Runs.Drawings(ctx)
	if err != nil {
		return nil, err
	}
	var taught []train.Taught
	for _, d := range all[max(0, len(all)-train.MaxTaught):] {
		if d.Label >= data.Train.Classes {
			continue // saved when runs had other data
		}
		drawing, err := drawingOf(d.Strokes, data.Train.H, data.Train.W)
		if err != nil {
			return nil, err
		}
		pixels := make([]byte, 0, data.Train.Size())
		for _, v := range spread(drawing.Pixels, data.Train.C) {
			pixels = append(pixels, byte(v*255+0.5))
		}
		taught = append(taught, train.Taught{Label: d.Label, Pixels: pixels})
	}
	if len(taught) == 0 {
		return nil, badRequest("teach: there are no saved drawings; save some with their label first")
	}
	return taught, nil
}
