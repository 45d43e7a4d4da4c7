// Package memory keeps runs in memory: their records, in order, and the
// snapshots promised to readers.
//
//  1. Start checks a configuration, makes room for the snapshots that it
//     promises, and hands the run's trainer to Store.Run, which carries all
//     trainers and waits for them at the end.
//  2. A trainer appends its records to its run's log.
//  3. Any number of readers Follow a log from its beginning, or ask for the
//     Snapshot of a step.
//  4. Commands are handed through to the trainer. One run trains at a time:
//     starting, resuming or stepping one pauses the others.
//
// Nothing survives the process, and nothing is thrown away before: a run
// whose snapshots would not fit is refused, as is a command that needs more.
package memory
