// Package judge says whether a network's answer to a drawing is to be believed.
//
//  1. [NewSample] takes some of a data set's training images, and makes non-digits of others: mirrored, turned, put
//     together from halves, and random lines.
//  2. [New] lets a network look at the sample and keeps the last hidden layer's values.
//  3. [Judge.Image] compares a drawing with them, by the nearest neighbours in that layer (Sun, Ming, Zhu and Li 2022,
//     "Out-of-distribution detection with deep nearest neighbors"), here with non-digits too.
//
// The package learns nothing and changes no weights, so it judges the network of any step of a run.
package judge
