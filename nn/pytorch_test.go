package nn_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// tcmalloc is the allocator that PyTorch is fastest with, where Debian puts it.
const tcmalloc = "/usr/lib/x86_64-linux-gnu/libtcmalloc_minimal.so.4"

// pytorch are the ways of training that this package is compared with; see testdata/pytorch.py.
var pytorch = []struct {
	name    string
	mode    string
	threads int
	env     []string
}{
	{"plain", "plain", runtime.NumCPU(), nil},
	{"plain-1-thread", "plain", 1, nil},
	{"float32", "float32", runtime.NumCPU(), []string{"OPENBLAS_NUM_THREADS=1", "LD_PRELOAD=" + tcmalloc}},
	{"bf16", "bf16", runtime.NumCPU(), []string{"OPENBLAS_NUM_THREADS=1", "LD_PRELOAD=" + tcmalloc}},
}

// BenchmarkPyTorch trains n1 here and with PyTorch, in turn, and reports the median of each and of the ratios. It needs
// Debian's python3-torch and libtcmalloc-minimal4, and is skipped without them.
func BenchmarkPyTorch(b *testing.B) {
	const rounds, steps = 5, 200
	python := torchPython(b)
	images, err := filepath.Abs("digits/mnist")
	if err != nil {
		b.Fatal(err)
	}
	for _, p := range pytorch {
		b.Run(p.name, func(b *testing.B) {
			var ours, theirs, ratios []float64
			t := newTraining(b, "n1")
			for b.Loop() {
				for range rounds {
					script := exec.Command(python, "testdata/pytorch.py", images, p.mode, strconv.Itoa(p.threads), strconv.Itoa(steps))
					script.Env = append(os.Environ(), p.env...)
					out, err := script.Output()
					if err != nil {
						b.Fatalf("%v: %v", script, err)
					}
					their, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
					if err != nil {
						b.Fatal(err)
					}
					our := t.speed(steps)
					ours, theirs, ratios = append(ours, our), append(theirs, their), append(ratios, our/their)
				}
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(median(ours), "images/s")
			b.ReportMetric(median(theirs), "pytorch-images/s")
			b.ReportMetric(median(ratios), "ratio")
		})
	}
}

// speed is how many images a second so many steps train.
func (t *training) speed(steps int) float64 {
	began := time.Now()
	for range steps {
		t.step()
	}
	return float64(steps*trainingBatch) / time.Since(began).Seconds()
}

// torchPython is a Python that has PyTorch.
func torchPython(b *testing.B) string {
	b.Helper()
	if _, err := os.Stat(tcmalloc); err != nil {
		b.Skip("libtcmalloc-minimal4 is not installed")
	}
	for _, python := range []string{"/usr/bin/python3", "python3"} {
		if exec.Command(python, "-c", "import torch").Run() == nil {
			return python
		}
	}
	b.Skip("there is no Python with PyTorch on this machine")
	return ""
}

func median(all []float64) float64 {
	slices.Sort(all)
	return all[len(all)/2]
}
