package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What is wrong in a file is told with file, line, field and what would be
// right, all at once.
func TestConfigFileErrors(t *testing.T) {
	for text, want := range map[string][]string{
		"{\n  \"epochs\": 5,\n}":                                {"-config: FILE: line 3, column 1 is no JSON"},
		"{\n  \"epoch\": 5,\n  \"seed\": \"one\"\n}":            {"-config: FILE:2:12: epoch: it is no setting; there are name, from", `-config: FILE:3:11: seed: "one" is impossible; use a whole number`},
		"{\"optimizer\": \"sgd\",\n \"batchSize\": 0.5}":        {"-config: FILE:2:15: batchSize: 0.5 is impossible; use a whole number from 1 to 4096"},
		"{\"epochs\": 99999,\n \"augmentation\":{\"shear\":2}}": {"-config: FILE:1:12: epochs: 99999 is impossible; use 1 to 10000", "-config: FILE:2:17: augmentation.shear: shear 2 is impossible; use 0 to 1"},
		"{\"architecture\": \"conv 3x3 | dense classes\"}":      {"-config: FILE:1:18: architecture: the filters' size must be HxWxC", "^^^"},
		"{\"from\": {\"run\":\"gone\",\"step\":3}}":             {"-config: FILE:1:10: from: there is no run \"gone\""},
		"{\"name\": \"" + strings.Repeat("x", 101) + "\"}":      {"-config: FILE:1:10: name: 101 characters are too many"},
	} {
		file := filepath.Join(t.TempDir(), "run.json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{{"-headless"}, {"-addr", "127.0.0.1:0", "-data", t.TempDir()}} {
			err := run(t.Context(), append(args, "-config", file), io.Discard, io.Discard)
			for _, words := range want {
				if words = strings.ReplaceAll(words, "FILE", file); err == nil || !strings.Contains(err.Error(), words) {
					t.Errorf("%s: %v, want %q", text, err, words)
				}
			}
		}
	}
	err := run(t.Context(), []string{"-headless", "-config", tinyConfig(t, `,"epochs":5`), "-epochs", "-2"}, io.Discard, io.Discard)
	if err == nil || err.Error() != "epochs: -2 is impossible; use 1 to 10000" {
		t.Errorf("a flag's mistake is told as %v", err)
	}
}

// A run's exported configuration, given to another process by -config and to
// the API as it is, gives the same numbers, bit for bit.
func TestExportedConfigRepeatsARun(t *testing.T) {
	url, stop := program(t, "-config", tinyConfig(t, `,"epochs":1,"batchSize":512,"seed":77,"name":"once","augmentation":{"rotation":5},"learningRate":0.0071`), "-pace", "0.01")
	id := newestRun(t, url)
	step(t, url, id)
	want, exported := points(t, url, id), get(t, url+"api/runs/"+id+"/config.json")

	response, err := http.Post(url+"api/runs", "application/json", bytes.NewReader(exported))
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	posted := newestRun(t, url)
	if step(t, url, posted); posted == id || !cmp.Equal(points(t, url, posted), want) {
		t.Error("given to the API, it has other numbers")
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}

	file := filepath.Join(t.TempDir(), "exported.json")
	if err := os.WriteFile(file, exported, 0o600); err != nil {
		t.Fatal(err)
	}
	url, stop = program(t, "-config", file)
	again := newestRun(t, url)
	step(t, url, again)
	if got := points(t, url, again); !cmp.Equal(got, want) {
		t.Error("given to -config, it has other numbers")
	}
	if got := get(t, url+"api/runs/"+again+"/config.json"); !bytes.Equal(got, exported) {
		t.Errorf("exported again, the configuration is\n%s, was\n%s", got, exported)
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
}

// history is what every step saw.
type history struct {
	Train struct {
		Step           []int
		Loss, Accuracy []float64
	}
}

// points are the first 40 steps of a run.
func points(t *testing.T, url, id string) (h history) {
	t.Helper()
	if err := json.Unmarshal(get(t, url+"api/runs/"+id+"/metrics.json"), &h); err != nil {
		t.Fatal(err)
	}
	if len(h.Train.Loss) != 40 {
		t.Fatalf("there are %d points", len(h.Train.Loss))
	}
	return h
}

// newestRun waits until there is a run that a trainer has, and returns it.
func newestRun(t *testing.T, url string) string {
	t.Helper()
	var list struct {
		Runs []struct{ ID, State string }
	}
	for len(list.Runs) == 0 || list.Runs[0].State == "queued" {
		if err := json.Unmarshal(get(t, url+"api/runs"), &list); err != nil {
			t.Fatal(err)
		}
	}
	return list.Runs[0].ID
}

// step takes the steps of a run by hand, up to step 40.
func step(t *testing.T, url, id string) {
	t.Helper()
	var run struct{ Step int }
	for run.Step < 40 {
		response, err := http.Post(url+"api/runs/"+id+"/step", "application/json", strings.NewReader(`{"steps":1}`))
		if err != nil {
			t.Fatal(err)
		}
		err = json.NewDecoder(response.Body).Decode(&run)
		response.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
	}
	if run.Step != 40 {
		t.Fatalf("run %s went on to step %d by itself", id, run.Step)
	}
}
