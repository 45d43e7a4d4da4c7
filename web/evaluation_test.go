package web_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"filterscope/nn"
	"filterscope/nn/train"
	"filterscope/web"
)

type mistake struct {
	Index, Label, Prediction int
	Loss                     float64
	Probabilities            []float64
}

type evaluation struct {
	Step, Images, Mistakes                 int
	Accuracy, Loss                         float64
	Confusion                              [][]int
	ClassAccuracy, ClassPrecision, ClassF1 []*float64
	Calibration                            struct {
		Error float64
		Bins  []struct {
			From, To             float64
			Count                int
			Confidence, Accuracy *float64
		}
	}
	Worst []mistake
}

// What is told of a step is what its recorded weights say of each test image alone.
func TestEvaluationIsWhatTheWeightsSay(t *testing.T) {
	s := serve(t, nil)
	id := s.open(threeLevels)
	s.step(id, 20)
	var e evaluation
	a := s.get("/api/runs/" + id + "/steps/12/evaluation")
	s.into(a, &e)
	if a.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" || a.Header.Get("X-Step") != "12" {
		t.Errorf("the headers are %v", a.Header)
	}
	data, err := someDigits()
	if err != nil {
		t.Fatal(err)
	}
	snapshot, err := s.runs.Snapshot(t.Context(), id, 12)
	if err != nil {
		t.Fatal(err)
	}
	w, n := nn.NewWorkspace(snapshot.Net.Arch, 1), data.Test.Len()
	confusion := make([][]int, 10)
	for label := range confusion {
		confusion[label] = make([]int, 10)
	}
	answers, loss := make([]mistake, n), 0.0
	var wrong []mistake
	for i := range n {
		w.SetInputBytes(0, data.Test.Image(i))
		p := make([]float32, 10)
		nn.Softmax(snapshot.Net.Forward(w, 1), p)
		m := mistake{i, data.Test.Label(i), nn.Largest(p), -math.Log(float64(p[data.Test.Label(i)])), nil}
		for _, v := range p {
			m.Probabilities = append(m.Probabilities, float64(v))
		}
		answers[i] = m
		confusion[m.Label][m.Prediction]++
		loss += m.Loss / float64(n)
		if m.Label != m.Prediction {
			wrong = append(wrong, m)
		}
	}
	if diff := cmp.Diff(confusion, e.Confusion); diff != "" || e.Images != n || e.Mistakes != len(wrong) || math.Abs(e.Loss-loss) > 1e-5 || e.Accuracy != float64(n-len(wrong))/float64(n) {
		t.Errorf("%d images, %d mistakes, accuracy %v, loss %v, want %v (-want +got)\n%s", e.Images, e.Mistakes, e.Accuracy, e.Loss, loss, diff)
	}
	slices.SortFunc(wrong, func(a, b mistake) int { return int(math.Copysign(1, b.Loss-a.Loss)) })
	near := cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-4 })
	if diff := cmp.Diff(wrong[:24], e.Worst, near); diff != "" {
		t.Errorf("the worst (-want +got)\n%s", diff)
	}
	total := 0
	for i, bin := range e.Calibration.Bins {
		total += bin.Count
		if (bin.Count == 0) != (bin.Confidence == nil) || bin.Count > 0 && (*bin.Confidence < bin.From || *bin.Confidence > bin.To) {
			t.Errorf("bin %d is %+v", i, bin)
		}
	}
	if total != n || len(e.Calibration.Bins) != 10 || !(e.Calibration.Error > 0 && e.Calibration.Error < 1) {
		t.Errorf("the calibration of %d images is %+v", total, e.Calibration)
	}

	label, prediction := wrong[0].Label, wrong[0].Prediction
	want := slices.DeleteFunc(slices.Clone(wrong), func(m mistake) bool { return m.Label != label || m.Prediction != prediction })
	var got []mistake
	for from := 0; ; from += 2 {
		var cell struct {
			Images, From int
			Items        []mistake
		}
		s.into(s.get(fmt.Sprintf("/api/runs/%s/steps/12/evaluation?label=%d&prediction=%d&from=%d&count=2", id, label, prediction, from)), &cell)
		if cell.Images != len(want) || cell.From != from {
			t.Errorf("from %d the cell has %d images, want %d", from, cell.Images, len(want))
		}
		if len(cell.Items) == 0 {
			break
		}
		got = append(got, cell.Items...)
	}
	if diff := cmp.Diff(want, got, near); diff != "" {
		t.Errorf("the cell's images (-want +got)\n%s", diff)
	}
}

