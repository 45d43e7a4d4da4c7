package feature

import (
	"math/rand/v2"
	"sync"
	"testing"

	"filterscope/nn"
	"filterscope/nn/digits"
)

// trained is the default network after 150 steps on MNIST.
var trained = sync.OnceValue(func() *nn.Network {
	data, err := digits.MNIST()
	if err != nil {
		panic(err)
	}
	a, err := nn.ParseArchitecture("n1", nn.Shape{H: 28, W: 28, C: 1}, 10)
	if err != nil {
		panic(err)
	}
	net := nn.NewNetwork(a, 1)
	adam, err := nn.NewOptimizer(nn.OptimizerConfig{}, len(net.Weights))
	if err != nil {
		panic(err)
	}
	parallel := nn.NewParallel(a, 2, 128)
	defer parallel.Close()
	grad, random, index := make([]float32, len(net.Weights)), rand.New(rand.NewPCG(1, 1)), make([]int32, 128)
	for range 150 {
		for i := range index {
			index[i] = random.Int32N(int32(data.Train.Len()))
		}
		parallel.Gradient(net, nn.Examples{Images: data.Train.Images, Labels: data.Train.Labels}, index, grad)
		adam.Update(net.Weights, grad, 3e-3)
	}
	return net
})

// mnistProbe is so many images of MNIST's training set, evenly spread, or all of its test set for 0.
func mnistProbe(t testing.TB, a *nn.Architecture, images, workers int) *Probe {
	t.Helper()
	data, err := digits.MNIST()
	if err != nil {
		t.Fatal(err)
	}
	if images == 0 {
		return NewProbe(a, nn.Examples{Images: data.Test.Images, Labels: data.Test.Labels}, workers)
	}
	var ex nn.Examples
	for i := range images {
		at := i * data.Train.Len() / images
		ex.Images, ex.Labels = append(ex.Images, data.Train.Image(at)...), append(ex.Labels, data.Train.Labels[at])
	}
	return NewProbe(a, ex, workers)
}

// drawn are the layers of the default network that have pictures.
func drawn(a *nn.Architecture) []int { return append(a.Convolutions(), len(a.Layers)-1) }
