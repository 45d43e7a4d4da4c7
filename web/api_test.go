package web_test

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"image/png"
	"io"
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"filterscope/nn/train"
	"filterscope/web"
)

// runJSON are the fields of a run that clients rely on.
type runJSON struct {
	ID, Name, State, Message      string
	Step, Epoch, Epochs           int
	Pace                          any
	LearningRate, LearningRateNow float64
	BatchSize                     int
	Seed                          uint64
	Architecture, Kernel          string
	TrainLoss, TrainAccuracy      *float64
	TestLoss, TestAccuracy        *float64
	ImagesPerSecond               float64
	Created                       string
	Units                         []train.Hold
	UnitChanges                   int
}

func TestRunsAPI(t *testing.T) {
	s := serve(t, nil)
	created := s.ask("POST", "/api/runs", `{"architecture":"tiny","epochs":100,"seed":3,"pace":2,"name":"Mine"}`)
	if created.StatusCode != http.StatusCreated {
		t.Fatalf("%s: %s", created.Status, created.body)
	}
	var run runJSON
	s.into(created, &run)
	if run.Name != "Mine" || run.Seed != 3 || run.Architecture != "tiny" || run.Pace != 2.0 || run.State != "running" || run.BatchSize != 128 {
		t.Errorf("the new run is %+v", run)
	}
	path := "/api/runs/" + run.ID

	var list struct{ Runs []runJSON }
	s.into(s.get("/api/runs"), &list)
	if len(list.Runs) != 1 || list.Runs[0].ID != run.ID {
		t.Errorf("the list is %+v", list)
	}
	s.into(s.ask("PATCH", path, `{"learningRate":0.002,"pace":"max","name":"Ours","epochs":50,"batchSize":64}`), &run)
	if run.LearningRate != 0.002 || run.Pace != "max" || run.Name != "Ours" || run.Epochs != 50 || run.BatchSize != 64 {
		t.Errorf("the changed run is %+v", run)
	}
	s.into(s.ask("POST", path+"/pause", ""), &run)
	if run.State != "paused" {
		t.Errorf("the paused run is %s", run.State)
	}
	before := run.Step
	s.into(s.ask("POST", path+"/step", `{"steps":4}`), &run)
	if run.Step != before+4 || run.State != "paused" || run.TrainLoss == nil {
		t.Errorf("after 4 steps from %d the run is %+v", before, run)
	}
	s.into(s.ask("POST", path+"/step", ""), &run)
	if run.Step != before+5 {
		t.Errorf("one more step leads from %d to %d", before+4, run.Step)
	}
	s.into(s.ask("POST", path+"/resume", ""), &run)
	if run.State != "running" {
		t.Errorf("the resumed run is %s", run.State)
	}
	if a := s.ask("DELETE", path, ""); a.StatusCode != http.StatusNoContent {
		t.Errorf("deleting: %s", a.Status)
	}
	s.wantError(s.ask("GET", path, ""), 404, "no such run")
}

