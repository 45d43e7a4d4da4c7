// Package runlog keeps runs on NATS JetStream: in a server inside the process, with its files in a folder, or in a cluster elsewhere.
//
//  1. Open locks the folder and starts the server, or connects to the cluster.
//  2. Store.Start creates a run's stream and puts the run into a queue.
//  3. Store.Run takes runs from the queue. A taken run's message is kept unacknowledged, with a heartbeat, as long as this process
//     has the run; when the heartbeat ends, another trainer gets the message, and goes on from the run's newest checkpoint.
//  4. A run's trainer, and nobody else, appends to its stream: weights and checkpoints first, then the record that refers to them. Every
//     append names the last sequence number that its writer knows, so a trainer that was cut off and comes back is refused, and stops.
//  5. Follow reads a run's records from the first to those to come; Snapshot, Checkpoint and Past read its weights and its end.
//  6. Commands reach the trainer by request and reply, wherever it runs.
//
// Training goes on while up to eight records are being written. While records cannot be kept, because the disk is nearly full or the
// server is away, training waits and the run says why. The package draws nothing and computes nothing of a run itself.
package runlog
