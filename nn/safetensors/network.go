package safetensors

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"filterscope/nn"
)

// Architecture is the text that the metadata has of the network's architecture; "" if it has none.
func (f *File) Architecture() string { return f.Metadata[ArchitectureKey] }

// Network puts the tensors into a network. All that the architecture has must be there, and nothing else.
func (f *File) Network(arch *nn.Architecture) (*nn.Network, error) {
	net := &nn.Network{Arch: arch, Weights: make([]float32, arch.Parameters())}
	wanted := map[string]bool{}
	for _, l := range arch.Layers {
		if l.Weight.Len == 0 {
			continue
		}
		shape, order := placed(l)
		weights, err := f.values(l.Weight.Name, shape)
		if err != nil {
			return nil, err
		}
		for theirs, ours := range order {
			net.Tensor(l.Weight)[ours] = weights[theirs]
		}
		biases, err := f.values(l.Bias.Name, l.Bias.Shape)
		if err != nil {
			return nil, err
		}
		copy(net.Tensor(l.Bias), biases)
		wanted[l.Weight.Name], wanted[l.Bias.Name] = true, true
	}
	for _, name := range f.names() {
		if !wanted[name] {
			return nil, fmt.Errorf("tensor %q: the architecture %q has none of this name", name, arch.Text)
		}
	}
	return net, nil
}

// values are a tensor's, which must have the shape.
func (f *File) values(name string, shape []int) ([]float32, error) {
	t, ok := f.Tensors[name]
	if !ok {
		return nil, fmt.Errorf("tensor %q is missing: it should have the shape %v; the file has %s", name, shape, f.told())
	}
	if !slices.Equal(t.Shape, shape) {
		return nil, fmt.Errorf("tensor %q has the shape %v; this architecture needs %v", name, t.Shape, shape)
	}
	return t.Values, nil
}

func (f *File) names() []string { return slices.Sorted(maps.Keys(f.Tensors)) }

// told lists the file's tensors for a message.
func (f *File) told() string {
	const most = 12
	names := f.names()
	switch n := len(names); {
	case n == 0:
		return "no tensors"
	case n > most:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), n-most)
	}
	return strings.Join(names, ", ")
}
