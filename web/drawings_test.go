package web_test

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"filterscope/nn/train"
)

func TestDrawingsAreKept(t *testing.T) {
	s := serve(t, nil)
	id := s.open(small)
	const strokes = `[[[10,20],[30.5,40]],[[1,2],[5,9]]]`
	made := s.ask("POST", "/api/drawings", `{"strokes":`+strokes+`,"label":7,"run":"`+id+`"}`)
	var d train.Drawing
	if err := json.Unmarshal(made.body, &d); err != nil || made.StatusCode != 201 {
		t.Fatalf("saving: %s, %v: %s", made.Status, err, made.body)
	}
	var list struct{ Drawings []train.Drawing }
	s.into(s.get("/api/drawings"), &list)
	if diff := cmp.Diff([]train.Drawing{d}, list.Drawings); diff != "" {
		t.Errorf("the list (-want +got):\n%s", diff)
	}
	if d.Label != 7 || d.Run != id || len(d.Strokes) != 2 || d.Strokes[0][1][0] != 30.5 {
		t.Errorf("it is %+v", d)
	}
	for body, status := range map[string]int{
		`{"strokes":` + strokes + `}`:                                    400,
		`{"strokes":` + strokes + `,"label":10}`:                         400,
		`{"strokes":` + strokes + `,"label":-1}`:                         400,
		`{"strokes":[],"label":1}`:                                       400,
		`{"strokes":[[[1]]],"label":1}`:                                  400,
		`{"strokes":` + strokes + `,"label":1,"run":"nobody"}`:           404,
		`{"strokes":` + strokes + `,"label":1,"step":100000000}`:         400,
		`{"strokes":` + strokes + `,"label":1,"whose":"mine"}`:           400,
		`{"strokes":` + strokes + `,"label":"seven","run":"` + id + `"}`: 400,
	} {
		if got := s.ask("POST", "/api/drawings", body); got.StatusCode != status || len(got.body) == 0 {
			t.Errorf("%s: %s, want %d", body, got.Status, status)
		}
	}
	for _, want := range []int{204, 404} {
		if got := s.ask("DELETE", "/api/drawings/"+d.ID, ""); got.StatusCode != want {
			t.Errorf("removing it: %s, want %d", got.Status, want)
		}
	}
	s.into(s.get("/api/drawings"), &list)
	if len(list.Drawings) != 0 {
		t.Error("it is still there")
	}
}

// The accuracy on the drawings is the share that predict reads as meant, step
// by step, and follows what is saved and removed.
func TestAccuracyOnDrawings(t *testing.T) {
	s := serve(t, nil)
	id := s.open(small)
	s.step(id, 20)
	type accuracies struct {
		Run      string
		Drawings int
		Steps    []int
		Accuracy []float64
	}
	read := func() (a accuracies) {
		s.into(s.get("/api/drawings/accuracy?run="+id), &a)
		return a
	}
	if a := read(); a.Drawings != 0 || a.Steps == nil || a.Accuracy == nil || len(a.Steps) != 0 {
		t.Errorf("without drawings %+v", a)
	}
	var d, first train.Drawing
	var strokes []string
	for label := range 10 {
		strokes = append(strokes, fmt.Sprintf(`[[[0,%d],[%d,50],[%d,9]],[[3,3],[%d,40]]]`, label, 5*label, 60-label, 70-6*label))
		s.into(s.ask("POST", "/api/drawings", fmt.Sprintf(`{"strokes":%s,"label":%d}`, strokes[label], label)), &d)
		if label == 0 {
			first = d
		}
	}
	check := func(from int) {
		t.Helper()
		a := read()
		if n := len(a.Steps); a.Drawings != 10-from || n == 0 || a.Steps[n-1] != 20 || len(a.Accuracy) != n || a.Run != id {
			t.Fatalf("%+v", a)
		}
		for i, step := range a.Steps {
			correct := 0.0
			for label := from; label < 10; label++ {
				var p predicted
				s.into(s.ask("POST", "/api/predict", fmt.Sprintf(`{"strokes":%s,"step":%d}`, strokes[label], step)), &p)
				if p.Label == label {
					correct++
				}
			}
			if want := correct / float64(10-from); math.Abs(a.Accuracy[i]-want) > 1e-9 {
				t.Errorf("step %d: accuracy %v, want %v", step, a.Accuracy[i], want)
			}
		}
	}
	check(0)
	s.ask("DELETE", "/api/drawings/"+first.ID, "")
	check(1)
	s.wantError(s.ask("GET", "/api/drawings/accuracy?step=3", ""), 400, "step")
	s.wantError(s.ask("GET", "/api/drawings/accuracy?run=nobody", ""), 404, "no such run")
}

// A branch can be taught the saved drawings: they are images of its training, and a run says how many it has.
func TestABranchIsTaughtTheDrawings(t *testing.T) {
	s := serve(t, nil)
	id := s.open(small)
	s.step(id, 6)
	body := `{"from":{"run":"` + id + `","step":6},"teach":true,"epochs":1000}`
	s.wantError(s.ask("POST", "/api/runs", body), 400, "no saved drawings")
	for _, label := range []string{"1", "7"} {
		if a := s.ask("POST", "/api/drawings", `{"strokes":[[[50,10],[50,90]]],"label":`+label+`}`); a.StatusCode != 201 {
			t.Fatalf("%s: %s", a.Status, a.body)
		}
	}
	var run struct {
		ID     string
		Taught int
		Config struct{ Taught []any }
	}
	a := s.ask("POST", "/api/runs", body)
	if s.into(a, &run); a.StatusCode != 201 || run.Taught != 2 || run.Config.Taught != nil {
		t.Fatalf("%s: %+v", a.Status, run)
	}
	info, err := s.runs.Get(t.Context(), run.ID)
	if err != nil {
		t.Fatal(err)
	}
	var drawn struct{ Pixels []float64 }
	s.into(s.ask("POST", "/api/predict", `{"strokes":[[[50,10],[50,90]]],"run":"`+id+`"}`), &drawn)
	for i, taught := range info.Config.Taught {
		if want := []int{1, 7}[i]; taught.Label != want {
			t.Errorf("drawing %d is taught as a %d", i, taught.Label)
		}
		for j, v := range taught.Pixels {
			if math.Abs(float64(v)/255-drawn.Pixels[j]) > 0.003 {
				t.Fatalf("pixel %d is taught as %d, drawn as %v", j, v, drawn.Pixels[j])
			}
		}
	}
}
