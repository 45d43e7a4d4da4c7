package nn_test

import (
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"testing"

	"filterscope/nn"
)

// reference is the state of n1 in another implementation: see testdata/README.md.
type reference struct {
	Batch     int
	Losses    []float64
	Optimizer struct{ LR, Beta1, Beta2, Eps float64 }
	Tensors   map[string]struct {
		Shape  []int
		Offset int
	}
	data []byte
}

func readReference(t *testing.T) *reference {
	t.Helper()
	text, err := os.ReadFile("testdata/n1-pytorch.json")
	if err != nil {
		t.Fatal(err)
	}
	var r reference
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open("testdata/n1-pytorch.bin.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	if r.data, err = io.ReadAll(unzipped); err != nil {
		t.Fatal(err)
	}
	return &r
}

// raw is a tensor in the reference's own order.
func (r *reference) raw(name string) []float32 {
	tensor := r.Tensors[name]
	n := 1
	for _, d := range tensor.Shape {
		n *= d
	}
	values := make([]float32, n)
	for i := range values {
		values[i] = math.Float32frombits(binary.LittleEndian.Uint32(r.data[tensor.Offset+4*i:]))
	}
	return values
}

// flat is all tensors of a prefix ("init", "grad", "final") in our order.
func (r *reference) flat(prefix string, a *nn.Architecture) []float32 {
	all := make([]float32, a.Parameters())
	for _, l := range a.Layers {
		if l.Weight.Len == 0 {
			continue
		}
		name := l.Name
		if l.Kind == nn.Dense {
			name = "dense"
		}
		copy(all[l.Bias.Offset:], r.raw(fmt.Sprintf("%s.%s.bias", prefix, name)))
		from := r.raw(fmt.Sprintf("%s.%s.weight", prefix, name))
		h, w := l.FilterH, l.FilterW
		if l.Kind == nn.Dense {
			h, w = l.In.H, l.In.W
		}
		to := all[l.Weight.Offset:]
		for i, v := range from { // (oc, ic, y, x) both for OIHW and for a dense layer's (out, CHW)
			x, y, ic, oc := i%w, i/w%h, i/(w*h)%l.In.C, i/(w*h*l.In.C)
			to[((y*w+x)*l.In.C+ic)*l.Out.C+oc] = v
		}
	}
	return all
}

// Gradients and weights agree with the reference within 1e-4 of each tensor's largest value, logits within 1e-5, losses within 1e-6.
func TestReference(t *testing.T) { nn.EachKernel(t, checkReference) }

func checkReference(t *testing.T) {
	r := readReference(t)
	data := mnist(t)
	a := parse(t, "n1", nn.Shape{H: 28, W: 28, C: 1}, 10)
	net := &nn.Network{Arch: a, Weights: r.flat("init", a)}
	examples := nn.Examples{Images: data.Train.Images, Labels: data.Train.Labels}

	w := nn.NewWorkspace(a, r.Batch)
	for i := range r.Batch {
		w.SetInputBytes(i, data.Train.Image(i))
	}
	closeTo(t, "logits", net.Forward(w, r.Batch), r.raw("logits"), 1e-5)

	parallel := nn.NewParallel(a, 2, r.Batch)
	defer parallel.Close()
	o := r.Optimizer
	adam, err := nn.NewOptimizer(nn.OptimizerConfig{Name: "adam", Beta1: o.Beta1, Beta2: o.Beta2, Epsilon: o.Eps}, len(net.Weights))
	if err != nil {
		t.Fatal(err)
	}
	index := counting(r.Batch * len(r.Losses))
	grad := make([]float32, len(net.Weights))
	for step, want := range r.Losses {
		loss, _ := parallel.Gradient(net, examples, index[step*r.Batch:(step+1)*r.Batch], grad)
		if math.Abs(loss-want) > 1e-6*want {
			t.Errorf("loss of step %d = %v, want %v", step+1, loss, want)
		}
		if step == 0 {
			tensorsCloseTo(t, "gradient of", a, grad, r.flat("grad", a), 1e-4)
		}
		adam.Update(net.Weights, grad, o.LR)
	}
	tensorsCloseTo(t, "final", a, net.Weights, r.flat("final", a), 1e-4)
}

func tensorsCloseTo(t *testing.T, what string, a *nn.Architecture, got, want []float32, tolerance float64) {
	t.Helper()
	for _, tensor := range a.Tensors() {
		from, to := tensor.Offset, tensor.Offset+tensor.Len
		closeTo(t, what+" "+tensor.Name, got[from:to], want[from:to], tolerance)
	}
}

// closeTo fails unless all values agree within tolerance of the largest one.
func closeTo(t *testing.T, what string, got, want []float32, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d values, want %d", what, len(got), len(want))
	}
	largest, worst, at, apart := 0.0, 0.0, 0, 0
	for i, v := range want {
		largest = max(largest, math.Abs(float64(v)))
		d := math.Abs(float64(got[i]) - float64(v))
		if !(d <= worst) {
			worst, at = d, i
		}
		if !(d <= tolerance*math.Abs(float64(v))) {
			apart++
		}
	}
	t.Logf("%s: within %.1e of the largest value %.3g; %d of %d differ by more than %.0e of themselves", what, worst/largest, largest, apart, len(want), tolerance)
	if !(worst <= tolerance*largest) {
		t.Errorf("%s[%d] = %v, want %v (largest %v)", what, at, got[at], want[at], largest)
	}
}
