package web

import (
	"runtime"
	"sync"

	lru "github.com/hashicorp/golang-lru/v2"

	"filterscope/nn"
	"filterscope/nn/digits"
	"filterscope/nn/feature"
	"filterscope/nn/train"
)

const (
	probeImages    = 256 // of the training set, evenly spread
	gradientImages = 128 // of these, for the gradient of the loss
	patchesPerUnit = 9
	cachedFindings = 48
	cachedBenches  = 4
)

// A microscope finds out what the units of snapshots look for, each thing once.
type microscope struct {
	data     func() (*digits.Data, error)
	mu       sync.Mutex
	benches  *lru.Cache[string, *bench] // by architecture
	findings *lru.Cache[findingKey, *findings]
}

func newMicroscope(data func() (*digits.Data, error)) *microscope {
	return &microscope{
		data: data, benches: newCache[string, *bench](cachedBenches),
		findings: newCache[findingKey, *findings](cachedFindings),
	}
}

func newCache[K comparable, V any](size int) *lru.Cache[K, V] {
	cache, err := lru.New[K, V](size)
	if err != nil {
		panic(err) // every size is a positive constant
	}
	return cache
}

// findingKey is a kept step of a run, after so many changes of units, or weights
// that nobody keeps.
type findingKey struct {
	run     string
	step    int
	changes int
	net     *nn.Network
}

func keyOf(run string, s *train.Snapshot) findingKey {
	key := findingKey{run: run, step: s.Step, changes: s.UnitChanges}
	if !s.Keep {
		key.net = s.Net
	}
	return key
}

// at returns what is found about a network: a snapshot's of a run, which may
// be kept.
func (m *microscope) at(run string, s *train.Snapshot) (*findings, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	key := keyOf(run, s)
	if f, ok := m.findings.Get(key); ok {
		return f, nil
	}
	b, err := m.bench(s.Net.Arch)
	if err != nil {
		return nil, err
	}
	f := &findings{bench: b, net: s.Net, maximizations: map[int]feature.Maximization{}}
	m.findings.Add(key, f)
	return f, nil
}

// bench returns the tools for an architecture. m.mu must be held.
func (m *microscope) bench(a *nn.Architecture) (*bench, error) {
	if b, ok := m.benches.Get(a.Text); ok {
		return b, nil
	}
	data, err := m.data()
	if err != nil {
		return nil, err
	}
	b := newBench(a, data)
	m.benches.Add(a.Text, b)
	return b, nil
}

// A bench has the tools to look into networks of one architecture.
type bench struct {
	arch   *nn.Architecture
	data   *digits.Data
	layers []int // all convolutions, and the last layer
	index  []int // of the probe's images in the training set

	mu         sync.Mutex // held while one of these works
	probe      *feature.Probe
	maximizers map[int]*feature.Maximizer // by layer

	testing sync.Mutex // held while this works
	test    *feature.Probe
}

func newBench(a *nn.Architecture, data *digits.Data) *bench {
	b := &bench{arch: a, data: data, layers: append(a.Convolutions(), len(a.Layers)-1), maximizers: map[int]*feature.Maximizer{}}
	var few nn.Examples
	n := min(probeImages, data.Train.Len())
	for i := range n {
		at := i * data.Train.Len() / n
		b.index = append(b.index, at)
		few.Images = append(few.Images, data.Train.Image(at)...)
		few.Labels = append(few.Labels, data.Train.Labels[at])
	}
	b.probe = feature.NewProbe(a, few, 1)
	b.test = feature.NewProbe(a, nn.Examples{Images: data.Test.Images, Labels: data.Test.Labels}, runtime.NumCPU())
	return b
}

// at is the position of a layer in b.layers.
func (b *bench) at(layer int) int {
	for i, l := range b.layers {
		if l == layer {
			return i
		}
	}
	panic("web: a layer that is neither a convolution nor the last")
}

// findings are what is known of a network's units, computed when it is asked
// for.
type findings struct {
	bench *bench
	net   *nn.Network

	mu            sync.Mutex // held while something is computed
	surveys       []feature.Survey
	maximizations map[int]feature.Maximization
	tests         []feature.Survey
	gradient      []float32
}

// survey is what a layer's units answer to the probe.
func (f *findings) survey(layer int) feature.Survey {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.surveyed(layer)
}

func (f *findings) surveyed(layer int) feature.Survey {
	b := f.bench
	if f.surveys == nil {
		b.mu.Lock()
		f.surveys = b.probe.Survey(f.net, b.layers)
		b.mu.Unlock()
	}
	return f.surveys[b.at(layer)]
}

// maximization is what a layer's units look for.
func (f *findings) maximization(layer int) feature.Maximization {
	f.mu.Lock()
	defer f.mu.Unlock()
	if found, ok := f.maximizations[layer]; ok {
		return found
	}
	survey, b := f.surveyed(layer), f.bench
	b.mu.Lock()
	defer b.mu.Unlock()
	m, ok := b.maximizers[layer]
	if !ok {
		m = feature.NewMaximizer(b.arch, layer)
		b.maximizers[layer] = m
	}
	f.maximizations[layer] = m.Maximize(f.net, b.probe, survey)
	return f.maximizations[layer]
}

// tested is what a layer's units answer to the test set.
func (f *findings) tested(layer int) feature.Survey {
	f.mu.Lock()
	defer f.mu.Unlock()
	b := f.bench
	if f.tests == nil {
		b.testing.Lock()
		f.tests = b.test.Survey(f.net, b.layers)
		b.testing.Unlock()
	}
	return f.tests[b.at(layer)]
}

// lossGradient is the gradient of the mean loss of the probe's first
// gradientImages images with respect to all weights.
func (f *findings) lossGradient() []float32 {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.gradient == nil {
		f.bench.mu.Lock()
		f.gradient = f.bench.probe.Gradient(f.net, gradientImages)
		f.bench.mu.Unlock()
	}
	return f.gradient
}

// project tells what in patches of the probe drives the units of a layer, with
// these weights.
func (f *findings) project(layer int, patches [][]feature.Patch, rule nn.Rule) [][][]float32 {
	f.bench.mu.Lock()
	defer f.bench.mu.Unlock()
	return f.bench.probe.Project(f.net, layer, patches, rule)
}
