// Package figure turns numbers into pictures and plots: a unit's filters, images,
// patches and maps into tiles, tiles over the steps into films, and histories
// into charts.
//
// Filters, Images, Patches and Signed lay out one tile per unit:
//
//  1. The units get a balanced grid, described by Grid so that a page can tell
//     which unit is under the pointer.
//  2. Every weight or pixel becomes exactly one pixel, through a palette whose
//     index 0 is transparent; a page enlarges them with
//     "image-rendering: pixelated". Values with signs have the diverging palette,
//     whose lightness rises from negative to positive; patches may have a frame
//     in their label's colour; dead units are hatched.
//  3. The grid is encoded as a PNG, paletted where one value makes a pixel. Unit
//     encodes one tile alone, Tile is one for further drawing.
//
// ContactSheet and Animation make a Film of tiles:
//
//  1. Its tiles are asked for and checked to be of one size.
//  2. They are drawn, enlarged, with names, and with marks where only the
//     strongest image changed: rows of units and columns of steps as one PNG, or
//     a frame for each step.
//  3. A sheet keeps all colours; an animation's frames share one palette, in
//     which grays stay gray, and hold only what changed.
//  4. WithMetadata adds run, steps and settings.
//
// DrawCurve draws loss and accuracy, over steps, epochs or time, of one run or
// several; DrawVital, DrawHistogram and DrawHistograms draw what happened to a
// unit, DrawConfusion what was taken for what:
//
//  1. Options are completed and checked; the axes' ranges and ticks are chosen
//     from what the asked range shows.
//  2. Each series is reduced to the minimum and maximum of every column of
//     pixels, so that 100,000 points cost little more than 1,000.
//  3. gonum/plot draws grid and data into a fixed rectangle, which is returned
//     with the ranges: a page maps a pointer to a step without a second drawing.
//  4. Text is added in the way of the format: in SVG anchored and in the
//     reader's own interface font, in PNG and PDF as Liberation Sans.
//
// NewQR makes a QR code of an address, as SVG for a page or as blocks for a
// terminal.
//
// DecodeGray goes the other way: it reads a PNG or JPEG picture as numbers, within
// stated limits.
//
// All functions are pure: the same input gives the same bytes, and any number
// of goroutines may call them. The package reads no files, speaks no HTTP,
// caches no pictures, and knows nothing about networks or runs.
package figure
