package web_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"filterscope/nn/digits"
	"filterscope/nn/judge"
	"filterscope/nn/train"
	"filterscope/web"
)

// An answer says whether it is to be believed, by the weights of the step that was asked: what the judge of these weights says.
func TestPredictionsHaveVerdicts(t *testing.T) {
	all, err := digits.MNIST()
	if err != nil {
		t.Fatal(err)
	}
	data := *all
	data.Train, data.Test = data.Train.Head(3000), data.Test.Head(200)
	s := serve(t, func(c *web.Config) { c.Data = func() (*digits.Data, error) { return &data, nil } })
	id := s.open(train.Config{Architecture: "tiny", Epochs: 1000, Schedule: train.Constant})
	s.step(id, 120)
	snapshot, err := s.runs.Snapshot(t.Context(), id, 120)
	if err != nil {
		t.Fatal(err)
	}
	judge := judge.New(snapshot.Net, judge.NewSample(data.Train))
	type answer struct {
		Label       int
		Verdict     string
		VerdictStep int
		Pixels      []float32
	}
	verdicts := map[string]int{}
	for _, body := range []string{
		`{"test":0}`, `{"test":1}`, `{"test":2}`, `{"test":3}`, `{"strokes":[[[0,0],[9,1],[0,2],[9,3],[0,4],[9,5],[0,6],[9,7],[0,8],[9,9]]]}`,
		`{"strokes":[[[0,0],[50,90]],[[50,0],[0,90]],[[0,45],[50,45]],[[25,0],[25,90]]]}`, `{"pixels":` + zeros(784) + `}`,
	} {
		var got answer
		s.into(s.ask("POST", "/api/predict", fmt.Sprintf(`{"run":%q,"step":120,%s`, id, body[1:])), &got)
		want := judge.Image(got.Pixels)
		if got.Verdict != string(want.Verdict) || got.Label != want.Label || got.VerdictStep != 120 {
			t.Errorf("%.60s: %d, %s; the judge says %d, %s", body, got.Label, got.Verdict, want.Label, want.Verdict)
		}
		verdicts[got.Verdict]++
	}
	if verdicts["not a digit"] == 0 || verdicts["digit"] == 0 {
		t.Errorf("the verdicts are %v", verdicts)
	}
}

func zeros(n int) string {
	text, err := json.Marshal(make([]int, n))
	if err != nil {
		panic(err)
	}
	return string(text)
}
