package web_test

import (
	"encoding/json"
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
