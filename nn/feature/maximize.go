package feature

import (
	"math"

	"filterscope/nn"
)

// The recipe of activation maximization. It is a function of the weights and the probe's images alone, without chance or
// history: nearly the same weights give nearly the same picture, so pictures of a run's steps morph, and any step's picture
// can be computed without those before it.
const (
	iterations   = 24
	firstStep    = 0.1  // of pixels' range, along the normalized gradient, falling
	lastStep     = 0.02 // geometrically
	momentum     = 0.5
	variation    = 0.2  // weight of the total variation
	darkness     = 0.2  // weight of the squares of pixels
	attachment   = 1.0  // weight of the squares of what was changed since the start
	polished     = 0.75 // after this share of the iterations
	polish       = 0.3  // the three weights are multiplied by this
	firstBlur    = 1.0  // pixels, of the gradient, falling
	lastBlur     = 0.6  // linearly
	startBlur    = 0.7  // pixels, of the start
	startShare   = 0.7  // the start is dimmed by this
	sharpness    = 8    // how much more the strongest patches count in the start
	edge         = 0.1  // differences well below count quadratically in the total variation, those above linearly
	fullWindow   = 16   // pixels; blurs shrink with smaller windows
	leastBlur    = 0.4  // but not below this share
	batchValues  = 8 << 20
	largestBatch = 64
)

// Maximization is what the units of a layer look for.
type Maximization struct {
	Layer   int
	Images  [][]float32 // [unit], H x W x C pixels of the layer's Window, from 0 to 1
	Reached []float32   // [unit], its answer to that, as in Answer
}

// Maximizer finds, for each unit of a layer, an input that drives it up: activation maximization (Erhan et al. 2009, "Visualizing
// higher-layer features of a deep network"), by 24 steps along the normalized gradient of the unit's value before its ReLU, with
// momentum, pixels kept from 0 to 1.
//
// It begins at half the mean of the probe's patches that excite the unit, blurred, where the strongest count most, and stays near
// it. The gradient is blurred, less and less, and total variation is held down, so that strokes come out and not the high
// frequencies that gradients are full of (Yosinski et al. 2015, "Understanding neural networks through deep visualization"; Olah
// et al. 2017, "Feature visualization").
//
// Where the layer's Window is a receptive field, only that patch is computed. Not for concurrent use.
type Maximizer struct {
	window   Window
	in       nn.Shape // of the part that is computed
	layer    int
	y, x     int // of the unit in the part's output
	isClass  bool
	part     *nn.Architecture
	units    int
	batch    int
	scale    float64 // of blurs
	w        *nn.Workspace
	seeds    []nn.Seed
	gradient []float32 // [batch][H][W][C]
	velocity []float32 // the same
	smooth   *smoother
	pull     []float32 // of one image's regularizers
}

// NewMaximizer makes a Maximizer for the units of a layer, an index in a.Layers: a convolution or the last layer.
func NewMaximizer(a *nn.Architecture, layer int) *Maximizer {
	m := &Maximizer{window: WindowOf(a, layer), layer: layer, units: a.Layers[layer].Out.C, isClass: layer == len(a.Layers)-1}
	m.part = a.Until(layer)
	m.y, m.x = m.window.Y, m.window.X
	if !m.window.Whole {
		m.part, m.y, m.x = a.Patch(layer), 0, 0
	}
	m.in = m.part.Input
	values := m.in.Size()
	for _, l := range m.part.Layers {
		values += l.Out.Size()
	}
	m.batch = max(1, min(m.units, largestBatch, batchValues/values))
	m.scale = max(leastBlur, min(1, float64(min(m.in.H, m.in.W))/fullWindow))
	m.w = nn.NewWorkspace(m.part, m.batch)
	m.gradient = make([]float32, m.batch*m.in.Size())
	m.velocity = make([]float32, len(m.gradient))
	m.pull = make([]float32, m.in.Size())
	m.smooth = newSmoother(m.in)
	return m
}

// Maximize finds the images of all units. survey must be of this layer and of net, on probe.
func (m *Maximizer) Maximize(net *nn.Network, probe *Probe, survey Survey) Maximization {
	result := Maximization{m.layer, make([][]float32, m.units), make([]float32, m.units)}
	size := m.in.Size()
	pixels, starts := make([]float32, m.units*size), make([]float32, m.batch*size)
	part := &nn.Network{Arch: m.part, Weights: net.Weights}
	for first := 0; first < m.units; first += m.batch {
		n := min(m.batch, m.units-first)
		images := pixels[first*size:][:n*size]
		for i := range n {
			u := first + i
			result.Images[u] = images[i*size:][:size:size]
			probe.meanPatch(m.layer, survey.Units[u], result.Images[u])
			m.smooth.blur(result.Images[u], startBlur*m.scale)
			for j := range result.Images[u] {
				result.Images[u][j] *= startShare
			}
		}
		copy(starts, images)
		m.ascend(part, first, images, starts)
		for i := range n {
			result.Reached[first+i] = m.answer(i, first+i)
		}
	}
	return result
}

