// Package figure turns numbers into pictures: filters and patches into PNG
// tiles, metric histories into curves.
//
// Filters and Patches lay out one tile per unit:
//
//  1. The units get a balanced grid, described by Grid so that a page can tell
//     which unit is under the pointer.
//  2. Every weight or pixel becomes exactly one pixel, through a palette whose
//     index 0 is transparent; a page enlarges them with
//     "image-rendering: pixelated".
//  3. The grid is encoded as a PNG, paletted where one value makes a pixel.
//
// DrawCurve draws loss and accuracy:
//
//  1. Options are completed and checked; the axes' ranges and ticks are chosen
//     from what the asked range of steps shows.
//  2. Each series is reduced to the minimum and maximum of every column of
//     pixels, so that 100,000 points cost little more than 1,000.
//  3. gonum/plot draws grid and lines into a fixed rectangle, which is returned
//     with the ranges: a page maps a pointer to a step without a second drawing.
//  4. Text is added in the way of the format: in SVG anchored and in the
//     reader's own interface font, in PNG and PDF as Liberation Sans.
//
// All functions are pure: the same input gives the same bytes, and any number
// of goroutines may call them. The package reads no files, speaks no HTTP,
// caches no pictures, and knows nothing about networks or runs.
package figure
