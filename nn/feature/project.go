package feature

import (
	"sync"
	"sync/atomic"

	"filterscope/nn"
)

// Project tells what in each patch drives its unit: the gradient of the unit's answer there with respect to the pixels, by a rule, cut
// out as Crop does: [unit][patch] SizeH x SizeW x C values of the layer's Window, 0 outside the image. patches are [unit][patch]; net
// may be another than the one that they are the strongest of.
//
// With the rules deconvnet and guided these are the projections of Zeiler and Fergus 2014 and of Springenberg et al. 2015. They show much
// of the image itself, also for an untrained network (Nie et al. 2018, "A theoretical explanation for perplexing behaviors of
// backpropagation-based visualizations"), so they are to be seen beside the plain gradient and beside an untrained network's.
func (p *Probe) Project(net *nn.Network, layer int, patches [][]Patch, rule nn.Rule) [][][]float32 {
	type place struct{ unit, i int }
	var places []place
	projections := make([][][]float32, len(patches))
	for u := range patches {
		projections[u] = make([][]float32, len(patches[u]))
		for i := range patches[u] {
			places = append(places, place{u, i})
		}
	}
	f, in := p.windows[layer], p.arch.Input
	isClass := layer == len(p.arch.Layers)-1
	work := func(w *nn.Workspace, some []place) {
		var seeds []nn.Seed
		for j, at := range some {
			patch := patches[at.unit][at.i]
			w.SetInputBytes(j, p.examples.Images[patch.Image*in.Size():][:in.Size()])
			seeds = seedsOf(seeds, j, patch.Y, patch.X, at.unit, p.arch.Layers[layer].Out.C, isClass)
		}
		net.Forward(w, len(some))
		gradients := make([]float32, len(some)*in.Size())
		net.InputGradient(w, layer, seeds, rule, gradients)
		for j, at := range some {
			cut := make([]float32, f.SizeH*f.SizeW*in.C)
			crop(f, in, patches[at.unit][at.i], gradients[j*in.Size():][:in.Size()], cut)
			projections[at.unit][at.i] = cut
		}
	}
	inChunks(p.workspaces, places, min(chunk, max(1, p.n)), work)
	return projections
}

// inChunks hands the items to work in chunks of up to n, to one goroutine for each workspace.
func inChunks[T any](workspaces []*nn.Workspace, items []T, n int, work func(*nn.Workspace, []T)) {
	var next atomic.Int64
	var group sync.WaitGroup
	turn := func(w *nn.Workspace) {
		for {
			first := int(next.Add(int64(n))) - n
			if first >= len(items) {
				return
			}
			work(w, items[first:min(first+n, len(items))])
		}
	}
	for _, w := range workspaces[1:] {
		group.Go(func() { turn(w) })
	}
	turn(workspaces[0])
	group.Wait()
}

// Maps is what net makes of one image, H x W x C pixels from 0 to 1, at a layer: [unit] Out.H x Out.W values, of a convolution
// before its ReLU.
func Maps(net *nn.Network, layer int, pixels []float32) [][]float32 {
	part := net.Arch.Until(layer)
	w := nn.NewWorkspace(part, 1)
	w.SetInput(0, pixels)
	(&nn.Network{Arch: part, Weights: net.Weights}).Forward(w, 1)
	output := w.Output(layer)
	maps := make([][]float32, output.C)
	for u := range maps {
		maps[u] = make([]float32, 0, output.H*output.W)
		for y := range output.H {
			for x := range output.W {
				maps[u] = append(maps[u], output.At(0, y, x, u))
			}
		}
	}
	return maps
}
