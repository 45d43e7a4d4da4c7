package nn

import (
	"fmt"
	"slices"
	"strings"
)

// Architecture is the shape of a network: its layers and where their weights lie. It is immutable.
type Architecture struct {
	Text    string // canonical: presets expanded, one space between words, defaults left out
	Preset  string // the preset's name if it was given by name, else ""
	Input   Shape
	Classes int
	Layers  []Layer

	tensors    []Tensor
	parameters int
}

// Tensors are the weights' parts in the order in which they lie in Network.Weights, without gaps.
func (a *Architecture) Tensors() []Tensor { return slices.Clone(a.tensors) }

// Parameters is the number of weights and biases: the length of Network.Weights.
func (a *Architecture) Parameters() int { return a.parameters }

// Convolutions are the indices in Layers of the convolutions.
func (a *Architecture) Convolutions() []int {
	var convs []int
	for i := range a.Layers {
		if a.Layers[i].Kind == Conv {
			convs = append(convs, i)
		}
	}
	return convs
}

// MultiplyAdds counts, for one image, the multiplications of a forward pass, and those of a backward pass
// (the gradients of weights, and of all layers' inputs but the first one's), if no zero were skipped.
func (a *Architecture) MultiplyAdds() (forward, backward int64) {
	for i := range a.Layers {
		n := a.Layers[i].MultiplyAdds()
		forward += n
		backward += 2 * n
		if i == 0 {
			backward -= n
		}
	}
	return forward, backward
}

// Level is a convolution seen by how deep it lies.
type Level struct {
	Name  string // "low", "mid" or "high"
	Layer int    // index in Layers
}

// Levels are the levels that exist, from low to high: low is the first convolution, high the last, mid the one in the middle
// (of k >= 3 the one numbered k/2 rounded up, counted from 1). With two convolutions there is no mid, with one only low.
func (a *Architecture) Levels() []Level {
	convs := a.Convolutions()
	k := len(convs)
	var levels []Level
	if k >= 1 {
		levels = append(levels, Level{"low", convs[0]})
	}
	if k >= 3 {
		levels = append(levels, Level{"mid", convs[(k+1)/2-1]})
	}
	if k >= 2 {
		levels = append(levels, Level{"high", convs[k-1]})
	}
	return levels
}

// Level is the index in Layers of a level ("low", "mid", "high") or of a convolution ("conv1", "conv2", …).
// The error says which names this architecture has.
func (a *Architecture) Level(name string) (layer int, err error) {
	var known []string
	for _, l := range a.Levels() {
		if l.Name == name {
			return l.Layer, nil
		}
		known = append(known, l.Name)
	}
	convs := a.Convolutions()
	for _, i := range convs {
		if a.Layers[i].Name == name {
			return i, nil
		}
		known = append(known, a.Layers[i].Name)
	}
	if len(convs) == 0 {
		return 0, fmt.Errorf("no level %q: the architecture has no convolutions", name)
	}
	return 0, fmt.Errorf("no level %q: the architecture has %s", name, strings.Join(known, ", "))
}

// number names the layers and places their tensors.
func (a *Architecture) number() {
	count := map[Kind]int{}
	place := func(name string, shape ...int) Tensor {
		t := Tensor{Name: name, Shape: shape, Offset: a.parameters, Len: 1}
		for _, n := range shape {
			t.Len *= n
		}
		a.parameters += t.Len
		a.tensors = append(a.tensors, t)
		return t
	}
	for i := range a.Layers {
		l := &a.Layers[i]
		count[l.Kind]++
		base := l.Kind.String()
		if l.Kind == MaxPool {
			base = "pool"
		}
		l.Name = fmt.Sprintf("%s%d", base, count[l.Kind])
		switch l.Kind {
		case Conv:
			l.Weight = place(l.Name+".weight", l.FilterH, l.FilterW, l.In.C, l.Out.C)
			l.Bias = place(l.Name+".bias", l.Out.C)
		case Dense:
			l.Weight = place(l.Name+".weight", l.In.Size(), l.Out.C)
			l.Bias = place(l.Name+".bias", l.Out.C)
		}
	}
}
