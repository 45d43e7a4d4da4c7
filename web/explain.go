package web

import (
	"fmt"
	"math"
	"net/http"
	"runtime"
	"slices"

	"filterscope/nn"
	"filterscope/nn/feature"
)

// The ways to tell where a network looks; the first is the default.
const (
	gradientMethod  = "gradient"
	gradCAMMethod   = "gradcam"
	occlusionMethod = "occlusion"
)

var methods = []string{gradientMethod, gradCAMMethod, occlusionMethod}

// occlusionStride is how many pixels share a square that is hidden: with 1 it
// takes four times as long, and looks much the same.
const occlusionStride = 2

// explainRequest asks where a network finds a class in an input.
type explainRequest struct {
	question
	Method string `json:"method"`
	Class  *int   `json:"class"` // nil means the prediction
}

// explanation is the answer.
type explanation struct {
	Method   string     `json:"method"`
	Class    int        `json:"class"`
	Height   int        `json:"height"`
	Width    int        `json:"width"`
	Values   []float32  `json:"values"` // row by row; above 0 speaks for the class, below against it
	Range    [2]float32 `json:"range"`  // least and greatest value
	Alt      string     `json:"alt"`
	Run      string     `json:"run"`
	Step     int        `json:"step"`
	Snapshot bool       `json:"snapshot"`
}

func (s *Server) explain(w http.ResponseWriter, r *http.Request) error {
	q := explainRequest{Method: methods[0]}
	if err := readJSON(w, r, &q); err != nil {
		return err
	}
	if !slices.Contains(methods, q.Method) {
		return badRequest("method: %q is not known; use one of %q", q.Method, methods)
	}
	a, err := s.ask(r.Context(), q.question)
	if err != nil {
		return err
	}
	net := a.snapshot.Net
	class, err := s.classAsked(net, a, q.Class)
	if err != nil {
		return err
	}
	values, err := explained(q.Method, net, a.input.pixels, class)
	if err != nil {
		return err
	}
	answer := explanation{
		Method: q.Method, Class: class, Height: net.Arch.Input.H, Width: net.Arch.Input.W, Values: values,
		Range: [2]float32{slices.Min(values), slices.Max(values)}, Run: a.run, Step: a.snapshot.Step, Snapshot: a.snapshot.Keep,
	}
	if !isFinite(answer.Range[0]) || !isFinite(answer.Range[1]) {
		return diverged(a.snapshot.Step)
	}
	if answer.Alt, err = s.explanationAlt(answer, a.input.name); err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, answer)
}

func isFinite(v float32) bool { return !math.IsNaN(float64(v - v)) }

// classAsked is the class that is named, or the prediction.
func (s *Server) classAsked(net *nn.Network, a asked, named *int) (int, error) {
	if named == nil {
		probabilities, ok := s.workspaces.classify(net, a.input.pixels)
		if !ok {
			return 0, diverged(a.snapshot.Step)
		}
		return nn.Largest(probabilities), nil
	}
	if *named < 0 || *named >= net.Arch.Classes {
		return 0, badRequest("class: %d is impossible; use a number from 0 to %d", *named, net.Arch.Classes-1)
	}
	return *named, nil
}

func explained(method string, net *nn.Network, pixels []float32, class int) ([]float32, error) {
	switch method {
	case gradCAMMethod:
		values, err := feature.GradCAM(net, pixels, class)
		if err != nil {
			return nil, badRequest("method: %v", err)
		}
		return values, nil
	case occlusionMethod:
		return feature.Occlusion{Stride: occlusionStride, Workers: runtime.NumCPU()}.Occlude(net, pixels, class), nil
	}
	return feature.InputGradient(net, pixels, class), nil
}

// explanationAlt says in words what an explanation shows.
func (s *Server) explanationAlt(e explanation, of string) (string, error) {
	data, err := s.config.Data()
	if err != nil {
		return "", err
	}
	name := fmt.Sprint(e.Class)
	if e.Class < len(data.ClassNames) {
		name = data.ClassNames[e.Class]
	}
	return fmt.Sprintf("Where the net finds a %s in %s at step %d, %s, from %.3g to %.3g; %s",
		name, of, e.Step, methodText[e.Method], e.Range[0], e.Range[1], e.place()), nil
}

var methodText = map[string]string{
	gradientMethod:  "by the slope of its margin with each pixel's brightness",
	gradCAMMethod:   "by the gradient-weighted maps of its last convolution",
	occlusionMethod: "by how far its margin falls when the place is hidden",
}

// place names the ninth of the image where the greatest value is.
func (e explanation) place() string {
	if e.Range[1] <= 0 {
		return "nothing speaks for it"
	}
	at := slices.Index(e.Values, e.Range[1])
	row, column := at/e.Width*3/e.Height, at%e.Width*3/e.Width
	return "most " + [3][3]string{
		{"at the top left", "at the top", "at the top right"},
		{"at the left", "in the middle", "at the right"},
		{"at the bottom left", "at the bottom", "at the bottom right"},
	}[row][column]
}
