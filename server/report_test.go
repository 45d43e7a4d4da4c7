package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"html"
	"image/png"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"filterscope/nn/safetensors"
	"filterscope/web"
)

// tinyRun trains for about a second, without a page, and leaves a report.
func tinyRun(t *testing.T, more string, args ...string) (folder, out string, err error) {
	t.Helper()
	folder = filepath.Join(t.TempDir(), "deep", "report")
	var printed bytes.Buffer
	err = run(t.Context(), append([]string{"-headless", "-report", folder, "-config", tinyConfig(t, `,"batchSize":512`+more)}, args...), &printed, io.Discard)
	return folder, printed.String(), err
}

func read(t *testing.T, name ...string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(name...))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// weightsIn are a report's weights, and what their file says of them.
func weightsIn(t *testing.T, folder, name string) *safetensors.File {
	t.Helper()
	file, err := safetensors.Parse(read(t, folder, "weights", name))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func filesBelow(t *testing.T, folder string) (names []string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(folder), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// lastAccuracy is that of the test set in a report's metrics, and at which step.
func lastAccuracy(t *testing.T, folder string) (step int, accuracy float64) {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(read(t, folder, "metrics.csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	head := rows[0]
	last := rows[len(rows)-1]
	if last[slices.Index(head, "set")] != "test" {
		t.Fatalf("the last row of the metrics is %v", last)
	}
	step, err1 := strconv.Atoi(last[slices.Index(head, "step")])
	accuracy, err2 := strconv.ParseFloat(last[slices.Index(head, "accuracy")], 64)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	return step, accuracy
}

// untimed are a report's metrics without the seconds that steps took.
func untimed(t *testing.T, folder string) [][]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(read(t, folder, "metrics.csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.Index(rows[0], "seconds")
	for i, row := range rows {
		rows[i] = slices.Delete(row, at, at+1)
	}
	return rows
}

func TestReportHasAllOfTheRun(t *testing.T) {
	folder, out, err := tinyRun(t, `,"epochs":2`, "-require-accuracy", "0.5")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out, "report: "+filepath.Join(folder, "index.html")) {
		t.Errorf("it printed %q", out)
	}
	want := []string{
		"config.json", "confusion.csv", "confusion.pdf", "confusion.png", "confusion.svg", "curves/accuracy.pdf", "curves/accuracy.png", "curves/accuracy.svg",
		"curves/loss.pdf", "curves/loss.png", "curves/loss.svg",
	}
	for _, moment := range []string{"best", "first-epoch", "last", "start"} {
		for _, level := range []string{"classes", "high", "low", "mid"} {
			want = append(want, "filters/"+moment+"/"+level+".png")
		}
	}
	want = append(want, "index.html", "metrics.csv", "weights/best.safetensors", "weights/last.safetensors")
	got := filesBelow(t, folder)
	if !slices.Equal(got, want) {
		t.Errorf("its files are %q", got)
	}
	page := string(read(t, folder, "index.html"))
	for _, name := range got {
		if strings.HasSuffix(name, ".png") {
			if m, err := png.Decode(bytes.NewReader(read(t, folder, name))); err != nil || m.Bounds().Dx() < 300 {
				t.Errorf("%s is no picture to look at: %v", name, err)
			}
		}
		if name != "index.html" && !strings.Contains(page, `href="`+name+`"`) {
			t.Errorf("the page has no link to %s", name)
		}
	}
	for _, match := range regexp.MustCompile(`(?:href|src)="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if name := html.UnescapeString(match[1]); !slices.Contains(got, name) {
			t.Errorf("the page names %s, which is not there", name)
		}
	}
	step, accuracy := lastAccuracy(t, folder)
	if file := weightsIn(t, folder, "last.safetensors"); step != 236 || file.Metadata["step"] != "236" {
		t.Errorf("the last step is %d by the metrics, %s by the weights", step, file.Metadata["step"])
	}
	rows, err := csv.NewReader(bytes.NewReader(read(t, folder, "confusion.csv"))).ReadAll()
	if err != nil || len(rows) != 11 {
		t.Fatalf("the confusion matrix has %d lines, %v", len(rows), err)
	}
	right, all := 0, 0
	for i, row := range rows[1:] {
		for j, text := range row[1:] {
			n, _ := strconv.Atoi(text)
			all += n
			if i == j {
				right += n
			}
		}
	}
	if all != 10_000 || float64(right)/float64(all) != accuracy {
		t.Errorf("by the confusion matrix %d of %d are right, by the metrics %v", right, all, accuracy)
	}
	for _, words := range []string{"The required accuracy of 0.5 was reached.", "conv 5x5", "kernels", "Step 0: before training", "Step 236: "} {
		if !strings.Contains(page, words) {
			t.Errorf("the page does not say %q", words)
		}
	}
}

// The configuration of a report trains the same again, bit for bit.
func TestReportTrainsTheSameAgain(t *testing.T) {
	first, _, err := tinyRun(t, `,"epochs":1,"seed":7,"validation":5000`)
	if err != nil {
		t.Fatal(err)
	}
	again := filepath.Join(t.TempDir(), "again")
	if err := run(t.Context(), []string{"-headless", "-config", filepath.Join(first, "config.json"), "-report", again}, io.Discard, io.Discard); err != nil {
		t.Fatal(err)
	}
	a, b := weightsIn(t, first, "last.safetensors"), weightsIn(t, again, "last.safetensors")
	for name, tensor := range a.Tensors {
		if !slices.Equal(tensor.Values, b.Tensors[name].Values) {
			t.Errorf("%s has other values", name)
		}
	}
	if !slices.EqualFunc(untimed(t, first), untimed(t, again), slices.Equal) || !bytes.Equal(read(t, first, "filters/last/high.png"), read(t, again, "filters/last/high.png")) {
		t.Error("the metrics or the pictures are others")
	}
}

func TestMissedAccuracyIsReported(t *testing.T) {
	folder, out, err := tinyRun(t, `,"epochs":1`, "-require-accuracy", "1")
	if exitCode(err) != 1 || !strings.Contains(err.Error(), "is below the required 1") || !strings.Contains(err.Error(), " at step 118") {
		t.Errorf("it ended with %v", err)
	}
	if !strings.Contains(out, "report: ") || !bytes.Contains(read(t, folder, "index.html"), []byte("The required accuracy of 1 was missed.")) {
		t.Errorf("its report does not say so; it printed %q", out)
	}
}

// A run that fails before anything was evaluated has a report too.
func TestFailedRunIsReported(t *testing.T) {
	folder, _, err := tinyRun(t, `,"optimizer":"sgd","learningRate":100`)
	if exitCode(err) != 1 || !strings.Contains(err.Error(), "diverged") {
		t.Errorf("it ended with %v", err)
	}
	if page := read(t, folder, "index.html"); !bytes.Contains(page, []byte("The run failed: training diverged")) || bytes.Contains(page, []byte("confusion")) {
		t.Error("its report does not say so, or has a confusion matrix")
	}
	if names := filesBelow(t, folder); !slices.Contains(names, "weights/last.safetensors") || slices.Contains(names, "weights/best.safetensors") {
		t.Errorf("its files are %q", names)
	}
}

func TestReportWithoutAName(t *testing.T) {
	t.Chdir(t.TempDir())
	config := tinyConfig(t, `,"epochs":1,"batchSize":512`)
	if err := run(t.Context(), []string{"-headless", "-config", config, "-report", "none"}, io.Discard, io.Discard); err != nil {
		t.Fatal(err)
	}
	if names := filesBelow(t, "."); len(names) != 0 {
		t.Errorf("with -report none there are %q", names)
	}
	if err := run(t.Context(), []string{"-headless", "-config", config}, io.Discard, io.Discard); err != nil {
		t.Fatal(err)
	}
	if found, _ := filepath.Glob("filterscope-report-20*/index.html"); len(found) != 1 {
		t.Errorf("there are the reports %q", found)
	}
}

// What cannot be written to is told before there is anything to lose.
func TestReportFoldersThatCannotBe(t *testing.T) {
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "notes.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ folder, words string }{
		{full, "is not empty"},
		{filepath.Join(full, "notes.txt"), "-report: no report can be written"},
		{filepath.Join(full, "notes.txt", "report"), "-report: no report can be written"},
	} {
		var out bytes.Buffer
		err := run(t.Context(), []string{"-headless", "-report", c.folder}, &out, io.Discard)
		if exitCode(err) != 1 || !strings.Contains(err.Error(), c.words) || out.Len() > 0 {
			t.Errorf("%s: %v after it printed %q; want %q", c.folder, err, &out, c.words)
		}
	}
	folder, _, err := tinyRun(t, `,"epochs":-1`)
	if err == nil {
		t.Error("-1 epochs were trained")
	}
	if _, err := os.Stat(folder); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder was left for a run that never began: %v", err)
	}
}

// A report that cannot be written whole is not there at all.
func TestHalfAReportIsRemoved(t *testing.T) {
	folder, err := claimReport(filepath.Join(t.TempDir(), "report"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = folder.write([]web.ReportFile{{Name: "a/b/one.txt", Content: []byte("1")}, {Name: "a/b/one.txt/two.txt"}, {Name: "index.html"}})
	if err == nil || !strings.Contains(err.Error(), "-report: the report could not be written") {
		t.Errorf("writing gave %v", err)
	}
	if _, err := os.Stat(folder.dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("of half a report there is left %q", filesBelow(t, folder.dir))
	}
}

// initConfig is what a run's API tells of the weights that it started from.
type initConfig struct {
	Init *struct{ File, SHA256 string } `json:"init"`
}

// Weights of a report begin another run, with just what they had reached.
func TestRunsBeginWithTheWeightsOfAReport(t *testing.T) {
	first, _, err := tinyRun(t, `,"epochs":1`)
	if err != nil {
		t.Fatal(err)
	}
	_, reached := lastAccuracy(t, first)
	weights := filepath.Join(first, "weights", "last.safetensors")
	second := filepath.Join(t.TempDir(), "second")
	var out bytes.Buffer
	// The architecture is that of the weights.
	if err := run(t.Context(), []string{"-headless", "-init", weights, "-epochs", "1", "-report", second}, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(out.String(), "step 0, epoch 0 of 1: test loss ") {
		t.Errorf("it printed %q", &out)
	}
	rows := string(read(t, second, "metrics.csv"))
	if want := regexp.MustCompile(`(?m)^test,0,.*` + regexp.QuoteMeta(strconv.FormatFloat(reached, 'g', -1, 64))); !want.MatchString(rows) {
		t.Errorf("its metrics have no accuracy of %v at step 0", reached)
	}
	var config struct {
		Architecture string
		initConfig
	}
	if err := json.Unmarshal(read(t, second, "config.json"), &config); err != nil {
		t.Fatal(err)
	}
	if config.Init == nil || config.Init.File != "last.safetensors" || len(config.Init.SHA256) != 64 || !strings.HasPrefix(config.Architecture, "conv ") {
		t.Errorf("its configuration is %+v", config)
	}
	if page := read(t, second, "index.html"); !bytes.Contains(page, []byte("the weights of last.safetensors (SHA-256 ")) {
		t.Error("its page does not say where it started")
	}
	// Its configuration needs the same file again.
	again := []string{"-headless", "-config", filepath.Join(second, "config.json"), "-report"}
	err = run(t.Context(), append(again, "none"), io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), `init: the weights of "last.safetensors"`) || !strings.Contains(err.Error(), "-init") {
		t.Errorf("without the weights its configuration gives %v", err)
	}
	err = run(t.Context(), append(again, "none", "-init", filepath.Join(second, "weights", "last.safetensors")), io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "is not the file that -config names") {
		t.Errorf("with other weights its configuration gives %v", err)
	}
	third := filepath.Join(t.TempDir(), "third")
	if err := run(t.Context(), append(again, third, "-init", weights), io.Discard, io.Discard); err != nil {
		t.Fatal(err)
	}
	if !slices.EqualFunc(untimed(t, second), untimed(t, third), slices.Equal) {
		t.Error("the same configuration and weights give other metrics")
	}
}

func TestServedRunBeginsWithWeights(t *testing.T) {
	first, _, err := tinyRun(t, `,"epochs":1`)
	if err != nil {
		t.Fatal(err)
	}
	_, reached := lastAccuracy(t, first)
	url, stop := program(t, "-init", filepath.Join(first, "weights", "best.safetensors"))
	var list struct {
		Runs []struct {
			ID           string
			State        string
			TestAccuracy *float64
			Config       initConfig
		}
	}
	for len(list.Runs) == 0 || list.Runs[0].TestAccuracy == nil {
		if err := json.Unmarshal(get(t, url+"api/runs"), &list); err != nil {
			t.Fatal(err)
		}
	}
	r := list.Runs[0]
	if r.State != "waiting" || *r.TestAccuracy != reached || r.Config.Init == nil || r.Config.Init.File != "best.safetensors" {
		t.Errorf("its run is %+v, want a waiting one with accuracy %v", r, reached)
	}
	served, err := safetensors.Parse(get(t, url+"api/runs/"+r.ID+"/steps/0/weights.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	for name, tensor := range weightsIn(t, first, "best.safetensors").Tensors {
		if !slices.Equal(tensor.Values, served.Tensors[name].Values) {
			t.Errorf("%s has other values", name)
		}
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func TestWeightsThatCannotBegin(t *testing.T) {
	first, _, err := tinyRun(t, `,"epochs":1`)
	if err != nil {
		t.Fatal(err)
	}
	weights := filepath.Join(first, "weights", "last.safetensors")
	broken := filepath.Join(t.TempDir(), "broken.safetensors")
	if err := os.WriteFile(broken, read(t, weights)[:5000], 0o600); err != nil {
		t.Fatal(err)
	}
	wide := filepath.Join(t.TempDir(), "wide.json")
	if err := os.WriteFile(wide, []byte(`{"architecture":"n1"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args  []string
		words string
		code  int
	}{
		{[]string{"-init", "missing.safetensors"}, "-init: ", 1},
		{[]string{"-init", first}, "is no file of weights", 1},
		{[]string{"-init", broken}, "cut off", 1},
		{[]string{"-init", wide}, "no safetensors file", 1},
		{[]string{"-headless", "-report", "none", "-init", weights, "-config", wide}, `tensor "conv1.weight" has the shape`, 1},
		{[]string{"-addr", "127.0.0.1:0", "-init", weights, "-config", wide}, `tensor "conv1.weight" has the shape`, 1},
		{[]string{"-role", "web", "-nats", "nats://127.0.0.1:1", "-init", weights}, "-role web", 2},
		{[]string{"-report", "x"}, "-report: needs -headless", 2},
		{[]string{"-headless", "-report", ""}, "the name is empty", 2},
		{[]string{"-headless", "-open"}, "-open: impossible", 2},
	} {
		t.Setenv("XDG_DATA_HOME", t.TempDir())
		err := run(t.Context(), c.args, io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), c.words) || exitCode(err) != c.code {
			t.Errorf("%q ended with %v, want a word of %q and status %d", c.args, err, c.words, c.code)
		}
	}
}
