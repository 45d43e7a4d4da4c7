package web

import (
	"cmp"
	"net/http"
	"slices"

	"filterscope/nn"
	"filterscope/nn/digits"
)

// A presentation is what a presenter shows to everyone: a run, a step of it and
// a lens.
type presentation struct {
	Run  string        `json:"run"`
	Step *int          `json:"step"` // null follows the newest weights
	Lens presentedLens `json:"lens"`
}

// presentedLens is how the levels are looked at. What is left out is as usual.
type presentedLens struct {
	Views      map[string]presentedView `json:"views"`      // by level
	By         string                   `json:"by"`         // the order of the units: "index", "change" or "class"
	ClassIndex int                      `json:"classIndex"` // that units are selective for
	Show       string                   `json:"show"`       // "all" or "alive" units
	Untrained  bool                     `json:"untrained"`  // with the weights of step 0
	Image      *int                     `json:"image"`      // of feature maps: index in the test set; null is the first fixed digit
	Scale      string                   `json:"scale"`      // of the timeline: "log" or "epochs"
}

type presentedView struct {
	View  string `json:"view"`
	Rule  string `json:"rule,omitempty"`
	Scale string `json:"scale,omitempty"`
}

// presentationMessage tells a viewer what is presented from now on.
type presentationMessage struct {
	Type string `json:"type"` // "presentation"
	presentationState
}

// presentationState is what is presented to a viewer, who may be the presenter.
type presentationState struct {
	Presentation *presentation `json:"presentation"` // null: nobody leads
	Mine         bool          `json:"mine"`         // whether the viewer leads
}

func (s *Server) readPresentation(w http.ResponseWriter, r *http.Request) error {
	now, _ := s.stage.Latest()
	return writeJSON(w, http.StatusOK, map[string]*presentation{"presentation": now.shown})
}

// present shows something to everyone. While another presenter leads it is
// refused, unless it takes the lead.
func (s *Server) present(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		presentation
		Presenter string `json:"presenter"` // as in the address of the presenter's stream
		Take      bool   `json:"take"`
	}
	if err := readJSON(w, r, &body); err != nil {
		return err
	}
	if !isPresenter(body.Presenter) {
		return badRequest("presenter: %q is impossible; use 16 to 64 letters and digits, or leave it out", body.Presenter)
	}
	p := body.presentation
	_, now, err := s.watch(r.Context(), p.Run)
	if err != nil {
		return err
	}
	if p.Step != nil && (*p.Step < 0 || *p.Step > now.status.Step) {
		return badRequest("step: %d is impossible; use 0 to %d, or null for the newest weights", *p.Step, now.status.Step)
	}
	data, err := s.config.Data()
	if err != nil {
		return err
	}
	if p.Lens, err = p.Lens.complete(now.newest.Net.Arch, data); err != nil {
		return err
	}
	if err := s.stage.show(p, body.Presenter, body.Take); err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, map[string]presentation{"presentation": p})
}

// release lets everyone look on their own again, whoever leads.
func (s *Server) release(w http.ResponseWriter, _ *http.Request) error {
	s.stage.end("")
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// complete checks a lens and fills in what is usual.
func (l presentedLens) complete(a *nn.Architecture, data *digits.Data) (presentedLens, error) {
	classes := a.Layers[len(a.Layers)-1].Out.C
	if l.ClassIndex < 0 || l.ClassIndex >= classes {
		return l, badRequest("lens: classIndex: %d is impossible; use 0 to %d", l.ClassIndex, classes-1)
	}
	if l.Image != nil && (*l.Image < 0 || *l.Image >= data.Test.Len()) {
		return l, badRequest("lens: image: %d is impossible; the test set has images 0 to %d", *l.Image, data.Test.Len()-1)
	}
	for level, v := range l.Views {
		if levels := []string{"low", "mid", "high", classesLevel}; !slices.Contains(levels, level) {
			return l, badRequest("lens: views: %q is no level; use %q", level, levels)
		}
		if err := (lens{View: v.View, Rule: v.Rule, Scale: v.Scale}).checkWords(); err != nil {
			return l, badRequest("lens: %s: %v", level, err)
		}
	}
	for _, word := range []struct {
		name  string
		value *string
		known []string // the usual first
	}{{"by", &l.By, []string{"index", "change", "class"}}, {"show", &l.Show, []string{"all", "alive"}}, {"scale", &l.Scale, []string{"log", "epochs"}}} {
		*word.value = cmp.Or(*word.value, word.known[0])
		if !slices.Contains(word.known, *word.value) {
			return l, badRequest("lens: %s: %q is not known; use one of %q", word.name, *word.value, word.known)
		}
	}
	return l, nil
}
