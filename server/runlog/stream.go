package runlog

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"filterscope/nn"
	"filterscope/nn/train"
)

// blobHeader names the object that holds a message's content, where it is too large for a message.
const blobHeader = "Filterscope-Blob"

func recordSubject(id string) string { return runSubject + id + ".record" }
func weightsSubject(id string, step int) string {
	return runSubject + id + ".weights." + strconv.Itoa(step)
}
func checkpointSubject(id string, step int) string {
	return runSubject + id + ".checkpoint." + strconv.Itoa(step)
}

// newMessage prepares content for a run's stream. What is too large goes to the object store first, under its own hash.
func (b *bus) newMessage(ctx context.Context, subject, id string, content []byte) (*nats.Msg, error) {
	m := nats.NewMsg(subject)
	m.Header.Set(jetstream.MsgIDHeader, id)
	if int64(len(content)) <= b.conn.MaxPayload()-headroom {
		m.Data = content
		return m, nil
	}
	sum := sha256.Sum256(content)
	name := hex.EncodeToString(sum[:])
	m.Header.Set(blobHeader, name)
	if _, err := b.blobs.GetInfo(ctx, name); err == nil {
		return m, nil
	}
	_, err := b.blobs.PutBytes(ctx, name, content)
	return m, err
}

// content returns what a message of a run's stream holds.
func (b *bus) content(ctx context.Context, header nats.Header, data []byte) ([]byte, error) {
	if name := header.Get(blobHeader); name != "" {
		return b.blobs.GetBytes(ctx, name)
	}
	return data, nil
}

// record reads a record of a run.
func (b *bus) record(ctx context.Context, m jetstream.Msg) (entry, []train.Point, error) {
	content, err := b.content(ctx, m.Headers(), m.Data())
	if err != nil {
		return entry{}, nil, err
	}
	return decodeRecord(content)
}

// stream returns a run's stream, or train.ErrNoRun.
func (b *bus) stream(ctx context.Context, id string) (jetstream.Stream, error) {
	if !validID(id) {
		return nil, train.ErrNoRun
	}
	var stream jetstream.Stream
	err := patiently(ctx, func(ctx context.Context) (err error) {
		stream, err = b.js.Stream(ctx, runStream+id)
		return noRun(err)
	})
	return stream, err
}

// Patience with a server that is being started again, or with a connection that is.
const (
	readWait  = time.Second
	readTries = 5
)

// patiently asks again when no answer comes.
func patiently(ctx context.Context, ask func(context.Context) error) error {
	var err error
	for range readTries {
		soon, cancel := context.WithTimeout(ctx, readWait)
		err = ask(soon)
		cancel()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, nats.ErrTimeout) && !errors.Is(err, nats.ErrNoResponders) {
			return err
		}
	}
	return err
}

// eachRun calls a function for every run that has a stream, until there is an error.
func (b *bus) eachRun(ctx context.Context, visit func(id string) error) error {
	names := b.js.StreamNames(ctx, jetstream.WithStreamListSubject(runSubject+">"))
	for name := range names.Name() {
		if err := visit(strings.TrimPrefix(name, runStream)); err != nil {
			return err
		}
	}
	if err := names.Err(); !errors.Is(err, jetstream.ErrEndOfData) {
		return err
	}
	return nil
}

// newID makes a name for something that is kept.
func newID() string { return strings.ToLower(rand.Text()[:10]) }

func validID(id string) bool {
	for _, c := range id {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return id != ""
}

// noRun turns the error of a stream that does not exist into train.ErrNoRun.
func noRun(err error) error {
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		return train.ErrNoRun
	}
	return err
}

