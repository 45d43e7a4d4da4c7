// Package kernel computes the layers of a convolutional network on single images, in float32.
//
// All data is NHWC. A Map describes one image's values in a buffer, with a border of zero pixels that makes padding free:
// a layer writes the interior only, so borders stay zero for ever. Weights are [filterH][filterW][inC][outC].
//
//  1. Conv.Pack and Conv.PackFlipped lay weights out in blocks of Lanes output channels, once per set of weights.
//  2. Sparse keeps the non-zero values of a map, row by row. What is zero costs nothing afterwards: pixels of the
//     background, units behind a ReLU, and all output gradients that a max-pool did not choose.
//  3. Conv.Forward, Conv.InputGradient and Conv.WeightGradient all come down to one inner loop: a list of (value, place)
//     times the Lanes floats at that place, summed in Lanes registers.
//  4. ReLU and Pool are the small kernels between them. A dense layer is a convolution of a single pixel.
//
// Sums are taken in an order that depends on the data alone, and products are rounded before they are added, so results have
// the same bits on every machine, whether or not it fuses multiplication and addition.
// The package starts no goroutines, allocates nothing outside constructors, and knows no network or loss.
package kernel
