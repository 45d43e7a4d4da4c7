// Package web shows runs in a browser and lets people control them: pages, a
// JSON API, pictures, and a websocket stream.
//
//  1. A watch follows a run's records once, however many people look, and
//     keeps the newest state in a cell that anybody can read or wait on.
//  2. A microscope finds out what the units of a snapshot look for, each thing
//     once. A lens is a level and a way to look at it. While somebody looks, the
//     watch's gallery draws the newest weights through the lenses of all viewers,
//     within a stated share of the processors.
//  3. Each websocket connection is a viewer with cursors of its own: it takes
//     the newest state, writes what its browser lacks, and waits. A slow
//     browser sees fewer pictures and a gapless curve.
//  4. Scripts and styles reach browsers as a bundle (package bundle), made once, while
//     the first pages are answered, and cached by what is in it.
//  5. Plain GET resources serve the pictures, curves and numbers of any kept
//     step, level and unit; those of a kept step never change and are cached for
//     ever. Films, the vitals of a unit and the replay show a run's steps together.
//  6. A lesson is a training step taken apart: it is computed again from the
//     nearest state of the run, as it was or with other settings, and recorded
//     nowhere.
//  7. Exams judge any kept step on the whole test set, one at a time and each
//     once: confusion, mistakes, calibration, and a map of the last hidden layer
//     that is turned towards that of an earlier step.
//  8. A configuration is checked before it is run: completed, as a table of
//     layers with what it takes, and with all that is wrong. Commands go through
//     Runs to the trainer.
//  9. An input (strokes, pixels, a test image, a saved drawing; an uploaded
//     picture becomes pixels) is predicted, explained, followed over the kept
//     steps and compared with training images here, on weights that are never
//     written again.
//
// 10. A report is a run as files, each with the bytes that the API answers with.
// 11. openapi.json describes the API; a test holds it against routes and answers.
//
// The package trains nothing, stores nothing but caches, and reaches runs
// only through the interface Runs.
package web