// at reads the message with a sequence number, or that of a subject's newest if it is 0.
func (b *bus) at(ctx context.Context, stream jetstream.Stream, sequence uint64, subject string) ([]byte, uint64, error) {
	var raw *jetstream.RawStreamMsg
	err := patiently(ctx, func(ctx context.Context) (err error) {
		if sequence > 0 {
			raw, err = stream.GetMsg(ctx, sequence)
		} else {
			raw, err = stream.GetLastMsgForSubject(ctx, subject)
		}
		if errors.Is(err, nats.ErrNoResponders) { // the stream is gone, or the server is being started
			if _, missing := stream.Info(ctx); errors.Is(missing, jetstream.ErrStreamNotFound) {
				return missing
			}
		}
		return err
	})
	if err != nil {
		return nil, 0, noRun(err)
	}
	content, err := b.content(ctx, raw.Header, raw.Data)
	return content, raw.Sequence, err
}

// birthOf reads a run's beginning, which never changes.
func (s *Store) birthOf(ctx context.Context, id string) (birth, error) {
	s.mu.Lock()
	known, ok := s.births[id]
	s.mu.Unlock()
	if ok {
		return known, nil
	}
	b := s.bus
	stream, err := b.stream(ctx, id)
	if err != nil {
		return birth{}, err
	}
	content, _, err := b.at(ctx, stream, 1, "")
	if err != nil {
		return birth{}, fmt.Errorf("run %s: its beginning: %w", id, err)
	}
	born, err := decodeBirth(content)
	if err != nil {
		return birth{}, fmt.Errorf("run %s: its beginning: %w", id, err)
	}
	s.mu.Lock()
	s.births[id] = born
	s.mu.Unlock()
	return born, nil
}

// newest reads the newest record of a run; ok is false if there is none yet.
func (s *Store) newest(ctx context.Context, id string) (e entry, ok bool, err error) {
	s.mu.Lock()
	e, ok = s.newests[id]
	s.mu.Unlock()
	if ok {
		return e, true, nil
	}
	if e, ok, err = s.readNewest(ctx, id); ok && s.single() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if _, written := s.newests[id]; !written {
			s.newests[id] = e
		}
	}
	return e, ok, err
}

// wrote notes a record that this process has written.
func (s *Store) wrote(id string, e entry) {
	if !s.single() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.newests[id].Number <= e.Number {
		s.newests[id] = e
	}
}

// saw notes a record that a reader was given, which may be before its writer knows that it is written. What is asked for then is not older.
func (s *Store) saw(id string, e entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known, ok := s.newests[id]; ok && known.Number < e.Number {
		s.newests[id] = e
	}
}

func (s *Store) readNewest(ctx context.Context, id string) (e entry, ok bool, err error) {
	b := s.bus
	stream, err := b.stream(ctx, id)
	if err != nil {
		return e, false, err
	}
	content, _, err := b.at(ctx, stream, 0, recordSubject(id))
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return e, false, nil
	}
	if err != nil {
		return e, false, err
	}
	e, _, err = decodeRecord(content)
	return e, err == nil, err
}

// damageOf says what a run's log lacks, or "". It looks when it is asked for the first time, or again.
func (s *Store) damageOf(ctx context.Context, id string, newest entry, again bool) (string, error) {
	s.mu.Lock()
	known, ok := s.damage[id]
	s.mu.Unlock()
	if ok && !again {
		return known, nil
	}
	stream, err := s.bus.stream(ctx, id)
	if err != nil {
		return "", err
	}
	info, err := stream.Info(ctx, jetstream.WithSubjectFilter(runSubject+id+".>"))
	if err != nil {
		return "", noRun(err)
	}
	records, snapshots := int(info.State.Subjects[recordSubject(id)]), 0
	for subject := range info.State.Subjects {
		if strings.HasPrefix(subject, runSubject+id+".weights.") {
			snapshots++
		}
	}
	had := newest.Number + 1
	if head, err := s.bus.heads.Get(ctx, id); err == nil {
		if n, err := strconv.Atoi(string(head.Value())); err == nil {
			had = max(had, n)
		}
	}
	text := ""
	if lost, gone := had-records, newest.Snapshots-snapshots; lost > 0 || gone > 0 {
		text = fmt.Sprintf("the disk has damaged this run: %d of %d records and %d of %d earlier snapshots are lost; it is kept up to step %d",
			max(lost, 0), had, max(gone, 0), newest.Snapshots, newest.Status.Step)
	}
	s.damaged(id, text)
	return text, nil
}

