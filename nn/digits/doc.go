// Package digits turns files and drawings into what a network reads: images of H x W x C bytes with labels.
//
//  1. [MNIST] decodes the embedded MNIST files, with digits drawn with a pen ([PenDigits]) mixed into its training set;
//     [Open] reads any folder of IDX files in its place.
//  2. [Set.Split] sets validation examples aside, and [Order] shuffles the rest anew for every epoch. [Augmenter] changes
//     images at random as often as they are used.
//  3. [Rasterize] draws pen strokes as MNIST's makers would have scanned them.
//  4. [Read] finds the digit in a photograph or another picture, and puts it where Rasterize would.
//
// The package knows no network, draws nothing on a screen and reads only from the [io/fs.FS] that it is given.
package digits