func TestRefusals(t *testing.T) {
	s := serve(t, nil)
	id := s.open(small)
	s.step(id, 3)
	run := "/api/runs/" + id
	for _, c := range []struct {
		method, path, body string
		status             int
		words              string
	}{
		{"POST", "/api/runs", `{"epochz":5}`, 400, "epochz"},
		{"POST", "/api/runs", `{"epochs":"many"}`, 400, "JSON"},
		{"POST", "/api/runs", `{} {}`, 400, "more than one"},
		{"POST", "/api/runs", `{`, 400, "JSON"},
		{"POST", "/api/runs", "{\"name\":\"\xff\"}", 400, "UTF-8"},
		{"POST", "/api/runs", `{"architecture":"conv 3x3 | dense classes"}`, 400, "architecture"},
		{"POST", "/api/runs", `{"epochs":-3}`, 400, "use 1 to"},
		{"POST", "/api/runs", `{"pace":"fast"}`, 400, "watch"},
		{"POST", "/api/runs", `{"name":"` + strings.Repeat("x", 70_000) + `"}`, 413, "larger"},
		{"POST", "/api/runs", `{"name":"` + strings.Repeat("x", 200) + `"}`, 400, "name"},
		{"PATCH", run, `{"learningRate":0}`, 400, "learningRate"},
		{"PATCH", run, `{"batchSize":0}`, 400, "batchSize"},
		{"PATCH", run, `{"seed":5}`, 400, "seed"},
		{"PATCH", run, ``, 400, "JSON"},
		{"PATCH", run, `{"units":[{"level":"low","unit":0,"action":"kill"}]}`, 400, "use silence, freeze, reinitialize or release"},
		{"PATCH", run, `{"units":[{"level":"top","unit":0,"action":"silence"}]}`, 400, "low, mid, high, conv1"},
		{"PATCH", run, `{"units":[{"level":"low","unit":4,"action":"freeze"}]}`, 400, "conv1 has no unit 4; use 0 to 3"},
		{"PATCH", run, `{"units":[{"level":"low","unit":0,"action":"silence"},{"level":"mid","unit":0,"action":"release"}]}`, 400, "nothing to release"},
		{"PATCH", run, `{"units":[{"level":"low","unit":0,"action":"silence","step":3}]}`, 400, "step"},
		{"PATCH", run, `{"units":[{"level":"low","unit":-1,"action":"silence"}]}`, 400, "use 0 to 3"},
		{"PATCH", run, `{"units":{"level":"low"}}`, 400, "JSON"},
		{"PATCH", run, `{"units":[{"level":"low","unit":1e99,"action":"silence"}]}`, 400, "JSON"},
		{"POST", "/api/runs", `{"units":[{"level":"classes","unit":0,"action":"silence"}]}`, 400, "low, mid, high"},
		{"POST", "/api/runs", `{"from":{"run":"` + id + `","step":3},"units":[{"level":"low","unit":0,"action":"release"}]}`, 400, "nothing to release"},
		{"PATCH", "/api/runs/nobody", `{"epochs":3}`, 404, "no such run"},
		{"POST", run + "/step", `{"steps":0}`, 400, "steps"},
		{"POST", run + "/step", `{"steps":1e9}`, 400, "JSON"},
		{"POST", run + "/jump", ``, 404, "nothing at"},
		{"PUT", run, ``, 405, "PUT"},
		{"GET", run + "/metrics?points=-1", ``, 400, "points"},
		{"GET", run + "/metrics?from=9&to=3", ``, 400, "after"},
		{"GET", run + "/metrics?form=9", ``, 400, "form"},
		{"GET", run + "/steps/4/filters/low.png", ``, 404, "has not been reached"},
		{"GET", run + "/steps/-1/filters/low.png", ``, 400, "no step"},
		{"GET", run + "/steps/best/filters/low.png", ``, 400, "no step"},
		{"GET", run + "/steps/3/filters/top.png", ``, 404, "low"},
		{"GET", run + "/figures/speed.svg", ``, 404, "loss"},
		{"GET", run + "/figures/loss.gif", ``, 404, "svg"},
		{"GET", run + "/figures/loss.svg?smoothing=2", ``, 400, "smoothing"},
		{"GET", run + "/figures/loss.svg?theme=pink", ``, 400, "dark"},
		{"GET", run + "/figures/loss.svg?width=1e9", ``, 400, "width"},
		{"GET", run + "/figures/loss.png?width=4000&height=4000", ``, 400, "too large"},
		{"GET", run + "/figures/loss.svg?to=0", ``, 400, "to"},
		{"GET", run + "/figures/loss.svg?from=2.5&to=2.5", ``, 400, "to: 2.5 is impossible; use a number above from, 2.5"},
		{"GET", run + "/figures/loss.svg?from=NaN", ``, 400, "from"},
		{"GET", run + "/figures/loss.svg?axis=days", ``, 400, "axis: \"days\" is not known; use one of [\"step\" \"epoch\" \"time\"]"},
		{"GET", run + "/figures/loss.svg?per=batch", ``, 400, "per"},
		{"GET", run + "/figures/loss.svg?overlay=nobody", ``, 404, "no such run"},
		{"GET", run + "/figures/loss.svg?overlay=" + id, ``, 400, "overlay"},
		{"GET", run + "/figures/loss.csv?overlay=a,b,c,d,e,f,g", ``, 400, "overlay: 7 runs are too many; use up to 6"},
		{"GET", run + "/units/low/0/figures/norm.csv", ``, 404, "svg"},
		{"GET", "/ws?run=nobody", ``, 404, "no such run"},
		{"GET", "/ws?after=x", ``, 400, "after"},
		{"GET", "/ws?start=maybe", ``, 400, "start"},
		{"GET", "/static/../server.go", ``, 404, "nothing at"},
	} {
		s.wantError(s.ask(c.method, c.path, c.body), c.status, c.words)
	}
	var after runJSON
	s.into(s.get(run), &after)
	if after.Step != 3 || after.LearningRate != 0.005 || after.Units == nil || len(after.Units) > 0 {
		t.Errorf("the refusals changed the run: %+v", after)
	}
}