// damaged notes what a run's log lacks.
func (s *Store) damaged(id, text string) {
	if text != "" {
		s.log.Error(text, "run", id)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if text != "" || s.damage[id] == "" {
		s.damage[id] = text
	}
}

// Snapshot returns the kept weights of exactly this step, train.ErrNoRun or train.ErrNoSnapshot. Those asked for lately are in memory.
func (s *Store) Snapshot(ctx context.Context, id string, step int) (*train.Snapshot, error) {
	if known, ok := s.nets.Get(netKey{id, step}); ok && known.final {
		return known.Snapshot, nil
	}
	e, _, err := s.newest(ctx, id)
	if err != nil && !errors.Is(err, errTorn) {
		return nil, err
	}
	return s.snapshot(ctx, id, step, e.Status)
}

// snapshot is Snapshot for who knows a status that the run has had. While the run is at the step, a change of units changes its weights.
func (s *Store) snapshot(ctx context.Context, id string, step int, then train.Status) (*train.Snapshot, error) {
	key, final := netKey{id, step}, then.Step > step
	known, ok := s.nets.Get(key)
	if ok && (known.final || !final && known.UnitChanges == then.UnitChanges) {
		return known.Snapshot, nil
	}
	read := s.reading.DoChan(fmt.Sprint(key, final, then.UnitChanges), func() (any, error) {
		snapshot, err := s.readSnapshot(context.WithoutCancel(ctx), id, step)
		if err == nil {
			s.remember(key, keptNet{snapshot, final})
		}
		return snapshot, err
	})
	select {
	case result := <-read:
		snapshot, _ := result.Val.(*train.Snapshot)
		return snapshot, result.Err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// remember keeps weights in memory, and lets go of those asked for longest ago where there are too many as large as these.
func (s *Store) remember(key netKey, n keptNet) {
	s.nets.Add(key, n)
	for most := max(1, cachedBytes/(4*len(n.Net.Weights))); s.nets.Len() > most; {
		s.nets.RemoveOldest()
	}
}

func (s *Store) readSnapshot(ctx context.Context, id string, step int) (*train.Snapshot, error) {
	born, err := s.birthOf(ctx, id)
	if err != nil {
		return nil, err
	}
	arch, err := s.architecture(born.Config)
	if err != nil {
		return nil, err
	}
	stream, err := s.forReading(ctx, id)
	if err != nil {
		return nil, err
	}
	content, _, err := s.bus.at(ctx, stream, 0, weightsSubject(id, step))
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil, train.ErrNoSnapshot
	}
	if err != nil {
		return nil, err
	}
	snapshot, err := decodeWeights(content, arch)
	if err != nil {
		return nil, fmt.Errorf("run %s: the weights of step %d: %w", id, step, err)
	}
	snapshot.Keep = true
	return snapshot, nil
}

// forReading returns a run's stream, asked for once.
func (s *Store) forReading(ctx context.Context, id string) (jetstream.Stream, error) {
	s.mu.Lock()
	known, ok := s.streams[id]
	s.mu.Unlock()
	if ok {
		return known, nil
	}
	stream, err := s.bus.stream(ctx, id)
	if err == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.streams[id] = stream
	}
	return stream, err
}

// mostArchs bounds the networks that are remembered: who sets up a run asks about many.
const mostArchs = 256

// architecture returns a configuration's network. Networks of one configuration share it.
func (s *Store) architecture(c train.Config) (*nn.Architecture, error) {
	data, err := s.config.Data()
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if arch, ok := s.archs[c.Architecture]; ok {
		return arch, nil
	}
	_, arch, err := c.Check(data)
	if err == nil {
		if len(s.archs) >= mostArchs {
			clear(s.archs)
		}
		s.archs[c.Architecture] = arch
	}
	return arch, err
}
