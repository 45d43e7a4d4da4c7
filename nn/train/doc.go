// Package train carries out one training run: it takes steps, evaluates,
// obeys commands between two steps, and emits a record of all that happened.
//
// A run goes through these stages:
//
//  1. New checks a Config against the data, builds the network at step 0, random or with given weights, and finds the images to
//     train on: the data set's own, as a rule with others mixed in, and changed at random each time that they are used.
//  2. Run appends the start, evaluates it if its weights were given, then waits for a start command (or begins
//     at once) and takes one step after the other, as fast as the Pace allows.
//  3. About ten times a second, and at every promised step, it appends a
//     Record to the Log: each metric point since the last one, the Status, and
//     a copy of the weights. Every few seconds, and where a user or an epoch's
//     end makes a step special, the record has a Checkpoint.
//  4. After every epoch it evaluates the test set (and the validation split,
//     where one is set) in slices, so that commands are answered meanwhile.
//  5. Do hands it a Command, which takes effect between two steps; the reply
//     names the step. A Change may silence, freeze, reinitialize or release
//     units of convolutions. That changes the weights of the step itself: they
//     are kept once more, and evaluated at once, also while the run rests.
//  6. Continue goes on from a log's end, Replay finds the full state of any
//     step in between two checkpoints, and Config.Branch prepares another run
//     that begins at such a state. Try takes a single step apart, as it was or
//     with other settings.
//
// The same Config and the same commands at the same steps give, with the same
// kernels, the same weights bit for bit: no clock, pace, reader or number of
// workers enters the arithmetic. The package keeps no history, opens no files, draws nothing and
// knows none of its readers.
package train
