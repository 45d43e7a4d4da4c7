package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"

	lru "github.com/hashicorp/golang-lru/v2"

	"filterscope/nn"
	"filterscope/nn/digits"
	"filterscope/nn/train"
)

// predictRequest asks what a drawing is.
type predictRequest struct {
	Strokes [][][]float64   `json:"strokes"` // of points [x, y]; x right, y down, any scale
	Run     string          `json:"run"`     // "" means the newest
	Step    json.RawMessage `json:"step"`    // a number, or "latest", which is the default
}

// prediction is the answer.
type prediction struct {
	Label         int        `json:"label"`
	Probabilities []float64  `json:"probabilities"`
	Pixels        []float32  `json:"pixels"` // what the net saw, row by row, in [0, 1]
	Box           [4]float64 `json:"box"`    // of the ink in pixels: left, top, right, bottom
	Run           string     `json:"run"`
	Step          int        `json:"step"`
	Snapshot      bool       `json:"snapshot"` // the step's weights are kept
}

func (s *Server) predict(w http.ResponseWriter, r *http.Request) error {
	var request predictRequest
	if err := readJSON(w, r, &request); err != nil {
		return err
	}
	strokes, err := request.drawing()
	if err != nil {
		return err
	}
	step, err := request.step()
	if err != nil {
		return err
	}
	id, err := s.runOrNewest(r, request.Run)
	if err != nil {
		return err
	}
	_, now, err := s.watch(r.Context(), id)
	if err != nil {
		return err
	}
	snapshot, err := s.snapshotAt(r.Context(), id, now, step)
	if err != nil {
		return err
	}
	answer, err := s.workspaces.classify(snapshot, strokes)
	if err != nil {
		return err
	}
	answer.Run = id
	return writeJSON(w, http.StatusOK, answer)
}

func (p predictRequest) drawing() ([]digits.Stroke, error) {
	strokes := make([]digits.Stroke, len(p.Strokes))
	for i, points := range p.Strokes {
		for j, point := range points {
			if len(point) != 2 {
				return nil, badRequest("strokes: point %d of stroke %d has %d numbers; use [x, y]", j, i, len(point))
			}
			strokes[i] = append(strokes[i], digits.Point{X: point[0], Y: point[1]})
		}
	}
	return strokes, nil
}

func (p predictRequest) step() (string, error) {
	var text string
	if json.Unmarshal(p.Step, &text) == nil {
		return text, nil
	}
	return string(p.Step), nil
}

// runOrNewest returns the run that is asked for, or the newest.
func (s *Server) runOrNewest(r *http.Request, id string) (string, error) {
	if id != "" {
		return id, nil
	}
	infos, err := s.config.Runs.List(r.Context())
	if err != nil {
		return "", err
	}
	if len(infos) == 0 {
		return "", train.ErrNoRun
	}
	return infos[0].ID, nil
}

// workspaces are kept for the next prediction, by architecture.
type workspaces struct {
	mu    sync.Mutex
	pools *lru.Cache[string, *sync.Pool]
}

// cachedWorkspaces is the number of architectures that workspaces are kept of.
const cachedWorkspaces = 4

func (w *workspaces) of(arch *nn.Architecture) *sync.Pool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.pools == nil {
		w.pools = newCache[string, *sync.Pool](cachedWorkspaces)
	}
	pool, ok := w.pools.Get(arch.Text)
	if !ok {
		pool = &sync.Pool{New: func() any { return nn.NewWorkspace(arch, 1) }}
		w.pools.Add(arch.Text, pool)
	}
	return pool
}

// classify draws the strokes as the net's input and predicts.
func (w *workspaces) classify(s *train.Snapshot, strokes []digits.Stroke) (prediction, error) {
	arch := s.Net.Arch
	drawing, err := digits.Rasterize(strokes, arch.Input.H, arch.Input.W)
	if err != nil {
		return prediction{}, badRequest("strokes: %v", err)
	}
	pool := w.of(arch)
	workspace := pool.Get().(*nn.Workspace)
	defer pool.Put(workspace)
	workspace.SetInput(0, spread(drawing.Pixels, arch.Input.C))
	probabilities := make([]float32, arch.Classes)
	nn.Softmax(s.Net.Forward(workspace, 1), probabilities)
	box := drawing.Box
	answer := prediction{
		Pixels: drawing.Pixels, Box: [4]float64{box.Left, box.Top, box.Right, box.Bottom},
		Step: s.Step, Snapshot: s.Keep,
	}
	for label, p := range probabilities {
		if p != p {
			return prediction{}, &httpError{Status: http.StatusConflict, Message: fmt.Sprintf("the weights of step %d give no numbers: the training has diverged", s.Step)}
		}
		answer.Probabilities = append(answer.Probabilities, float64(p))
		if p > probabilities[answer.Label] {
			answer.Label = label
		}
	}
	return answer, nil
}

// spread repeats each pixel for every channel.
func spread(pixels []float32, channels int) []float32 {
	if channels == 1 {
		return pixels
	}
	all := make([]float32, 0, len(pixels)*channels)
	for _, v := range pixels {
		for range channels {
			all = append(all, v)
		}
	}
	return all
}
