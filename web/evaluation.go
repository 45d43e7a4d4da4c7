package web

import (
	"math"
	"net/http"

	"github.com/go-chi/chi/v5"

	"filterscope/nn/exam"
	"filterscope/nn/train"
)

const (
	calibrationBins = 10
	worstMistakes   = 24
	cellImages      = 60  // of a page, unless another number is asked for
	mostCellImages  = 200 // of a page
)

// evaluationJSON is how a step's weights do on the test set.
type evaluationJSON struct {
	Run            string          `json:"run"`
	Step           int             `json:"step"`
	Snapshot       bool            `json:"snapshot"` // the step's weights are kept
	Images         int             `json:"images"`
	Accuracy       float64         `json:"accuracy"`
	Loss           float64         `json:"loss"`
	Confusion      [][]int         `json:"confusion"`      // images by label, then prediction
	ClassAccuracy  []number        `json:"classAccuracy"`  // the recall, by label; null for one without images
	ClassPrecision []number        `json:"classPrecision"` // null for a class that is never predicted
	ClassF1        []number        `json:"classF1"`
	Calibration    calibrationJSON `json:"calibration"`
	Mistakes       int             `json:"mistakes"`
	Worst          []mistakeJSON   `json:"worst"` // of the mistakes, the largest loss first
}

type calibrationJSON struct {
	Error float64   `json:"error"` // expected calibration error
	Bins  []binJSON `json:"bins"`
}

type binJSON struct {
	From       float64 `json:"from"` // of the prediction's probability
	To         float64 `json:"to"`
	Count      int     `json:"count"`
	Confidence number  `json:"confidence"` // mean; null if there are no images
	Accuracy   number  `json:"accuracy"`
}

// mistakeJSON is an image, right or wrong, and what the network says of it.
type mistakeJSON struct {
	Index         int     `json:"index"` // in the test set
	Label         int     `json:"label"`
	Prediction    int     `json:"prediction"`
	Loss          float   `json:"loss"`
	Probabilities []float `json:"probabilities"` // by class
}

// cellJSON is some of a cell's images, the largest loss first.
type cellJSON struct {
	Run        string        `json:"run"`
	Step       int           `json:"step"`
	Label      int           `json:"label"`
	Prediction int           `json:"prediction"`
	Images     int           `json:"images"` // in all
	From       int           `json:"from"`
	Items      []mistakeJSON `json:"items"`
}

// evaluation answers with how a step's weights do on the test set or, with
// ?label= and ?prediction=, with the images of that cell of the confusion
// matrix, of which ?from= and ?count= choose.
func (s *Server) evaluation(w http.ResponseWriter, r *http.Request) error {
	q, err := queryOf(r, "label", "prediction", "from", "count", version)
	if err != nil {
		return err
	}
	id := chi.URLParam(r, "run")
	now, snapshot, err := s.snapshotOf(w, r)
	if err != nil || snapshot == nil {
		return err
	}
	cell, err := cellOf(q, snapshot.Net.Arch.Classes)
	if err != nil {
		return err
	}
	found, answers, err := s.exams.taken(r.Context(), keyOf(id, snapshot), snapshot.Net, examWorkers(now), cell != nil)
	if err != nil {
		return err
	}
	if cell != nil {
		cell.Run, cell.Step = id, snapshot.Step
		cell.fill(answers)
		return writeJSON(w, http.StatusOK, cell)
	}
	return writeJSON(w, http.StatusOK, found.json(id, snapshot))
}

// cellOf reads which cell is asked for, nil if none is.
func cellOf(q query, classes int) (*cellJSON, error) {
	c := &cellJSON{}
	for _, f := range []struct {
		name                  string
		value                 *int
		fallback, least, most int
	}{
		{"label", &c.Label, -1, 0, classes - 1}, {"prediction", &c.Prediction, -1, 0, classes - 1},
		{"from", &c.From, 0, 0, math.MaxInt32}, {"count", &c.Images, cellImages, 1, mostCellImages},
	} {
		var err error
		if *f.value, err = q.integer(f.name, f.fallback, f.least, f.most); err != nil {
			return nil, err
		}
	}
	switch {
	case c.Label >= 0 && c.Prediction < 0:
		return nil, badRequest("prediction: it is left out; use a class, as a cell has a label and a prediction")
	case c.Label < 0 && c.Prediction >= 0:
		return nil, badRequest("label: it is left out; use a class, as a cell has a label and a prediction")
	case c.Label < 0 && (q.values.Has("from") || q.values.Has("count")):
		return nil, badRequest("from, count: they choose among a cell's images; use label and prediction too")
	case c.Label < 0:
		return nil, nil
	}
	return c, nil
}

// fill takes the images from the answers; c.Images is how many it takes at most.
func (c *cellJSON) fill(a *exam.Answers) {
	all := a.Cell(c.Label, c.Prediction)
	from := min(c.From, len(all))
	c.Items = mistakesOf(a, all[from:min(from+c.Images, len(all))])
	c.Images = len(all)
}

func mistakesOf(a *exam.Answers, images []int) []mistakeJSON {
	all := make([]mistakeJSON, len(images))
	for i, at := range images {
		all[i] = mistakeJSON{at, int(a.Labels[at]), int(a.Predictions[at]), float(a.Losses[at]), floatsOf(a.Of(at))}
	}
	return all
}

func gradesOf(a *exam.Answers) *grades {
	e := a.Evaluation()
	return &grades{e, exam.Scores(e.Confusion), a.Calibration(calibrationBins), mistakesOf(a, a.Worst(worstMistakes))}
}

func (g *grades) json(id string, snapshot *train.Snapshot) evaluationJSON {
	e := &g.evaluation
	answer := evaluationJSON{
		Run: id, Step: snapshot.Step, Snapshot: snapshot.Keep, Images: e.N, Accuracy: e.Accuracy(), Loss: e.Loss(), Confusion: e.Confusion,
		Mistakes: e.N - e.Correct, Worst: g.worst, Calibration: calibrationJSON{Error: g.calibration.Error},
	}
	for _, score := range g.scores {
		answer.ClassAccuracy = append(answer.ClassAccuracy, number(score.Recall))
		answer.ClassPrecision = append(answer.ClassPrecision, number(score.Precision))
		answer.ClassF1 = append(answer.ClassF1, number(score.F1))
	}
	for i, bin := range g.calibration.Bins {
		b := binJSON{float64(i) / calibrationBins, float64(i+1) / calibrationBins, bin.Count, number(bin.Confidence), number(bin.Accuracy)}
		if bin.Count == 0 {
			b.Confidence, b.Accuracy = number(math.NaN()), number(math.NaN())
		}
		answer.Calibration.Bins = append(answer.Calibration.Bins, b)
	}
	return answer
}