func TestMetrics(t *testing.T) {
	s := serve(t, nil)
	id := s.open(small)
	s.step(id, 12) // two epochs of five steps and two more
	type series struct {
		Step                           []int
		Epoch, Seconds, Loss, Accuracy []float64
	}
	metrics := func(query string) (m struct{ Train, Test, Validation series }) {
		s.into(s.get("/api/runs/"+id+"/metrics"+query), &m)
		return m
	}
	m := metrics("")
	if diff := cmp.Diff([]int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, m.Train.Step); diff != "" {
		t.Errorf("train steps (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]float64{0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.4, 1.6, 1.8, 2, 2.2, 2.4}, m.Train.Epoch); diff != "" {
		t.Errorf("train epochs (-want +got):\n%s", diff)
	}
	if len(m.Train.Seconds) != 12 || m.Train.Seconds[0] <= 0 || !slices.IsSorted(m.Train.Seconds) {
		t.Errorf("train seconds are %v", m.Train.Seconds)
	}
	if len(m.Test.Seconds) != 2 || m.Test.Seconds[1] != m.Train.Seconds[9] || m.Test.Epoch[1] != 2 {
		t.Errorf("the second test is at %v s and %v epochs", m.Test.Seconds, m.Test.Epoch)
	}
	if diff := cmp.Diff([]int{5, 10}, m.Test.Step); diff != "" {
		t.Errorf("test steps (-want +got):\n%s", diff)
	}
	if len(m.Train.Loss) != 12 || len(m.Train.Accuracy) != 12 || m.Train.Loss[0] < 1 || m.Train.Accuracy[0] > 0.5 {
		t.Errorf("the first batch of a random net has loss %v, accuracy %v", m.Train.Loss, m.Train.Accuracy)
	}
	whole := m.Train
	m = metrics(".json?from=3&to=9")
	if diff := cmp.Diff(whole.Loss[2:9], m.Train.Loss); diff != "" {
		t.Errorf("losses of steps 3 to 9 (-want +got):\n%s", diff)
	}
	m = metrics("?points=10")
	lowest, highest := math.Inf(1), math.Inf(-1)
	best := 0.0
	for i, loss := range whole.Loss {
		lowest, highest, best = min(lowest, loss), max(highest, loss), max(best, whole.Accuracy[i])
	}
	if n := len(m.Train.Step); n > 10 || n < 3 || !contains(m.Train.Loss, lowest) || !contains(m.Train.Loss, highest) || !contains(m.Train.Accuracy, best) {
		t.Errorf("thinned to 10 the losses are %v of %v", m.Train.Loss, whole.Loss)
	}
	rows, err := csv.NewReader(bytes.NewReader(s.get("/api/runs/" + id + "/metrics.csv").body)).ReadAll()
	if err != nil || len(rows) != 1+12+2 || rows[1][4] != fmt.Sprint(whole.Loss[0]) || rows[14][2] != "2" || rows[13][0] != "test" {
		t.Errorf("as CSV, %v:\n%v", err, rows)
	}
	var tests struct{ Evaluations []train.Evaluation }
	s.into(s.get("/api/runs/"+id+"/evaluations"), &tests)
	if len(tests.Evaluations) != 2 || len(tests.Evaluations[1].Confusion) != 10 || tests.Evaluations[1].Step != 10 {
		t.Errorf("the evaluations are %+v", tests.Evaluations)
	}
}

func contains(all []float64, v float64) bool {
	for _, a := range all {
		if a == v {
			return true
		}
	}
	return false
}

func TestPicturesOfSteps(t *testing.T) {
	s := serve(t, nil)
	id := s.open(small)
	s.step(id, 34) // 33 is not promised, 34 was made by hand
	run := "/api/runs/" + id + "/steps/"
	for _, level := range []string{"low", "mid", "high", "conv2"} {
		a := s.get(run + "7/filters/" + level + ".png")
		picture, err := png.Decode(bytes.NewReader(a.body))
		if err != nil {
			t.Fatalf("%s: %v", level, err)
		}
		var h struct {
			Units, Columns, Rows int
			Step                 int
			Tile                 struct{ Width, Height, Gap int }
			Alt, Kind            string
		}
		s.into(s.get(run+"7/filters/"+level+".json"), &h)
		width := h.Tile.Gap + h.Columns*(h.Tile.Width+h.Tile.Gap)
		height := h.Tile.Gap + h.Rows*(h.Tile.Height+h.Tile.Gap)
		if size := picture.Bounds().Size(); size.X != width || size.Y != height || h.Step != 7 || h.Alt == "" {
			t.Errorf("%s is %v; its header says %+v", level, size, h)
		}
		if a.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" || a.Header.Get("X-Step") != "7" || a.Header.Get("X-Snapshot") != "true" {
			t.Errorf("%s has headers %v", level, a.Header)
		}
	}
	redirect := s.ask("GET", run+"33/filters/low.png", "")
	if redirect.StatusCode != 302 || redirect.Header.Get("Location") != run+"32/filters/low.png" || redirect.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("a step that is not kept: %s, %v", redirect.Status, redirect.Header)
	}
	latest := s.get(run + "latest/filters/low.png")
	if latest.Header.Get("X-Step") != "34" || latest.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("the latest picture has headers %v", latest.Header)
	}
	var kept struct{ Steps []int }
	s.into(s.get("/api/runs/"+id+"/steps"), &kept)
	if n := len(kept.Steps); n != 35-1 || kept.Steps[n-1] != 34 {
		t.Errorf("kept are %v, want 0 to 32 and 34", kept.Steps)
	}
}

