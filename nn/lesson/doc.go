// Package lesson lays open what a network computes for a few images, with
// every number and where it comes from.
//
//  1. Propagate sends images through a network: a Pass has their logits,
//     probabilities and losses.
//  2. Pass.Output is what a layer made of an image, Pass.Gradient how its loss
//     changes with that.
//  3. Pass.Origin takes a single value apart: which inputs, times which
//     weights, add up to it, or which of them is the maximum.
//  4. Predicted is the change of the loss that a gradient predicts for a step.
//
// It trains nothing: see nn/train, whose Trial is a step taken apart.
package lesson
