package feature

import (
	"fmt"

	"filterscope/nn"
)

// margin is a class's Answer to image i of the last Forward.
func margin(net *nn.Network, w *nn.Workspace, i, class int) float32 {
	last := len(net.Arch.Layers) - 1
	all := make([]Answer, net.Arch.Classes)
	margins(w.Output(last), i, all)
	return all[class].Value
}

// InputGradient tells how a class's margin (its [Answer]) for an image, H x W x C pixels from 0 to 1, would change with the brightness of each pixel:
// [H][W], per unit of brightness, where a pixel's channels change together. This is the plain gradient (Simonyan, Vedaldi and
// Zisserman 2014, "Deep inside convolutional networks", without the absolute value: light means that more ink there speaks for the class).
func InputGradient(net *nn.Network, pixels []float32, class int) []float32 {
	in := net.Arch.Input
	gradient := make([]float32, in.Size())
	marginGradient(net, pixels, class, -1, gradient)
	slopes := make([]float32, in.H*in.W)
	for i, v := range gradient {
		slopes[i/in.C] += v
	}
	return slopes
}

// marginGradient writes the gradient of a class's margin with respect to the output of the layer at, and returns the workspace with that output.
func marginGradient(net *nn.Network, pixels []float32, class, at int, gradient []float32) *nn.Workspace {
	last := len(net.Arch.Layers) - 1
	w := nn.NewWorkspace(net.Arch, 1)
	w.SetInput(0, pixels)
	net.Forward(w, 1)
	net.LayerGradient(w, last, at, seedsOf(nil, 0, 0, 0, class, net.Arch.Classes, true), nn.Plain, gradient)
	return w
}

// GradCAM tells which places of the last convolution's feature maps speak for a class: [H][W] of the image, from 0. The maps, behind their
// ReLU where there is one, are added up, each weighted by the mean over its places of the gradient of the class's margin; what is below
// 0 becomes 0, and the places are enlarged to the image, each in the middle of what it sees, linearly in between. (Selvaraju et al. 2017,
// "Grad-CAM: visual explanations from deep networks via gradient-based localization", with the margin for the logit.)
//
// It is an error if the network has no convolution.
func GradCAM(net *nn.Network, pixels []float32, class int) ([]float32, error) {
	convs := net.Arch.Convolutions()
	if len(convs) == 0 {
		return nil, fmt.Errorf("Grad-CAM looks at the last convolution, and this network has none: %s", net.Arch.Text)
	}
	at := convs[len(convs)-1]
	if net.Arch.Layers[at+1].Kind == nn.ReLU { // the last layer is dense, so there is a next one
		at++
	}
	out := net.Arch.Layers[at].Out
	gradient := make([]float32, out.Size())
	w := marginGradient(net, pixels, class, at, gradient)
	weights := make([]float32, out.C)
	for i, v := range gradient {
		weights[i%out.C] += v / float32(out.H*out.W)
	}
	maps, sum := w.Output(at), make([]float32, out.H*out.W)
	for i := range sum {
		for c, weight := range weights {
			sum[i] += weight * maps.At(0, i/out.W, i%out.W, c)
		}
		sum[i] = max(0, sum[i])
	}
	return enlarge(sum, out.H, out.W, Field(net.Arch, at), net.Arch.Input), nil
}

// enlarge spreads h x w values over an image, each in the middle of its field, linearly in between and constant beyond the outermost.
func enlarge(values []float32, h, w int, f ReceptiveField, in nn.Shape) []float32 {
	large := make([]float32, 0, in.H*in.W)
	for y := range in.H {
		top, below := between(y, f.StartY, f.JumpH, f.SizeH, h)
		for x := range in.W {
			left, right := between(x, f.StartX, f.JumpW, f.SizeW, w)
			at := func(row int) float32 {
				line := values[row*w:][:w]
				return line[left] + right*(line[min(left+1, w-1)]-line[left])
			}
			large = append(large, at(top)+below*(at(min(top+1, h-1))-at(top)))
		}
	}
	return large
}

// between is, in one dimension, the place whose middle lies at or before a pixel, and how far the pixel is on the way to the next one.
func between(pixel, start, jump, size, places int) (place int, share float32) {
	at := (float32(pixel-start) - float32(size-1)/2) / float32(jump)
	at = min(max(0, at), float32(places-1))
	place = int(at)
	return place, at - float32(place)
}
