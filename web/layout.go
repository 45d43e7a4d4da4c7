package web

import (
	"math"
	"net/http"

	"github.com/go-chi/chi/v5"

	"filterscope/nn/feature"
)

// layoutJSON is where the first test images lie by a step's last hidden layer.
// The lists have one entry for each image.
type layoutJSON struct {
	Run           string     `json:"run"`
	Step          int        `json:"step"`
	Snapshot      bool       `json:"snapshot"`  // the step's weights are kept
	Layer         string     `json:"layer"`     // "input" of a network without a hidden layer
	Width         int        `json:"width"`     // values of the layer
	Images        int        `json:"images"`    // the first of the test set
	Explained     [2]float64 `json:"explained"` // share of the layer's variance that each axis shows
	Most          float64    `json:"most"`      // that any two axes could show
	X             []float64  `json:"x"`         // in units of the root mean square distance from the centre
	Y             []float64  `json:"y"`
	Labels        []int      `json:"labels"`
	Predictions   []int      `json:"predictions"`
	Probabilities []float64  `json:"probabilities"` // of the predictions
}

// layoutMap answers with a step's map.
func (s *Server) layoutMap(w http.ResponseWriter, r *http.Request) error {
	if _, err := queryOf(r, version); err != nil {
		return err
	}
	id := chi.URLParam(r, "run")
	now, snapshot, err := s.snapshotOf(w, r)
	if err != nil || snapshot == nil {
		return err
	}
	l, err := s.layoutAt(r.Context(), id, now, snapshot)
	if err != nil {
		return err
	}
	answer := layoutJSON{
		Run: id, Step: snapshot.Step, Snapshot: snapshot.Keep, Layer: "input", Width: l.Width, Images: len(l.X), Explained: l.Explained, Most: l.Most,
		X: rounded(append([]float64{}, l.X...), 1e4), Y: rounded(append([]float64{}, l.Y...), 1e4),
	}
	if layer := feature.HiddenLayer(snapshot.Net.Arch); layer >= 0 {
		answer.Layer = snapshot.Net.Arch.Layers[layer].Name
	}
	for i := range l.X {
		answer.Labels = append(answer.Labels, int(l.answers.Labels[i]))
		answer.Predictions = append(answer.Predictions, int(l.answers.Predictions[i]))
		answer.Probabilities = append(answer.Probabilities, math.Round(float64(l.answers.Confidence(i))*1e4)/1e4)
	}
	return writeJSON(w, http.StatusOK, answer)
}