// ascend improves images, for the units from first on, and leaves the workspace with what they make of the last ones.
func (m *Maximizer) ascend(part *nn.Network, first int, images, starts []float32) {
	size := m.in.Size()
	n := len(images) / size
	m.sow(first, n)
	clear(m.velocity)
	for i := range iterations {
		done := float64(i) / (iterations - 1)
		m.forward(part, images)
		part.InputGradient(m.w, m.layer, m.seeds, nn.Plain, m.gradient)
		rate := float32(firstStep * math.Pow(lastStep/firstStep, done))
		weight := float32(1)
		if done > polished {
			weight = polish
		}
		for j := range n {
			at := j * size
			m.smooth.blur(m.gradient[at:][:size], m.scale*(firstBlur+(lastBlur-firstBlur)*done))
			m.step(images[at:][:size], starts[at:], m.gradient[at:], m.velocity[at:], rate, weight)
		}
	}
	m.forward(part, images)
}

func (m *Maximizer) forward(part *nn.Network, images []float32) {
	size := m.in.Size()
	n := len(images) / size
	for i := range n {
		m.w.SetInput(i, images[i*size:][:size])
	}
	part.Forward(m.w, n)
}

// sow makes the seeds of units from first on: image i is unit first + i's.
func (m *Maximizer) sow(first, n int) {
	m.seeds = m.seeds[:0]
	for i := range n {
		m.seeds = seedsOf(m.seeds, i, m.y, m.x, first+i, m.units, m.isClass)
	}
}

// seedsOf appends what makes InputGradient the gradient of a unit's answer.
func seedsOf(seeds []nn.Seed, image, y, x, unit, units int, isClass bool) []nn.Seed {
	if !isClass {
		return append(seeds, nn.Seed{Image: image, Y: y, X: x, C: unit, Value: 1})
	}
	for c := range units {
		value := -1 / float32(units-1)
		if c == unit {
			value = 1
		}
		seeds = append(seeds, nn.Seed{Image: image, C: c, Value: value})
	}
	return seeds
}

// answer is a unit's answer to image i of the last forward.
func (m *Maximizer) answer(i, unit int) float32 {
	output := m.w.Output(m.layer)
	if !m.isClass {
		return output.At(i, m.y, m.x, unit)
	}
	all := make([]Answer, m.units)
	margins(output, i, all)
	return all[unit].Value
}

// step changes an image along its gradient g. A gradient that is zero or not finite changes nothing.
//
//go:norace
func (m *Maximizer) step(image, start, g, velocity []float32, rate, weight float32) {
	sum := float64(0)
	for i := range image {
		sum += float64(g[i]) * float64(g[i])
	}
	norm := math.Sqrt(sum / float64(len(image)))
	if !(norm > 0) || math.IsInf(norm, 0) {
		return
	}
	clear(m.pull)
	m.smooth.variation(image, m.pull)
	along := float32(1 / norm)
	for i, x := range image {
		back := variation*m.pull[i] + darkness*x + attachment*(x-start[i])
		velocity[i] = momentum*velocity[i] + along*g[i] - weight*back
		image[i] = min(1, max(0, x+rate*velocity[i]))
	}
}

// meanPatch is the mean of the patches with which images answer above 0, weighted by exp(sharpness * value / largest value),
// as pixels from 0 to 1; black if there is none.
func (p *Probe) meanPatch(layer int, answers []Answer, dst []float32) {
	clear(dst)
	largest := float64(0)
	for _, a := range answers {
		largest = max(largest, float64(a.Value))
	}
	if largest == 0 || math.IsInf(largest, 0) {
		return
	}
	patch := make([]byte, len(dst))
	total := float32(0)
	for image, a := range answers {
		weight := float32(math.Exp(sharpness * (float64(a.Value)/largest - 1)))
		if !(a.Value > 0) || weight < 1e-3 {
			continue
		}
		p.Crop(layer, Patch{Image: image, Y: int(a.Y), X: int(a.X)}, patch)
		addScaled(dst, patch, weight/255)
		total += weight
	}
	for i := range dst {
		dst[i] /= total
	}
}

//go:norace
func addScaled(dst []float32, patch []byte, scale float32) {
	for i, v := range patch[:len(dst)] {
		dst[i] += scale * float32(v)
	}
}
