package web

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"sync"

	lru "github.com/hashicorp/golang-lru/v2"

	"filterscope/nn"
	"filterscope/nn/train"
)

// question names an input, and the weights that are asked about it.
type question struct {
	inputRequest
	Run  string          `json:"run"`  // "" means the newest
	Step json.RawMessage `json:"step"` // a number, or "latest", which is the default
}

// asked is what a question is about.
type asked struct {
	run      string
	step     string // as it was asked for: a number or "latest"
	now      state  // of the run
	snapshot *train.Snapshot
	input    input
}

// ask finds what a question is about.
func (s *Server) ask(ctx context.Context, q question) (asked, error) {
	var a asked
	var err error
	if a.run, a.now, err = s.runAsked(ctx, q.Run); err != nil {
		return a, err
	}
	a.step = cmp.Or(q.step(), "latest")
	if a.snapshot, err = s.snapshotAt(ctx, a.run, a.now, a.step); err != nil {
		return a, err
	}
	a.input, err = s.inputOf(ctx, q.inputRequest, a.snapshot.Net.Arch.Input)
	return a, err
}

// runAsked is the run of a name, or the newest, and its state.
func (s *Server) runAsked(ctx context.Context, id string) (string, state, error) {
	id, err := s.runOrNewest(ctx, id)
	if err != nil {
		return "", state{}, err
	}
	_, now, err := s.watch(ctx, id)
	return id, now, err
}

// runOrNewest returns the run that is asked for, or the newest.
func (s *Server) runOrNewest(ctx context.Context, id string) (string, error) {
	if id != "" {
		return id, nil
	}
	infos, err := s.config.Runs.List(ctx)
	if err != nil {
		return "", err
	}
	if len(infos) == 0 {
		return "", train.ErrNoRun
	}
	return infos[0].ID, nil
}

func (q question) step() string {
	var text string
	if json.Unmarshal(q.Step, &text) == nil {
		return text
	}
	return string(q.Step)
}

// prediction is what a network says of an input.
type prediction struct {
	Label         int        `json:"label"`
	Probabilities []float64  `json:"probabilities"`
	Pixels        []float32  `json:"pixels"` // what the net saw in 0..1: [H][W] of a drawing, [H][W][C] of an image with channels of its own
	Box           [4]float64 `json:"box"`    // of the ink in pixels: left, top, right, bottom
	Center        [2]float64 `json:"center"` // of the ink's mass: from the left, from the top
	Run           string     `json:"run"`
	Step          int        `json:"step"`
	Snapshot      bool       `json:"snapshot"` // the step's weights are kept
	verdictJSON
}

func (s *Server) predict(w http.ResponseWriter, r *http.Request) error {
	var q question
	if err := readJSON(w, r, &q); err != nil {
		return err
	}
	a, err := s.ask(r.Context(), q)
	if err != nil {
		return err
	}
	probabilities, ok := s.workspaces.classify(a.snapshot.Net, a.input.pixels)
	if !ok {
		return diverged(a.snapshot.Step)
	}
	label := nn.Largest(probabilities)
	verdict, err := s.verdict(a, label)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, prediction{
		Label: label, verdictJSON: verdict, Probabilities: probabilities, Pixels: a.input.told, Box: a.input.box, Center: a.input.center,
		Run: a.run, Step: a.snapshot.Step, Snapshot: a.snapshot.Keep,
	})
}

// diverged says that a step's weights are of no use.
func diverged(step int) error {
	return &httpError{Status: http.StatusConflict, Message: fmt.Sprintf("the weights of step %d give no numbers: the training has diverged", step)}
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

// classify returns the classes' probabilities for an input; false means that the
// weights give no numbers.
func (w *workspaces) classify(net *nn.Network, pixels []float32) ([]float64, bool) {
	pool := w.of(net.Arch)
	workspace := pool.Get().(*nn.Workspace)
	defer pool.Put(workspace)
	workspace.SetInput(0, pixels)
	probabilities := make([]float32, net.Arch.Classes)
	nn.Softmax(net.Forward(workspace, 1), probabilities)
	var wide []float64
	for _, p := range probabilities {
		if math.IsNaN(float64(p)) {
			return nil, false
		}
		wide = append(wide, float64(p))
	}
	return wide, true
}
