package feature

import (
	"math"
	"testing"

	"filterscope/nn"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// someNet has conv1 with 2 units of 1x2x1, conv2 with 2 units of 1x1x2, and 2 classes that see 1x2 pixels of 2 channels.
func someNet(t *testing.T) *nn.Network {
	t.Helper()
	a, err := nn.ParseArchitecture("conv 1x2x2 | relu | conv 1x1x2 | dense classes", nn.Shape{H: 1, W: 3, C: 1}, 2)
	if err != nil {
		t.Fatal(err)
	}
	net := nn.NewNetwork(a, 1)
	clear(net.Weights)
	copy(net.Tensor(a.Layers[0].Weight), []float32{3, 1, 4, 2}) // unit 0: 3, 4; unit 1: 1, 2
	copy(net.Tensor(a.Layers[0].Bias), []float32{0.5, -1})
	copy(net.Tensor(a.Layers[2].Weight), []float32{1, -2, -3, 4}) // from channel 0: 1 to unit 0, -2 to unit 1
	copy(net.Tensor(a.Layers[3].Weight), []float32{
		1, 2, 3, 4, // pixel 0: from channel 0 to classes 0 and 1, from channel 1
		-5, 6, 7, -8,
	})
	return net
}

func TestVitals(t *testing.T) {
	net := someNet(t)
	start, before := net.Clone(), net.Clone()
	start.Tensor(net.Arch.Layers[0].Weight)[0] = 0   // unit 0 was 0, 4
	before.Tensor(net.Arch.Layers[0].Weight)[2] = 14 // unit 0 was 3, 14
	gradient := make([]float32, len(net.Weights))
	gradient[1], gradient[3] = -6, 8 // unit 1
	got := VitalsOf(net, start, &Past{Net: before, Steps: 4}, gradient, 0)
	want := []Vitals{
		{Norm: 5, Bias: 0.5, UpdateRatio: 10.0 / 4 / 5, Distance: 3},
		{Norm: math.Sqrt(5), Bias: -1, GradientNorm: 10},
	}
	if diff := gocmp.Diff(want, got, cmpopts.EquateApprox(1e-12, 0)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if first := VitalsOf(net, net, nil, gradient, 0)[0]; first.UpdateRatio != 0 || first.Distance != 0 {
		t.Errorf("step 0 has %+v", first)
	}
	clear(net.Weights)
	if silent := VitalsOf(net, start, &Past{Net: before, Steps: 1}, gradient, 0)[0]; silent.UpdateRatio != 0 {
		t.Errorf("a unit without weights has the update ratio %v", silent.UpdateRatio)
	}
	if diff := gocmp.Diff([]float64{1, 1}, Change(before, net, 0), cmpopts.EquateApprox(1e-12, 0)); diff != "" {
		t.Errorf("all weights lost (-want +got)\n%s", diff)
	}
}

func TestConnections(t *testing.T) {
	net := someNet(t)
	incoming, outgoing := Connections(net, 2, 0)
	if diff := gocmp.Diff([]Connection{{0, 1, -3}, {0, 0, 1}}, incoming); diff != "" {
		t.Errorf("incoming (-want +got)\n%s", diff)
	}
	want := []Connection{{3, 1, math.Sqrt(40)}, {3, 0, -math.Sqrt(26)}}
	if diff := gocmp.Diff(want, outgoing, cmpopts.EquateApprox(1e-12, 0)); diff != "" {
		t.Errorf("outgoing (-want +got)\n%s", diff)
	}
	if incoming, _ := Connections(net, 0, 0); len(incoming) != 0 {
		t.Errorf("the first layer hears %v", incoming)
	}
	if _, outgoing := Connections(net, 3, 0); len(outgoing) != 0 {
		t.Errorf("the last layer tells %v", outgoing)
	}
}

// The probe's gradient is that of the mean loss of its first images, in one go.
func TestGradientOfTheProbe(t *testing.T) {
	net := trained()
	probe := mnistProbe(t, net.Arch, 40, 1)
	got := probe.Gradient(net, 37)
	w := nn.NewWorkspace(net.Arch, 37)
	for i := range 37 {
		w.SetInputBytes(i, probe.examples.Images[i*784:][:784])
	}
	net.Forward(w, 37)
	want := make([]float32, len(got))
	net.Backward(w, probe.examples.Labels[:37], 1.0/37, want)
	for i := range got {
		if math.Abs(float64(got[i]-want[i])) > 1e-6 {
			t.Fatalf("weight %d: %v, want %v", i, got[i], want[i])
		}
	}
}

func TestHistogramOf(t *testing.T) {
	h := HistogramOf([]float64{-2, -1.9, 0, 0.1, 2, 1, 1}, 4)
	if diff := gocmp.Diff(Histogram{-2, 2, []int{2, 0, 2, 3}}, h); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if diff := gocmp.Diff(Histogram{-1, 1, []int{0, 3}}, HistogramOf([]float64{0, 0, 0}, 2)); diff != "" {
		t.Errorf("of zeros (-want +got)\n%s", diff)
	}
}

func survey(answers ...float32) Survey {
	s := Survey{Units: [][]Answer{nil}}
	for _, v := range answers {
		s.Units[0] = append(s.Units[0], Answer{Value: v})
	}
	return s
}

func TestSelectivity(t *testing.T) {
	s := survey(6, 2, 1, -9, 0)
	got := s.Selectivity(0, []byte{0, 0, 1, 1, 3}, 4)
	m0, r0 := 4.0, 1.0/3
	m1, r1 := 0.5, 8.0/3
	want := []float64{(m0 - r0) / (m0 + r0), (m1 - r1) / (m1 + r1), 0, -1}
	if diff := gocmp.Diff(want, got, cmpopts.EquateApprox(1e-12, 1e-12)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := survey(-1, -2).Selectivity(0, []byte{0, 1}, 2); got[0] != 0 || got[1] != 0 {
		t.Errorf("a dead unit selects %v", got)
	}
	if got := s.ActiveShare(0); got != 0.6 {
		t.Errorf("the active share is %v, want 0.6", got)
	}
}

func TestSimilarity(t *testing.T) {
	a := survey(1, 2, 3, -4)
	for _, c := range []struct {
		other Survey
		want  float64
	}{{survey(3, 5, 7, 1), 1}, {survey(2, 1, 0, 3), -1}, {survey(5, 5, 5, 5), 0}, {a, 1}} {
		if got := a.Similarity(0, c.other); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("with %v it is %v, want %v", c.other.Units[0], got, c.want)
		}
	}
	if got := survey(-1, -2).Similarity(0, survey(-5, -1)); got != 1 {
		t.Errorf("two dead units are alike by %v", got)
	}
}

// Windows of n1: the places whose fields lie inside, nearest to the middle; the classes see the whole image.
func TestWindowOf(t *testing.T) {
	a, err := nn.ParseArchitecture("n1", nn.Shape{H: 28, W: 28, C: 1}, 10)
	if err != nil {
		t.Fatal(err)
	}
	var got []Window
	for _, layer := range drawn(a) {
		got = append(got, WindowOf(a, layer))
	}
	want := []Window{
		{ReceptiveField: ReceptiveField{5, 5, 1, 1, -2, -2}, Y: 13, X: 13},
		{ReceptiveField: ReceptiveField{10, 10, 2, 2, -4, -4}, Y: 6, X: 6},
		{ReceptiveField: ReceptiveField{20, 20, 4, 4, -8, -8}, Y: 3, X: 3},
		{ReceptiveField: ReceptiveField{SizeH: 28, SizeW: 28}, Whole: true},
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	deep, err := nn.ParseArchitecture("conv 5x5x4 pad 2 | maxpool 2 | conv 5x5x4 pad 2 | maxpool 2 | conv 5x5x4 pad 2 | dense classes", nn.Shape{H: 20, W: 20, C: 1}, 2)
	if err != nil {
		t.Fatal(err)
	}
	if w := WindowOf(deep, 4); !w.Whole || w.SizeH != 20 || w.Y != 2 {
		t.Errorf("a field larger than the image has the window %+v", w)
	}
}