// At an epoch's end it says what the run's own evaluation says.
func TestEvaluationIsTheRuns(t *testing.T) {
	s := serve(t, nil)
	id := s.open(train.Config{Architecture: "tiny", Epochs: 2})
	v := s.connect(id, 0)
	v.until(func() bool { return v.run.State == "finished" })
	var all struct {
		Evaluations []struct {
			Step           int
			Accuracy, Loss float64
			Confusion      [][]int
		}
	}
	s.into(s.get("/api/runs/"+id+"/evaluations"), &all)
	for _, want := range all.Evaluations {
		var got evaluation
		s.into(s.get(fmt.Sprintf("/api/runs/%s/steps/%d/evaluation", id, want.Step)), &got)
		if diff := cmp.Diff(want.Confusion, got.Confusion); diff != "" || got.Loss != want.Loss || got.Accuracy != want.Accuracy {
			t.Errorf("at step %d loss %v and accuracy %v, the run says %v and %v\n%s", want.Step, got.Loss, got.Accuracy, want.Loss, want.Accuracy, diff)
		}
	}
	if len(all.Evaluations) != 2 {
		t.Errorf("there are %d evaluations, want 2", len(all.Evaluations))
	}
	for query, words := range map[string]string{"svg": "<svg", "png?steps=log&x=log&classes=3,5&mark=4": "\x89PNG", "pdf?theme=dark": "%PDF"} {
		if a := s.get("/api/runs/" + id + "/figures/classes." + query); !bytes.HasPrefix(a.body, []byte(words)) {
			t.Errorf("classes.%s begins with %.30q", query, a.body)
		}
	}
	few, many := s.get("/api/runs/"+id+"/figures/classes.svg"), s.get("/api/runs/"+id+"/figures/classes.svg?steps=log")
	if len(many.body) <= len(few.body) {
		t.Error("with the kept steps between the epochs the curves have no more points")
	}
	mark := s.get("/api/runs/" + id + "/figures/classes.svg?steps=log&mark=4")
	if !bytes.Contains(mark.body, []byte("step 4")) {
		t.Error("the marked step is not named")
	}
}

type stepMap struct {
	Layer               string
	Width, Images       int
	Explained           []float64
	Most                float64
	X, Y, Probabilities []float64
	Labels, Predictions []int
}

// A step's map is the same bytes whatever was asked for before, and over the steps its images drift.
func TestMapsAreSteady(t *testing.T) {
	steps := []int{0, 1, 2, 3, 5, 8, 12, 16, 17, 20}
	s := serve(t, nil)
	id := s.open(threeLevels)
	s.step(id, 20)
	read := func(s *site, step int) []byte { return s.get(fmt.Sprintf("/api/runs/%s/steps/%d/map", id, step)).body }
	first := map[int][]byte{}
	for _, step := range steps {
		first[step] = read(s, step)
	}
	cold := serve(t, func(c *web.Config) { c.Runs = s.runs }) // another process, as it were
	for _, step := range slices.Backward(steps) {
		if !bytes.Equal(read(cold, step), first[step]) {
			t.Errorf("the map of step %d depends on what was asked for before", step)
		}
	}
	var before stepMap
	for _, step := range steps {
		var m stepMap
		if err := json.Unmarshal(first[step], &m); err != nil {
			t.Fatal(err)
		}
		if m.Layer != "relu3" || m.Images != 640 || len(m.X) != 640 || len(m.Labels) != 640 || m.Most < m.Explained[0]+m.Explained[1]-1e-9 {
			t.Fatalf("the map of step %d is of %d images by %s, and explains %v of %v", step, m.Images, m.Layer, m.Explained, m.Most)
		}
		if before.X != nil {
			moved := 0.0
			for i := range m.X {
				moved += (math.Pow(m.X[i]-before.X[i], 2) + math.Pow(m.Y[i]-before.Y[i], 2)) / 640
			}
			if math.Sqrt(moved) > 0.5 {
				t.Errorf("to step %d the images jump by %.2f of their distance from the centre", step, math.Sqrt(moved))
			}
		}
		before = m
	}
}

