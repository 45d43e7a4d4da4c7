package web

import (
	"context"
	"net/http"
	"slices"

	"filterscope/nn"
	"filterscope/nn/train"
)

// beliefRequest asks what a run's weights said of an input as they learned.
type beliefRequest struct {
	inputRequest
	Run string `json:"run"` // "" means the newest
}

// beliefs is the answer, one entry for each step. Weights that give no numbers
// have null.
type beliefs struct {
	Run           string      `json:"run"`
	Steps         []int       `json:"steps"`
	Probabilities [][]float64 `json:"probabilities"`
	Labels        []*int      `json:"labels"`
}

// belief answers with the probabilities of an input's classes at the steps that
// a history shows.
func (s *Server) belief(w http.ResponseWriter, r *http.Request) error {
	var q beliefRequest
	if err := readJSON(w, r, &q); err != nil {
		return err
	}
	id, now, err := s.runAsked(r.Context(), q.Run)
	if err != nil {
		return err
	}
	input, err := s.inputOf(r.Context(), q.inputRequest, now.newest.Net.Arch.Input)
	if err != nil {
		return err
	}
	answer := beliefs{Run: id, Steps: now.shownSteps()}
	err = s.eachSnapshot(r.Context(), id, answer.Steps, func(snapshot *train.Snapshot) error {
		probabilities, ok := s.workspaces.classify(snapshot.Net, input.pixels)
		answer.Probabilities = append(answer.Probabilities, probabilities)
		var label *int
		if ok {
			at := nn.Largest(probabilities)
			label = &at
		}
		answer.Labels = append(answer.Labels, label)
		return nil
	})
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, answer)
}

// eachSnapshot visits a run's kept weights of some steps, as long as somebody
// waits for them.
func (s *Server) eachSnapshot(ctx context.Context, id string, steps []int, visit func(*train.Snapshot) error) error {
	for _, step := range steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		snapshot, err := s.config.Runs.Snapshot(ctx, id, step)
		if err != nil {
			return err
		}
		if err := visit(snapshot); err != nil {
			return err
		}
	}
	return nil
}

// shownSteps are the kept steps that a history shows: so many per doubling, the
// ends of epochs and the newest.
func (now state) shownSteps() []int {
	var steps []int
	for i, step := range now.kept {
		isEpoch := slices.ContainsFunc(now.evaluations, func(e train.Evaluation) bool { return e.Step == step })
		if onGrid(step, shownPerDoubling) || isEpoch || i == len(now.kept)-1 {
			steps = append(steps, step)
		}
	}
	return steps
}