// The same step's pictures are the same bytes whichever process draws them,
// live or later.
func TestPicturesArePureFunctionsOfTheStep(t *testing.T) {
	var first map[string][]byte
	for range 2 {
		s := serve(t, nil)
		id := s.open(small)
		if first != nil {
			v := s.connect(id, 0) // somebody looks, so that the gallery draws too
			defer v.conn.Close()
		}
		s.step(id, 9)
		got := map[string][]byte{}
		for _, name := range []string{"3/filters/high", "9/filters/mid", "0/filters/low", "9/filters/high"} {
			got[name] = s.get("/api/runs/" + id + "/steps/" + name + ".png").body
		}
		if first == nil {
			first = got
			continue
		}
		for name, body := range got {
			if !bytes.Equal(body, first[name]) {
				t.Errorf("%s differs between two processes", name)
			}
		}
	}
	if bytes.Equal(first["3/filters/high"], first["9/filters/high"]) {
		t.Error("the high level is the same at steps 3 and 9")
	}
}

func TestFigures(t *testing.T) {
	s := serve(t, nil)
	id := s.open(small)
	for _, steps := range []int{0, 6} {
		if steps > 0 {
			s.step(id, steps)
		}
		for path, want := range map[string]string{
			"loss.svg": "<svg", "loss.svg?x=log&y=linear&theme=dark&smoothing=0.5&from=2&to=5": "<svg",
			"accuracy.svg?width=340&height=200": "<svg", "accuracy.svg?axis=epoch&per=epoch&y=log": "<svg", "loss.svg?axis=time&x=log": "<svg",
			"loss.csv": "run,name,set,step,epoch,seconds,loss\n", "loss.png": "\x89PNG", "accuracy.pdf": "%PDF",
		} {
			a := s.get("/api/runs/" + id + "/figures/" + path)
			if !bytes.Contains(a.body[:min(len(a.body), 400)], []byte(want)) {
				t.Errorf("%s with %d steps begins with %.60q", path, steps, a.body)
			}
		}
	}
}

