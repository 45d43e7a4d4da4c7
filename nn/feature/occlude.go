package feature

import "filterscope/nn"

// Occlusion is how pixels are hidden.
type Occlusion struct {
	Stride  int // from one square to the next, in pixels; 0 means 1
	Size    int // of the square that is hidden; 0 means a sixth of the image's shorter side, and so that a stride lies in its middle
	Workers int // goroutines that work at a time; 0 means 1
}

// complete fills in what 0 means.
func (o Occlusion) complete(in nn.Shape) Occlusion {
	o.Stride, o.Workers = max(1, o.Stride), max(1, o.Workers)
	if o.Size == 0 {
		o.Size = max(o.Stride, min(in.H, in.W)/6)
		o.Size += (o.Size - o.Stride) & 1
	}
	return o
}

// Occlude tells what each part of an image, H x W x C pixels from 0 to 1, does for a class: how far the class's margin falls when a square
// around the pixel becomes 0, the background: [H][W]. What is above 0 speaks for the class, below 0 against it. A square's value stands for the
// Stride x Stride pixels in its middle; one without ink has 0. (Zeiler and Fergus 2014, "Visualizing and understanding convolutional networks".)
func (o Occlusion) Occlude(net *nn.Network, pixels []float32, class int) []float32 {
	in := net.Arch.Input
	o = o.complete(in)
	squares := o.squares(in, pixels)
	falls := make([]float32, in.H*in.W)
	if len(squares) == 0 {
		return falls
	}
	var workspaces []*nn.Workspace
	for range min(o.Workers, (len(squares)+chunk-1)/chunk) {
		workspaces = append(workspaces, nn.NewWorkspace(net.Arch, chunk))
	}
	w := workspaces[0]
	w.SetInput(0, pixels)
	net.Forward(w, 1)
	whole := margin(net, w, 0, class)
	inChunks(workspaces, squares, chunk, func(w *nn.Workspace, some []square) {
		hidden := make([]float32, len(pixels))
		for i, s := range some {
			copy(hidden, pixels)
			s.hide(in, hidden)
			w.SetInput(i, hidden)
		}
		net.Forward(w, len(some))
		for i, s := range some {
			s.mark(in, o.Stride, falls, whole-margin(net, w, i, class))
		}
	})
	return falls
}

// square is what is hidden: rows top to bottom and columns left to right, without the last. Its value stands for pixels from row y, column x on.
type square struct{ y, x, top, bottom, left, right int }

// squares are those that hide any ink.
func (o Occlusion) squares(in nn.Shape, pixels []float32) []square {
	var all []square
	before := (o.Size - o.Stride) / 2
	for y := 0; y < in.H; y += o.Stride {
		for x := 0; x < in.W; x += o.Stride {
			s := square{y, x, max(0, y-before), min(in.H, y-before+o.Size), max(0, x-before), min(in.W, x-before+o.Size)}
			if s.hasInk(in, pixels) {
				all = append(all, s)
			}
		}
	}
	return all
}

func (s square) hasInk(in nn.Shape, pixels []float32) bool {
	for y := s.top; y < s.bottom; y++ {
		for _, v := range pixels[(y*in.W+s.left)*in.C : (y*in.W+s.right)*in.C] {
			if v != 0 {
				return true
			}
		}
	}
	return false
}

func (s square) hide(in nn.Shape, pixels []float32) {
	for y := s.top; y < s.bottom; y++ {
		clear(pixels[(y*in.W+s.left)*in.C : (y*in.W+s.right)*in.C])
	}
}

func (s square) mark(in nn.Shape, stride int, values []float32, v float32) {
	for y := s.y; y < min(s.y+stride, in.H); y++ {
		for x := s.x; x < min(s.x+stride, in.W); x++ {
			values[y*in.W+x] = v
		}
	}
}
