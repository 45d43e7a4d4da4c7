// Package nn is a convolutional network that learns: layers, loss, gradients, optimizers.
//
//  1. ParseArchitecture reads a short text such as "conv 5x5x16 pad 2 | relu | maxpool 2 | dense classes" and says at which word it is wrong.
//  2. NewNetwork draws the first weights from a seed: one flat slice, of which every layer's Tensor is a part.
//  3. Network.Forward propagates images through a Workspace to logits; Workspace.Output shows what each layer made of them.
//  4. Network.Backward turns labels into the loss and every weight's gradient.
//  5. Parallel does both for a batch on several goroutines, and evaluates whole sets; its results have the same bits for any number of workers.
//  6. An Optimizer updates the weights.
//  7. Network.Silenced is the network without one of its units, to see what that does.
//
// All values are float32 in NHWC order: image, row, column, channel.
//
// A Network may be read by any number of goroutines, each with its own Workspace. Who trains one writes to it alone, and publishes Clones.
//
// Convolutions and dense layers run on vector instructions where the machine has them. Kernel names the kernels in use: "avx512", "avx2",
// "neon" or "generic", which is plain Go. The environment variable FILTERSCOPE_KERNEL forces one of them; a name that is unknown, or that this machine
// does not support, is a panic at the first use. Results of different kernels differ in their last bits.
//
// The package opens no files, knows no clock, draws no pictures, and decides neither learning rates nor when to stop: see nn/train.
package nn