func TestPredict(t *testing.T) {
	s := serve(t, nil)
	id := s.open(small)
	s.step(id, 40)
	one := `[[[50,10],[50,20],[50,90]]]`
	type prediction struct {
		Label         int
		Probabilities []float64
		Pixels        []float64
		Run           string
		Step          int
		Box           [4]float64
	}
	var p, first prediction
	s.into(s.ask("POST", "/api/predict", `{"strokes":`+one+`}`), &p)
	sum, likeliest := 0.0, 0
	for label, probability := range p.Probabilities {
		sum += probability
		if probability > p.Probabilities[likeliest] {
			likeliest = label
		}
	}
	if len(p.Probabilities) != 10 || math.Abs(sum-1) > 1e-5 || p.Label != likeliest {
		t.Errorf("label %d of probabilities %v (sum %v)", p.Label, p.Probabilities, sum)
	}
	if len(p.Pixels) != 784 || p.Run != id || p.Step != 40 {
		t.Errorf("%d pixels, run %s, step %d", len(p.Pixels), p.Run, p.Step)
	}
	ink, left := 0.0, 0.0
	for i, v := range p.Pixels {
		ink += v
		if x := i % 28; x < 11 || x > 16 {
			left += v
		}
	}
	if ink < 20 || left > 0 || p.Box[3]-p.Box[1] < 19 {
		t.Errorf("a straight line became ink %v, %v of it outside the middle, box %v", ink, left, p.Box)
	}
	s.into(s.ask("POST", "/api/predict", `{"strokes":`+one+`,"run":"`+id+`","step":0}`), &first)
	if first.Step != 0 || cmp.Equal(first.Probabilities, p.Probabilities) {
		t.Errorf("step %d says %v, as step 40 does", first.Step, first.Probabilities)
	}
	for body, words := range map[string]string{
		`{"strokes":[]}`:                        "empty",
		`{"strokes":[[]]}`:                      "empty",
		`{}`:                                    "exactly one of strokes",
		`{"strokes":[[[1,2,3]]]}`:               "[x, y]",
		`{"strokes":[[[NaN,2]]]}`:               "JSON",
		`{"strokes":[[[1e999,2]]]}`:             "JSON",
		`{"strokes":"zero"}`:                    "JSON",
		`{"strokes":` + one + `,"step":"soon"}`: "no step",
		`{"strokes":` + one + `,"step":-1}`:     "no step",
		`{"strokes":` + one + `,"step":1.5}`:    "no step",
		`{"strokes":` + one + `,"label":3}`:     "label",
	} {
		s.wantError(s.ask("POST", "/api/predict", body), 400, words)
	}
	s.wantError(s.ask("POST", "/api/predict", `{"strokes":`+one+`,"step":41}`), 404, "not been reached")
	s.wantError(s.ask("POST", "/api/predict", `{"strokes":`+one+`,"run":"nobody"}`), 404, "no such run")
	long := `{"strokes":[[` + strings.Repeat("[1,2],", 20_000) + `[1,2]]]}`
	s.wantError(s.ask("POST", "/api/predict", long), 413, "larger")
}

func TestPredictWithoutRuns(t *testing.T) {
	s := serve(t, nil)
	s.wantError(s.ask("POST", "/api/predict", `{"strokes":[[[1,2]]]}`), 404, "no such run")
}

