package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"filterscope/nn"
	"filterscope/nn/digits"
	"filterscope/nn/train"
)

// cachedBegins is how many states are remembered in which branches would begin.
const cachedBegins = 64

// checkJSON is what the server says of a configuration before it is run.
type checkJSON struct {
	Config  json.RawMessage `json:"config"` // with all defaults, as a file; without taught images
	Network *blueprintJSON  `json:"network,omitempty"`
	Plan    *planJSON       `json:"plan,omitempty"`
	Errors  []problemJSON   `json:"errors,omitempty"` // everything that is wrong
}

// problemJSON is what is wrong with a field, and would be right.
type problemJSON struct {
	Field   string `json:"field"` // as in JSON, "augmentation.rotation" with its setting
	Problem string `json:"problem"`
	From    *int   `json:"from,omitempty"` // of an architecture: the characters of the word that is wrong
	To      *int   `json:"to,omitempty"`
	Line    int    `json:"line,omitempty"` // of a value of the wrong type: where it stands in the body, in characters from 1
	Column  int    `json:"column,omitempty"`
}

// checkRun answers what a configuration would be, and changes nothing.
func (s *Server) checkRun(w http.ResponseWriter, r *http.Request) error {
	request, problems, err := readStart(w, r)
	if err != nil {
		return err
	}
	data, err := s.config.Data()
	if err != nil {
		return err
	}
	c, arch, at, found, err := s.completed(r.Context(), request.Config, data)
	if err != nil {
		return err
	}
	problems = append(problems, found...)
	if len(problems) == 0 {
		if problems, err = asProblems(s.config.Runs.Admit(c)); err != nil {
			return err
		}
	}
	c.Taught = nil
	answer := checkJSON{Errors: problemsJSON(problems)}
	if answer.Config, err = c.File(); err != nil {
		return err
	}
	if arch != nil {
		answer.Network = blueprintOf(arch)
	}
	if arch != nil && !slices.ContainsFunc(problems, spoilsPlan) {
		if answer.Plan, err = s.planJSON(r.Context(), c, arch, c.Plan(data, at)); err != nil {
			return err
		}
	}
	return writeJSON(w, http.StatusOK, answer)
}

// spoilsPlan reports whether the number of steps cannot be known.
func spoilsPlan(p train.Problem) bool {
	return slices.Contains([]string{"epochs", "batchSize", "validation", "from"}, p.Field)
}

// asProblems tells a configuration's error from others.
func asProblems(err error) ([]train.Problem, error) {
	var config *train.ConfigError
	if errors.As(err, &config) {
		return []train.Problem{{ConfigError: config}}, nil
	}
	return nil, err
}

// completed returns a configuration with all that it leaves out, its
// architecture if it has one, where it begins if it is a branch, and what is
// wrong with it.
func (s *Server) completed(ctx context.Context, c train.Config, data *digits.Data) (_ train.Config, arch *nn.Architecture, at *train.Checkpoint, problems []train.Problem, err error) {
	named, err := asProblems(train.CheckName(c.Name))
	if err != nil {
		return c, nil, nil, nil, err
	}
	if c.From == nil {
		c, arch, problems = c.CheckAll(data)
		return c, arch, nil, append(named, problems...), nil
	}
	origin, at, err := s.begin(ctx, *c.From)
	if err != nil {
		problems, err = asProblems(err)
		return c, nil, nil, append(named, problems...), err
	}
	if _, arch, err = (train.Config{Architecture: origin.Architecture}).Check(data); err != nil {
		return c, nil, nil, nil, err
	}
	c, problems = c.CheckBranch(origin, arch, at)
	return c, arch, at, append(named, problems...), nil
}

// begin returns the configuration of the run that a branch goes on from, and
// its state there, without weights. That there is none is a *train.ConfigError.
func (s *Server) begin(ctx context.Context, from train.Origin) (train.Config, *train.Checkpoint, error) {
	info, err := s.config.Runs.Get(ctx, from.Run)
	if errors.Is(err, train.ErrNoRun) {
		return train.Config{}, nil, &train.ConfigError{Field: "from", Problem: fmt.Sprintf("there is no run %q; it may have been deleted", from.Run)}
	}
	if err != nil {
		return train.Config{}, nil, err
	}
	newest := info.Status.Step
	if from.Step < 0 || from.Step > newest {
		return train.Config{}, nil, &train.ConfigError{Field: "from", Problem: fmt.Sprintf("step %d is impossible; %s has steps 0 to %d", from.Step, info.Name, newest)}
	}
	if known, ok := s.begins.Get(from); ok {
		return info.Config, known, nil
	}
	at, err := s.config.Runs.Checkpoint(ctx, from.Run, from.Step, nil)
	if err != nil {
		return train.Config{}, nil, err
	}
	at = &train.Checkpoint{Status: at.Status, Used: at.Used}
	if from.Step < newest { // at the newest step, settings can still change
		s.begins.Add(from, at)
	}
	return info.Config, at, nil
}

func problemsJSON(problems []train.Problem) (all []problemJSON) {
	for _, p := range problems {
		told := problemJSON{Field: p.Path(), Problem: p.Problem, Line: p.Line, Column: p.Column}
		if p.Word != nil {
			from, to := p.Word.Offset, p.Word.Offset+p.Word.Length
			told.Problem, told.From, told.To = p.Word.Message, &from, &to
		}
		all = append(all, told)
	}
	return all
}
