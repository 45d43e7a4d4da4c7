package runlog

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	startWait = 10 * time.Second // for a server to be there
	ackWait   = 5 * time.Second  // without a heartbeat, until another trainer gets a run
	headroom  = 8 << 10          // of a message for its headers
)

// Names in JetStream.
const (
	runStream     = "FILTERSCOPE_RUN_" // and the run
	queueStream   = "FILTERSCOPE_QUEUE"
	queueSubject  = "filterscope.queue"
	queueConsumer = "trainers"
	namesBucket   = "FILTERSCOPE_NAMES"
	headsBucket   = "FILTERSCOPE_HEADS"
	blobsBucket   = "FILTERSCOPE_BLOBS"
	runSubject    = "filterscope.run."     // and the run, and what is kept
	liveSubject   = "filterscope.live."    // and the run, and what is not kept
	askSubject    = "filterscope.command." // and the run
)

// A bus is a connection to JetStream, and the server behind it if that is in this process.
type bus struct {
	embedded *embedded // nil: the server is elsewhere
	conn     *nats.Conn
	js       jetstream.JetStream
	names    jetstream.KeyValue
	heads    jetstream.KeyValue // how many records each run has had at some time, to know what a damaged disk has lost
	blobs    jetstream.ObjectStore
	drawings jetstream.KeyValue
	queue    jetstream.Consumer
}

// connect reaches the server in this process or the one at the configured address, and makes what all runs share.
func (s *Store) connect(ctx context.Context) (*bus, error) {
	b := &bus{}
	options := []nats.Option{nats.Name("filterscope"), nats.MaxReconnects(-1), nats.ReconnectWait(250 * time.Millisecond), nats.ReconnectBufSize(-1),
		nats.DisconnectErrHandler(func(*nats.Conn, error) { s.reached(false) }), nats.ReconnectHandler(func(*nats.Conn) { s.reached(true) })}
	var err error
	if s.config.URL == "" {
		folder := filepath.Join(s.config.Dir, "runs")
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return nil, err
		}
		b.embedded = &embedded{folder: folder, log: s.log}
		if err := b.embedded.start(); err != nil {
			return nil, err
		}
		options = append(options, nats.InProcessServer(b.embedded))
	}
	if s.config.Credentials != "" {
		options = append(options, nats.UserCredentials(s.config.Credentials))
	}
	if b.conn, err = nats.Connect(s.config.URL, options...); err != nil {
		b.close()
		return nil, fmt.Errorf("-nats %s: %w", s.config.URL, err)
	}
	if err := b.prepare(ctx); err != nil {
		b.close()
		return nil, err
	}
	return b, nil
}

// prepare makes the queue and the stores that all runs share.
func (b *bus) prepare(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startWait)
	defer cancel()
	var err error
	if b.js, err = jetstream.New(b.conn); err != nil {
		return err
	}
	queue, err := b.js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{
		Name: queueStream, Subjects: []string{queueSubject}, Retention: jetstream.WorkQueuePolicy, Storage: jetstream.FileStorage,
	})
	if err != nil {
		return fmt.Errorf("the queue of runs cannot be opened: %w", err)
	}
	if b.embedded != nil {
		// Whoever had runs before is gone: they are to be had at once.
		if err := queue.DeleteConsumer(ctx, queueConsumer); err != nil && !errors.Is(err, jetstream.ErrConsumerNotFound) {
			return err
		}
	}
	if b.queue, err = queue.CreateOrUpdateConsumer(ctx, jetstream.ConsumerConfig{
		Durable: queueConsumer, AckPolicy: jetstream.AckExplicitPolicy, AckWait: ackWait, MaxDeliver: -1,
	}); err != nil {
		return err
	}
	if b.names, err = b.js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: namesBucket}); err != nil {
		return err
	}
	if b.heads, err = b.js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: headsBucket}); err != nil {
		return err
	}
	if b.drawings, err = b.js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: drawingsBucket}); err != nil {
		return err
	}
	b.blobs, err = b.js.CreateOrUpdateObjectStore(ctx, jetstream.ObjectStoreConfig{Bucket: blobsBucket})
	return err
}

// broken reports whether the server in this process must be started again.
func (b *bus) broken() bool { return b.embedded != nil && !b.embedded.works() }

// doubt looks at how keeping a message ended.
func (b *bus) doubt(err error) {
	if b.embedded != nil && errors.Is(err, context.DeadlineExceeded) {
		b.embedded.silent()
	}
}

func (b *bus) close() {
	if b.conn != nil {
		b.conn.Close()
	}
	if b.embedded != nil {
		b.embedded.stop()
	}
}
