package nn

import "fmt"

// Shape is the height, width and number of channels of an image or of a layer's output.
type Shape struct{ H, W, C int }

// Size is the number of values: H*W*C.
func (s Shape) Size() int { return s.H * s.W * s.C }

// String is the shape as "28x28x1".
func (s Shape) String() string { return fmt.Sprintf("%dx%dx%d", s.H, s.W, s.C) }

// Kind says what a layer computes.
type Kind uint8

// The kinds of layers.
const (
	Conv    Kind = iota + 1 // y = x * w + b over windows of the input
	ReLU                    // y = max(x, 0); NaN stays NaN
	MaxPool                 // y = the largest value of each window and channel; the first one wins, NaN wins over numbers
	Dense                   // y = x w + b over all of the input
)

// String is the kind as architectures spell it.
func (k Kind) String() string {
	switch k {
	case Conv:
		return "conv"
	case ReLU:
		return "relu"
	case MaxPool:
		return "maxpool"
	case Dense:
		return "dense"
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

// Tensor is a part of a network's flat weights, or of a gradient, which is laid out alike.
type Tensor struct {
	Name   string // "conv1.weight"
	Shape  []int  // conv weights [filterH][filterW][inC][outC], dense weights [H*W*C of the input][outputs], biases [outputs]
	Offset int    // of its first value
	Len    int
}

// Layer is one layer of an architecture. Its strings and shapes are fixed once parsed.
type Layer struct {
	Kind             Kind
	Name             string // "conv1", "relu1", "pool1", "dense1": numbered per kind from 1
	In, Out          Shape  // of one image; a dense layer's Out is 1x1xN
	FilterH, FilterW int    // conv and max-pool, else 0
	Stride, Pad      int    // conv and max-pool, else 0
	Weight, Bias     Tensor // conv and dense, else zero
}

// MultiplyAdds is the number of products that Forward adds up for an image.
func (l *Layer) MultiplyAdds() int64 {
	switch l.Kind {
	case Conv:
		return int64(l.Out.H*l.Out.W) * int64(l.Weight.Len)
	case Dense:
		return int64(l.Weight.Len)
	}
	return 0
}
