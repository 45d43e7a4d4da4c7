package lesson

import (
	"math"
	"math/rand/v2"
	"testing"

	"filterscope/nn"
	"filterscope/nn/naive"
)

// architectures have everything that a network can have, asymmetric.
var architectures = map[string]string{
	"one convolution": "conv 3x3x4 pad 1 | relu | maxpool 2 | dense classes",
	"everything":      "conv 5x3x3 stride 2 pad 1 | relu | conv 3x3x5 pad 1 | relu | maxpool 3 stride 2 | dense 7 | relu | dense classes",
	"ten":             "conv 3x3x2 pad 1 | relu | conv 3x3x3 pad 1 | conv 3x3x2 pad 1 | conv 1x1x4 | conv 3x3x2 pad 1 | conv 3x3x2 pad 1 | conv 3x3x2 pad 1 | conv 3x3x2 pad 1 | maxpool 2 | conv 3x3x2 pad 1 | conv 3x3x3 | relu | dense classes",
}

const classes = 6

func network(t *testing.T, text string) *nn.Network {
	t.Helper()
	arch, err := nn.ParseArchitecture(text, nn.Shape{H: 14, W: 11, C: 2}, classes)
	if err != nil {
		t.Fatal(err)
	}
	net := nn.NewNetwork(arch, 3)
	random := rand.New(rand.NewPCG(1, 2))
	for _, l := range arch.Layers {
		for i := range l.Bias.Len {
			net.Weights[l.Bias.Offset+i] = 0.1 * float32(random.NormFloat64())
		}
	}
	return net
}

func images(arch *nn.Architecture, n int) (all [][]float32, labels []byte) {
	random := rand.New(rand.NewPCG(3, 4))
	for i := range n {
		image := make([]float32, arch.Input.Size())
		for j := range image {
			image[j] = max(0, random.Float32()*2-1)
		}
		all, labels = append(all, image), append(labels, byte(i%classes))
	}
	return all, labels
}

const tolerance = 1e-4

func near(a, b float64) bool { return math.Abs(a-b) <= tolerance*max(1, math.Abs(b)) }

func wantNear[T float32 | float64](t *testing.T, what string, got []T, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d values, want %d", what, len(got), len(want))
	}
	for i := range got {
		if !near(float64(got[i]), want[i]) {
			t.Fatalf("%s: value %d is %v, computed naively it is %v", what, i, got[i], want[i])
		}
	}
}

// Every number of a pass is what a naive computation in float64 gives.
func TestPassIsWhatIsComputedNaively(t *testing.T) {
	for name, text := range architectures {
		t.Run(name, func(t *testing.T) {
			net := network(t, text)
			all, labels := images(net.Arch, 3)
			p := Propagate(net, all, labels)
			mean := 0.0
			for i, image := range all {
				want := naive.Propagate(net, image, labels[i])
				wantNear(t, "logits", p.Logits[i], want.Logits())
				chances := want.Probabilities()
				wantNear(t, "probabilities", p.Probabilities[i], chances)
				wantNear(t, "deltas", p.Deltas[i], want.Slopes[len(want.Slopes)-1])
				loss := -math.Log(chances[labels[i]])
				if mean += loss / 3; !near(p.Losses[i], loss) {
					t.Errorf("loss %v, want %v", p.Losses[i], loss)
				}
				best := 0
				for class, l := range want.Logits() {
					if l > want.Logits()[best] {
						best = class
					}
				}
				if p.Predictions[i] != best {
					t.Errorf("prediction %d, want %d", p.Predictions[i], best)
				}
				for layer := -1; layer < len(net.Arch.Layers); layer++ {
					wantNear(t, "outputs", p.Output(i, layer), want.Outputs[layer+1])
					wantNear(t, "gradients", p.Gradient(i, layer), want.Slopes[layer+1])
				}
			}
			if !near(p.Loss, mean) {
				t.Errorf("the mean loss is %v, want %v", p.Loss, mean)
			}
		})
	}
}

// Every value is its bias and the sum of what comes in, or its maximum.
func TestOriginAddsUp(t *testing.T) {
	for name, text := range architectures {
		t.Run(name, func(t *testing.T) {
			net := network(t, text)
			all, labels := images(net.Arch, 2)
			p := Propagate(net, all, labels)
			for layer, l := range net.Arch.Layers {
				for i := range l.Out.Size() {
					y, x, c := i/(l.Out.W*l.Out.C), i/l.Out.C%l.Out.W, i%l.Out.C
					o := p.Origin(1, layer, y, x, c)
					if want := p.Output(1, layer)[i]; o.Value != want {
						t.Fatalf("%s: the value at %d, %d, %d is told as %v, it is %v", l.Name, y, x, c, o.Value, want)
					}
					checkOrigin(t, p, layer, o)
				}
			}
		})
	}
}

func checkOrigin(t *testing.T, p *Pass, layer int, o Origin) {
	t.Helper()
	l, below := p.net.Arch.Layers[layer], p.Output(1, layer-1)
	sum, chosen := float64(o.Bias)+o.Rest, 0
	for _, term := range o.Terms {
		if from := below[(term.Y*l.In.W+term.X)*l.In.C+term.C]; term.Input != from {
			t.Fatalf("%s: an input is told as %v, it is %v", l.Name, term.Input, from)
		}
		if sum += float64(term.Product); term.Weight == 1 {
			chosen++
		}
		if l.Kind == nn.MaxPool && term.Input > o.Value {
			t.Fatalf("%s: the input %v is above the maximum %v", l.Name, term.Input, o.Value)
		}
	}
	if !near(sum, float64(o.Value)) {
		t.Fatalf("%s: the terms add up to %v, the value is %v", l.Name, sum, o.Value)
	}
	if l.Kind == nn.MaxPool && chosen != 1 {
		t.Fatalf("%s: %d inputs are the maximum", l.Name, chosen)
	}
	for i := 1; l.Kind == nn.Dense && i < len(o.Terms); i++ {
		if math.Abs(float64(o.Terms[i].Product)) > math.Abs(float64(o.Terms[i-1].Product)) {
			t.Fatalf("%s: the terms are not the largest first", l.Name)
		}
	}
}

// A small step along the gradient changes the loss by what is predicted, up to
// a second-order term.
func TestPredictedChange(t *testing.T) {
	net := network(t, architectures["everything"])
	all, labels := images(net.Arch, 4)
	gradient := make([]float32, len(net.Weights))
	before := Propagate(net, all, labels)
	for i, image := range all {
		for j, g := range naive.Propagate(net, image, labels[i]).Gradient {
			gradient[j] += float32(g / float64(len(all)))
		}
	}
	for _, rate := range []float64{1e-4, 1e-3} {
		other := net.Clone()
		for i, g := range gradient {
			other.Weights[i] -= float32(rate * float64(g))
		}
		predicted := Predicted(gradient, net.Weights, other.Weights)
		actual := Propagate(other, all, labels).Loss - before.Loss
		if predicted >= 0 || math.Abs(actual-predicted) > 0.05*math.Abs(predicted) {
			t.Errorf("rate %v: predicted %v, actual %v", rate, predicted, actual)
		}
	}
}

// Losses are told also where the probability is 0 in float32.
func TestLossOfHopelessScores(t *testing.T) {
	if got := loss([]float32{300, 0, -100}, 2); got != 400 {
		t.Errorf("the loss is %v, want 400", got)
	}
}
