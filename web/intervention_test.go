package web_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"filterscope/nn/train"
)

// Units can be changed in a run and at the beginning of a branch; the run says which are held, also to those who watch.
func TestInterventions(t *testing.T) {
	s := serve(t, nil)
	id := s.open(small)
	s.step(id, 3)
	v := s.connect(id, 0)
	path := "/api/runs/" + id
	var run runJSON
	s.into(s.ask("PATCH", path, `{"units":[{"level":"mid","unit":3,"action":"silence"},{"level":"low","unit":1,"action":"freeze"}],"name":"Less"}`), &run)
	want := []train.Hold{{Level: "conv2", Unit: 3, Action: train.Silence, Step: 3}, {Level: "conv1", Unit: 1, Action: train.Freeze, Step: 3}}
	if diff := cmp.Diff(want, run.Units); diff != "" || run.Name != "Less" || run.State != "paused" {
		t.Errorf("the changed run is %+v; held units (-want +got):\n%s", run, diff)
	}
	v.until(func() bool { return len(v.run.Units) == 2 && v.evaluations == 1 })
	if diff := cmp.Diff(want, v.run.Units); diff != "" {
		t.Errorf("held units in the stream (-want +got):\n%s", diff)
	}
	var tests struct{ Evaluations []train.Evaluation }
	s.into(s.get(path+"/evaluations"), &tests)
	if len(tests.Evaluations) != 1 || tests.Evaluations[0].Step != 3 || len(tests.Evaluations[0].Confusion) != 10 || len(tests.Evaluations[0].ClassAccuracy) != 10 {
		t.Errorf("the evaluations are %+v", tests.Evaluations)
	}

	var branch runJSON
	s.into(s.ask("POST", "/api/runs", `{"from":{"run":"`+id+`","step":3},"units":[{"level":"conv2","unit":3,"action":"release"},{"level":"high","unit":5,"action":"silence"}]}`), &branch)
	s.into(s.ask("POST", "/api/runs/"+branch.ID+"/pause", ""), &branch)
	want = []train.Hold{want[1], {Level: "conv3", Unit: 5, Action: train.Silence, Step: 3}}
	if diff := cmp.Diff(want, branch.Units); diff != "" {
		t.Errorf("held units in the branch (-want +got):\n%s", diff)
	}
	var fresh runJSON
	s.into(s.ask("POST", "/api/runs", `{"architecture":"tiny","units":[{"level":"low","unit":0,"action":"silence"}]}`), &fresh)
	if diff := cmp.Diff([]train.Hold{{Level: "conv1", Action: train.Silence}}, fresh.Units); diff != "" {
		t.Errorf("held units in a fresh run (-want +got):\n%s", diff)
	}

	s.into(s.ask("PATCH", path, `{"units":[{"level":"low","unit":1,"action":"release"},{"level":"conv2","unit":3,"action":"release"}]}`), &run)
	if run.Units == nil || len(run.Units) != 0 || run.UnitChanges != 2 {
		t.Errorf("after both units were released, %v are held, after %d changes", run.Units, run.UnitChanges)
	}
}

// A change of units is seen at once at the step that it changes, which is
// cached for good only when there is a next one.
func TestChangedUnitsAreSeen(t *testing.T) {
	s := serve(t, nil)
	id := s.open(small)
	s.step(id, 3)
	unit := "/api/runs/" + id + "/steps/3/units/conv2/3"
	paths := []string{"/api/runs/" + id + "/steps/3/filters/mid.png?view=filter", unit + "/filter.png", "/api/runs/" + id + "/units/conv2/3/figures/norm.svg", "/api/runs/" + id + "/steps/latest/filters/mid.png?view=filter", "/api/runs/" + id + "/film/mid.png?view=filter"}
	var before []answer
	for _, path := range paths {
		before = append(before, s.get(path))
	}
	var now struct{ Vitals struct{ Norm float64 } }
	if s.into(s.get(unit), &now); now.Vitals.Norm == 0 {
		t.Fatal("the unit has no weights before it is silenced")
	}
	s.ask("PATCH", "/api/runs/"+id, `{"units":[{"level":"mid","unit":3,"action":"silence"}]}`)
	if s.into(s.get(unit), &now); now.Vitals.Norm != 0 {
		t.Errorf("the silenced unit's weights have the norm %v", now.Vitals.Norm)
	}
	for i, path := range paths {
		after := s.get(path)
		if bytes.Equal(after.body, before[i].body) || after.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s is as before, or cached: %v", path, after.Header)
		}
	}
	s.step(id, 1)
	if a := s.get(paths[0]); a.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" {
		t.Errorf("when the next step is done, its headers are %v", a.Header)
	}
}