func TestEvaluationRefusals(t *testing.T) {
	s := serve(t, nil)
	id := s.open(small)
	s.step(id, 40)
	run := "/api/runs/" + id
	for _, c := range []struct {
		path   string
		status int
		words  string
	}{
		{"/steps/41/evaluation", 404, "has not been reached"}, {"/steps/-2/map", 400, "no step"}, {"/steps/best/evaluation", 400, "no step"},
		{"/steps/4/evaluation?label=3", 400, "prediction"}, {"/steps/4/evaluation?prediction=3", 400, "label"}, {"/steps/4/evaluation?from=3", 400, "use label"},
		{"/steps/4/evaluation?label=10&prediction=3", 400, "0 to 9"}, {"/steps/4/evaluation?label=1&prediction=3&count=9999", 400, "1 to 200"},
		{"/steps/4/evaluation?page=1", 400, "no parameter"}, {"/steps/4/map?label=1", 400, "no parameter"},
		{"/figures/classes.svg?classes=3,x", 400, "0 to 9"}, {"/figures/classes.svg?classes=10", 400, "0 to 9"}, {"/figures/classes.gif", 404, "svg"},
		{"/figures/classes.svg?steps=days", 400, "epochs"},
	} {
		s.wantError(s.ask("GET", run+c.path, ""), c.status, c.words)
	}
	s.wantError(s.ask("GET", "/api/runs/nobody/steps/0/evaluation", ""), 404, "no such run")
	if a := s.ask("GET", run+"/steps/39/evaluation?label=1&prediction=3", ""); a.StatusCode != 302 || a.Header.Get("Location") != run+"/steps/36/evaluation?label=1&prediction=3" || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("a step that is not kept: %s to %s", a.Status, a.Header.Get("Location"))
	}
	if a := s.get(run + "/steps/latest/map"); a.Header.Get("Cache-Control") != "no-store" || a.Header.Get("X-Step") != "40" {
		t.Errorf("the latest: %v", a.Header)
	}
	var none struct{ Images int }
	if s.into(s.get(run+"/steps/0/evaluation?label=0&prediction=0&from=5000"), &none); none.Images > 640 {
		t.Errorf("behind a cell's end it has %d images", none.Images)
	}
}

// Other images, numbers of classes and networks: nothing is taken for granted.
func TestEvaluationOfAnyShape(t *testing.T) {
	for arch, layer := range map[string]string{"conv 3x2x5 | relu | dense classes": "relu1", "dense classes": "input"} {
		s := serve(t, func(c *web.Config) { c.Data = colours })
		id := s.open(train.Config{Architecture: arch, Epochs: 3, BatchSize: 40})
		s.step(id, 6)
		var e evaluation
		s.into(s.get("/api/runs/"+id+"/steps/5/evaluation"), &e)
		if e.Images != 100 || len(e.Confusion) != 4 || len(e.ClassF1) != 4 || len(e.Worst) == 0 || len(e.Worst[0].Probabilities) != 4 {
			t.Errorf("%s: the evaluation is %+v", arch, e)
		}
		var m stepMap
		if s.into(s.get("/api/runs/"+id+"/steps/5/map"), &m); m.Layer != layer || m.Images != 100 {
			t.Errorf("%s: the map is of %d images by %s", arch, m.Images, m.Layer)
		}
		a := s.get("/api/runs/" + id + "/figures/classes.svg?steps=log")
		if !strings.Contains(string(a.body), ">green<") {
			t.Errorf("%s: the curves do not name their classes", arch)
		}
	}
}
