// Package feature finds out what the units of a network look for, as numbers.
//
//  1. [Field] tells which part of the input a layer's unit sees, [WindowOf] what pictures show of it.
//  2. A [Probe] holds a fixed set of images; [Probe.Survey] runs them through a network and finds where in each image
//     each unit answers strongest. [Survey.Top] is the strongest of them.
//  3. [Probe.Crop] cuts out what the unit saw there, and [Probe.Project] tells what in it drove the unit.
//  4. A [Maximizer] makes, for each unit, an input that drives it further than images do.
//  5. [Maps] are the feature maps of one image; [InputGradient], [GradCAM] and [Occlusion] tell where in it a network finds a class.
//  6. A [Likeness] finds the images of a probe that a network finds most like another.
//  7. [VitalsOf] measures how units do, and [Connections] which other units they are tied to.
//
// All results are functions of the weights and the images alone, with the same bits for any number of goroutines. The package
// draws nothing: pictures are made of its numbers elsewhere. It never changes a network.
package feature
