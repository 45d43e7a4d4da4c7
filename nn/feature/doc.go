// Package feature finds out what the units of a network look for, as numbers.
//
//  1. [Field] tells which part of the input a layer's unit sees.
//  2. A [Probe] holds a fixed set of images; [Probe.Top] runs them through a network and finds
//     where each unit answers strongest.
//  3. [Probe.Crop] cuts out what the unit saw there.
//
// The package draws nothing: pictures are made of its numbers elsewhere. It never changes a network.
package feature
