package web_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"filterscope/nn/train"
)

// rows are the lines of a CSV file below its head.
func (s *site) rows(path string) [][]string {
	s.Helper()
	all, err := csv.NewReader(bytes.NewReader(s.get(path).body)).ReadAll()
	if err != nil {
		s.Fatal(err)
	}
	return all[1:]
}

func parsed(t *testing.T, text string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Each epoch's mean is that over its images, also where batches differ in size.
func TestMeansOfEpochs(t *testing.T) {
	s := serve(t, nil)
	c := small
	c.BatchSize = 150 // an epoch of 640 images ends with a batch of 40
	id := s.open(c)
	s.step(id, 6)
	each := s.rows("/api/runs/" + id + "/figures/loss.csv?axis=epoch")
	means := s.rows("/api/runs/" + id + "/figures/loss.csv?axis=epoch&per=epoch")
	epochs := map[string]string{}
	for _, row := range means {
		if row[2] == "train" {
			epochs[row[4]] = row[6]
		}
	}
	images, before := 640.0, 0.0
	sum, n := 0.0, 0.0
	for _, row := range each {
		if row[2] != "train" {
			continue
		}
		epoch := parsed(t, row[4])
		batch := math.Round((epoch - before) * images)
		sum, n, before = sum+batch*parsed(t, row[6]), n+batch, epoch
		if epoch == math.Floor(epoch) || row[3] == "6" {
			if got := parsed(t, epochs[row[4]]); math.Abs(got-sum/n) > 1e-4*sum/n {
				t.Errorf("the mean of the epoch that is done at %v is %v, want %v over %v images", epoch, got, sum/n, n)
			}
			delete(epochs, row[4])
			sum, n = 0, 0
		}
	}
	if len(epochs) > 0 {
		t.Errorf("there are further means: %v", epochs)
	}
}

// What is saved as numbers is what is drawn: the range, the runs, the smoothing.
func TestCurveAsCSV(t *testing.T) {
	s := serve(t, nil)
	one := s.open(small)
	s.step(one, 12)
	other := s.open(train.Config{Name: "other, run", Architecture: "tiny", BatchSize: 128, LearningRate: 0.001})
	s.step(other, 7)
	count := func(query string) map[string]int {
		n := map[string]int{}
		for _, row := range s.rows("/api/runs/" + one + "/figures/accuracy.csv" + query) {
			n[row[1]+" "+row[2]]++
		}
		return n
	}
	var run runJSON
	s.into(s.get("/api/runs/"+one), &run)
	for query, want := range map[string]map[string]int{
		"":                                   {"train": 12, "test": 2},
		"?from=3&to=9":                       {"train": 7, "test": 1},
		"?axis=epoch&from=0.5&to=1":          {"train": 3, "test": 1},
		"?axis=epoch&per=epoch":              {"train": 3, "test": 2},
		"?overlay=" + other:                  {"train": 12, "test": 2, "other, run train": 7, "other, run test": 1},
		"?axis=time&to=1e9&overlay=" + other: {"train": 12, "test": 2, "other, run train": 7, "other, run test": 1},
	} {
		named := map[string]int{}
		for set, n := range want {
			if !strings.HasPrefix(set, "other") {
				set = run.Name + " " + set
			}
			named[set] = n
		}
		if diff := cmp.Diff(named, count(query)); diff != "" {
			t.Errorf("%q has other rows (-want +got):\n%s", query, diff)
		}
	}
	rows := s.rows("/api/runs/" + one + "/figures/accuracy.csv?smoothing=0.5&from=2&to=5")
	raw := s.rows("/api/runs/" + one + "/figures/accuracy.csv")
	a, b := parsed(t, raw[0][6]), parsed(t, raw[1][6])
	if got, want := parsed(t, rows[0][7]), (a/3 + b*2/3); len(rows) != 5 || math.Abs(got-want) > 1e-9 || rows[4][7] != "" {
		t.Errorf("smoothed from step 2 on: %v, want %v first", rows, want)
	}
}

// A viewer sees the range, the axis and the other runs that it asks for.
func TestCurvesOfTheStream(t *testing.T) {
	s := serve(t, nil)
	other := s.open(train.Config{Name: "beside", Architecture: "tiny", BatchSize: 128})
	s.step(other, 3)
	id := s.open(small)
	s.step(id, 12)
	v := s.connect(id, 0)
	v.say(fmt.Sprintf(`{"type":"options","axis":"epoch","accuracyScale":"log","from":0.5,"to":2.2,"overlay":[%q,%q,"gone"]}`, other, id))
	v.until(func() bool {
		h := v.curves["accuracy"]
		return h.Axis == "epoch" && bytes.Contains(h.payload, []byte(">beside<"))
	})
	h := v.curves["accuracy"]
	if h.X.Min != 0.5 || h.X.Max != 2.2 || h.Whole.Min != 0 || h.Whole.Max != 2.4 || h.Y.Scale != "error" {
		t.Errorf("the axes are %+v, %+v without the range, %+v", h.X, h.Whole, h.Y)
	}
	if diff := cmp.Diff([]string{other}, h.Runs); diff != "" {
		t.Errorf("the runs beside it (-want +got):\n%s", diff)
	}
	if !bytes.Contains(h.payload, []byte(">best ")) {
		t.Error("the best epoch is not marked")
	}
	// The range stays while the run goes on.
	s.step(id, 2)
	v.until(func() bool { return v.curves["accuracy"].Step == 14 })
	if h := v.curves["accuracy"]; h.X.Max != 2.2 || h.Whole.Max != 2.8 {
		t.Errorf("after two more steps the axis is %+v, %+v without the range", h.X, h.Whole)
	}
	v.say(`{"type":"options","axis":"time","per":"epoch"}`)
	v.until(func() bool { return v.curves["loss"].Axis == "time" })
	if h := v.curves["loss"]; h.X.Max <= 0 || !bytes.Contains(h.payload, []byte("mean of the epoch")) || len(h.Runs) != 0 {
		t.Errorf("over time the axis is %+v, with the runs %v", h.X, h.Runs)
	}
}