func TestPages(t *testing.T) {
	s := serve(t, nil)
	id := s.open(small)
	for _, path := range []string{"/", "/runs/" + id} {
		a := s.get(path)
		if !bytes.Contains(a.body, []byte(`id="panel-low"`)) || !strings.Contains(a.Header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s is no dashboard, or has no policy", path)
		}
		for _, forbidden := range []string{" style=", "<script>", " onclick="} {
			if bytes.Contains(a.body, []byte(forbidden)) {
				t.Errorf("%s has %q, which the policy forbids", path, forbidden)
			}
		}
	}
	missing := s.ask("GET", "/runs/nobody", "", "Accept", "text/html")
	if missing.StatusCode != 404 || !bytes.Contains(missing.body, []byte("<html")) || !bytes.Contains(missing.body, []byte("no such run")) {
		t.Errorf("an unknown run's page: %s\n%s", missing.Status, missing.body)
	}
	script := s.get("/static/app.js")
	again := s.ask("GET", "/static/app.js", "", "If-None-Match", script.Header.Get("ETag"))
	if again.StatusCode != http.StatusNotModified || !strings.Contains(script.Header.Get("Content-Type"), "javascript") {
		t.Errorf("asked again: %s; type %s", again.Status, script.Header.Get("Content-Type"))
	}
	for accepted, coding := range map[string]string{"gzip, br": "gzip", "br;q=1.0, GZIP;q=0.5": "gzip", "gzip;q=0, br": "", "identity": "", "gzip; q=0.00": ""} {
		a := s.ask("GET", "/static/app.js", "", "Accept-Encoding", accepted)
		body := a.body
		if coding == "gzip" {
			if len(body) > len(script.body)/2 {
				t.Errorf("%s: %d bytes are %d packed", accepted, len(script.body), len(body))
			}
			unpacked, err := gzip.NewReader(bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			if body, err = io.ReadAll(unpacked); err != nil {
				t.Fatal(err)
			}
		}
		if a.Header.Get("Content-Encoding") != coding || !bytes.Equal(body, script.body) {
			t.Errorf("%s: coding %q, want %q", accepted, a.Header.Get("Content-Encoding"), coding)
		}
	}
	if a := s.ask("HEAD", "/", ""); a.StatusCode != 200 || len(a.body) != 0 {
		t.Errorf("HEAD: %s with %d bytes", a.Status, len(a.body))
	}
	var health struct{ Status string }
	s.into(s.get("/healthz"), &health)
	if health.Status != "ok" {
		t.Errorf("health is %q", health.Status)
	}
	s.step(id, 2)
	for _, line := range []string{`filterscope_run_step{run="` + id + `"} 2`, "go_goroutines"} {
		if !bytes.Contains(s.get("/metrics").body, []byte(line)) {
			t.Errorf("/metrics lacks %s", line)
		}
	}
}

func TestGuard(t *testing.T) {
	const token = "open-sesame"
	s := serve(t, func(c *web.Config) { c.Token, c.Hosts = token, append(c.Hosts, "scope.example") })
	id := s.open(small)
	pause := "/api/runs/" + id + "/pause"
	v := s.connect(id, 0) // without the token one may look, but not start the run
	v.until(func() bool { return len(v.pictures) == 4 })
	if v.run.State != "waiting" {
		t.Errorf("a viewer without the token made the run %s", v.run.State)
	}
	s.wantError(s.ask("GET", "/api/runs", "", "Host", "evil.example"), 421, "evil.example")
	if a := s.ask("GET", "/api/runs", "", "Host", "SCOPE.example:99"); a.StatusCode != 200 {
		t.Errorf("an allowed name: %s", a.Status)
	}
	s.wantError(s.ask("POST", pause, ""), 401, "control token")
	s.wantError(s.ask("POST", pause, "", "Authorization", "Bearer wrong"), 401, "control token")
	s.wantError(s.ask("POST", pause, "", "Authorization", "Bearer "+token, "Origin", "http://evil.example"), 403, "another origin")
	s.wantError(s.ask("POST", pause, "", "Authorization", "Bearer "+token, "Sec-Fetch-Site", "cross-site"), 403, "another origin")
	if a := s.ask("POST", pause, "", "Authorization", "Bearer "+token, "Origin", s.url); a.StatusCode != 200 {
		t.Errorf("with the token: %s: %s", a.Status, a.body)
	}
	if a := s.ask("POST", "/api/predict", `{"strokes":[[[1,2]]]}`); a.StatusCode != 200 {
		t.Errorf("a prediction changes nothing, and got %s", a.Status)
	}
	page := s.ask("GET", "/?token="+token+"&step=3", "")
	if page.StatusCode != 303 || page.Header.Get("Location") != "/?step=3" {
		t.Errorf("the token stays in the address: %s, %v", page.Status, page.Header)
	}
	cookie := page.Cookies()[0]
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode {
		t.Errorf("the cookie is %+v", cookie)
	}
	if a := s.ask("POST", pause, "", "Cookie", cookie.Name+"="+cookie.Value); a.StatusCode != 200 {
		t.Errorf("with the cookie: %s: %s", a.Status, a.body)
	}
	if cookies := s.ask("GET", "/?token=wrong", "").Cookies(); len(cookies) != 0 {
		t.Errorf("a wrong token got the cookies %v", cookies)
	}
}
