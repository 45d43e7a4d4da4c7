package web_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"image/png"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"filterscope/nn"
	"filterscope/nn/train"
	"filterscope/web"
)

// A viewer is a websocket client that keeps what it is sent.
type viewer struct {
	testing.TB
	conn     *websocket.Conn
	losses   []float64 // of the train points, contiguous from step 1
	run      runJSON
	pictures map[string]header // newest by level
	curves   map[string]header // newest by figure
	hello    struct {
		Levels    []struct{ Name, Layer, Missing string }
		MayChange bool
	}
	presented   presented
	kept        []int
	evaluations int
	closing     string
}

// header is that of a binary message, with what follows it.
type header struct {
	Type, Level, Figure string
	View, Rule          string
	Step                int
	Snapshot            bool
	Theme, Size         string
	Axis                string
	X, Y, Whole         struct {
		Min, Max float64
		Scale    string
	}
	Runs    []string
	payload []byte
}

func (s *site) dial(query string, origin string) (*websocket.Conn, *http.Response, error) {
	h := http.Header{}
	if origin != "" {
		h.Set("Origin", origin)
	}
	return websocket.DefaultDialer.DialContext(s.Context(), "ws"+strings.TrimPrefix(s.url, "http")+"/ws"+query, h)
}

// connect looks at a run, of which so many points are known already.
func (s *site) connect(id string, after int) *viewer {
	s.Helper()
	conn, _, err := s.dial(fmt.Sprintf("?run=%s&after=%d", id, after), s.url)
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { conn.Close() })
	return &viewer{
		TB: s.TB, conn: conn, losses: make([]float64, after),
		pictures: map[string]header{}, curves: map[string]header{},
	}
}

// say sends a message as a browser does.
func (v *viewer) say(message string) {
	v.Helper()
	if err := v.conn.WriteMessage(websocket.TextMessage, []byte(message)); err != nil {
		v.Fatal(err)
	}
}

// until reads messages until the viewer is satisfied.
func (v *viewer) until(satisfied func() bool) {
	v.Helper()
	for !satisfied() {
		if err := v.next(); err != nil {
			v.Fatalf("the stream ended: %v (closing %q)", err, v.closing)
		}
	}
}

// next reads one message.
func (v *viewer) next() error {
	if err := v.conn.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
		return err
	}
	kind, message, err := v.conn.ReadMessage()
	if err != nil {
		return err
	}
	if kind == websocket.BinaryMessage {
		return v.take(message)
	}
	var m struct {
		Type   string
		Run    runJSON
		Reason string
		From   int
		Train  struct {
			Step []int
			Loss []float64
		}
		Steps []int
	}
	if err := json.Unmarshal(message, &m); err != nil {
		return err
	}
	if !bytes.HasPrefix(message, []byte(`{"type":`)) {
		return fmt.Errorf("type is not first in %.80s", message)
	}
	switch m.Type {
	case "hello":
		v.run = m.Run
		v.presented = presented{}
		if err := json.Unmarshal(message, &v.presented); err != nil {
			return err
		}
		return json.Unmarshal(message, &v.hello)
	case "presentation":
		v.presented = presented{}
		return json.Unmarshal(message, &v.presented)
	case "run":
		v.run = m.Run
	case "snapshots":
		v.kept = m.Steps
	case "evaluation":
		v.evaluations++
	case "closing":
		v.closing = m.Reason
	case "metrics":
		if m.From != len(v.losses) {
			return fmt.Errorf("points from %d on came after %d: the curve has a gap", m.From, len(v.losses))
		}
		for i, step := range m.Train.Step {
			if step != m.From+i+1 {
				return fmt.Errorf("point %d is of step %d", m.From+i, step)
			}
		}
		v.losses = append(v.losses, m.Train.Loss...)
	default:
		return fmt.Errorf("unknown message %.80s", message)
	}
	return nil
}

func (v *viewer) take(message []byte) error {
	size := binary.BigEndian.Uint32(message)
	var h header
	if err := json.Unmarshal(message[4:4+size], &h); err != nil {
		return err
	}
	h.payload = message[4+size:]
	if h.Type == "picture" {
		v.pictures[h.Level] = h
	} else {
		v.curves[h.Figure] = h
	}
	return nil
}

func TestStreamShowsEverything(t *testing.T) {
	s := serve(t, nil)
	id := s.open(small)
	v := s.connect(id, 0)
	v.until(func() bool { return v.run.ID != "" })
	if v.run.Kernel != nn.Kernel() {
		t.Errorf("the run says that its kernels are %q", v.run.Kernel)
	}
	if v.hello.Levels[0].Layer != "conv1" || v.hello.Levels[2].Layer != "conv3" {
		t.Errorf("the levels are %+v", v.hello.Levels)
	}
	v.until(func() bool {
		return len(v.losses) >= 12 && len(v.pictures) == 4 && v.evaluations >= 2 && len(v.kept) > 10 && len(v.curves) == 2
	})
	for level, h := range v.pictures {
		if _, err := png.Decode(bytes.NewReader(h.payload)); err != nil {
			t.Errorf("%s: %v", level, err)
		}
	}
	before := v.pictures["low"]
	v.until(func() bool { return v.pictures["low"].Step > before.Step })
	if bytes.Equal(before.payload, v.pictures["low"].payload) {
		t.Errorf("the filters are the same at steps %d and %d", before.Step, v.pictures["low"].Step)
	}
	for name, h := range v.curves {
		if !bytes.HasPrefix(h.payload, []byte("<?xml")) && !bytes.HasPrefix(h.payload, []byte("<svg")) {
			t.Errorf("the curve %s begins with %.40q", name, h.payload)
		}
	}
}

func TestFirstViewerStartsTheRun(t *testing.T) {
	s := serve(t, nil)
	id := s.open(small)
	var run runJSON
	if s.into(s.get("/api/runs/"+id), &run); run.State != "waiting" {
		t.Fatalf("before anybody looks it is %s", run.State)
	}
	v := s.connect("", 0) // the newest run
	v.until(func() bool { return len(v.losses) > 0 })
	if v.run.ID != id {
		t.Errorf("the newest run is %s, want %s", v.run.ID, id)
	}
}

func TestReconnectedCurveHasNoGap(t *testing.T) {
	s := serve(t, nil)
	id := s.open(small)
	first := s.connect(id, 0)
	first.until(func() bool { return len(first.losses) >= 5 })
	first.conn.Close()
	s.step(id, 8)
	second := s.connect(id, len(first.losses))
	var run runJSON
	s.into(s.get("/api/runs/"+id), &run)
	second.until(func() bool { return len(second.losses) >= run.Step })
	var m struct{ Train struct{ Loss []float64 } }
	s.into(s.get("/api/runs/"+id+"/metrics"), &m)
	joined := append(append([]float64{}, first.losses...), second.losses[len(first.losses):]...)
	if diff := cmp.Diff(m.Train.Loss[:len(joined)], joined); diff != "" {
		t.Errorf("two connections saw (-history +seen):\n%s", diff)
	}
	// A browser that holds another run's points gets all of this one's.
	third := s.connect(id, 0)
	third.conn.Close()
	conn, _, err := s.dial("?run="+id+"&after=100000", s.url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fourth := &viewer{TB: t, conn: conn, pictures: map[string]header{}, curves: map[string]header{}}
	fourth.until(func() bool { return len(fourth.losses) >= run.Step })
}

func TestOptions(t *testing.T) {
	s := serve(t, nil)
	id := s.open(small)
	s.step(id, 3)
	v := s.connect(id, 0)
	wish := `{"type":"options","theme":"dark","size":"narrow","xScale":"log","yScale":"linear","smoothing":0.6,"visible":true}`
	if err := v.conn.WriteMessage(websocket.TextMessage, []byte(wish)); err != nil {
		t.Fatal(err)
	}
	v.until(func() bool {
		h := v.curves["loss"]
		return h.Theme == "dark" && h.Size == "narrow" && h.X.Scale == "log" && h.Y.Scale == "linear"
	})
}

func TestNonsenseClosesWithAReason(t *testing.T) {
	s := serve(t, nil)
	id := s.open(small)
	for message, reason := range map[string]string{
		`{`:                                  "JSON",
		`{"type":"pause"}`:                   "options",
		`{"type":"options","theme":"pink"}`:  "pink",
		`{"type":"options","smoothing":1.5}`: "smoothing",
		`{"type":"options","zoom":2}`:        "zoom",
		`{"type":"options","axis":"days"}`:   "axis",
		`{"type":"options","from":3,"to":2}`: "to: 2 is impossible",
		`{"type":"options","from":-1}`:       "from: -1 is impossible",
		`{"type":"options","overlay":"a"}`:   "JSON",
		`{"type":"options","overlay":["a","b","c","d","e","f","g"]}`: "overlay: 7 runs",
	} {
		v := s.connect(id, 0)
		if err := v.conn.WriteMessage(websocket.TextMessage, []byte(message)); err != nil {
			t.Fatal(err)
		}
		err := error(nil)
		for err == nil {
			err = v.next()
		}
		var closed *websocket.CloseError
		if !errors.As(err, &closed) || closed.Code != websocket.ClosePolicyViolation || !strings.Contains(closed.Text, reason) {
			t.Errorf("%s ended the stream with %v, want 1008 with %q", message, err, reason)
		}
	}
	v := s.connect(id, 0)
	if err := v.conn.WriteMessage(websocket.TextMessage, bytes.Repeat([]byte("x"), 5000)); err != nil {
		t.Fatal(err)
	}
	err := error(nil)
	for err == nil {
		err = v.next()
	}
	if !websocket.IsCloseError(err, websocket.CloseMessageTooBig) {
		t.Errorf("a large message ended the stream with %v", err)
	}
}

func TestForeignOriginGetsNoStream(t *testing.T) {
	s := serve(t, nil)
	id := s.open(small)
	conn, response, err := s.dial("?run="+id, "http://evil.example")
	if err == nil {
		conn.Close()
		t.Fatal("it was let in")
	}
	if response.StatusCode != http.StatusForbidden {
		t.Errorf("it got %s", response.Status)
	}
	s.ask("GET", "/ws?run="+id, "", "Sec-Fetch-Site", "cross-site")
	var run runJSON
	if s.into(s.get("/api/runs/"+id), &run); run.State != "waiting" {
		t.Errorf("a foreign page made the run %s", run.State)
	}
}

func TestClosingServerSaysWhy(t *testing.T) {
	s := serve(t, nil)
	v := s.connect(s.open(small), 0)
	v.until(func() bool { return v.run.ID != "" })
	go s.close()
	err := error(nil)
	for err == nil {
		err = v.next()
	}
	if !websocket.IsCloseError(err, websocket.CloseGoingAway) || v.closing != "the test is over" {
		t.Errorf("the stream ended with %v, reason %q", err, v.closing)
	}
}

func TestDeletedRunEndsItsStream(t *testing.T) {
	s := serve(t, nil)
	id := s.open(small)
	v := s.connect(id, 0)
	v.until(func() bool { return len(v.losses) > 2 })
	s.ask("DELETE", "/api/runs/"+id, "")
	err := error(nil)
	for err == nil {
		err = v.next()
	}
	if v.closing != "the run was deleted" {
		t.Errorf("the stream ended with %v, reason %q", err, v.closing)
	}
}

// long adds a history to a run that is larger than all buffers between the
// server and a browser.
type long struct {
	web.Runs
	points int
}

func (l long) Follow(ctx context.Context, id string, deliver func(train.Record) error) error {
	first := true
	return l.Runs.Follow(ctx, id, func(r train.Record) error {
		if first {
			first = false
			for i := range l.points {
				r.Points = append(r.Points, train.Point{Step: i + 1, Loss: 1 / float64(i+3), Accuracy: 0.123456789})
			}
		}
		return deliver(r)
	})
}

// A browser that stops reading holds up neither the run nor the other viewers,
// nor the end of the server.
func TestFrozenBrowserHoldsNothingUp(t *testing.T) {
	const before = 400_000
	s := serve(t, func(c *web.Config) { c.Runs = long{c.Runs, before} })
	id := s.open(train.Config{Architecture: "tiny", Epochs: 10})
	dialer := websocket.Dialer{NetDial: func(network, address string) (net.Conn, error) {
		conn, err := net.Dial(network, address)
		if err == nil {
			err = conn.(*net.TCPConn).SetReadBuffer(4096)
		}
		return conn, err
	}}
	frozen, _, err := dialer.Dial("ws"+strings.TrimPrefix(s.url, "http")+"/ws?run="+id, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer frozen.Close()
	v := s.connect(id, 0)
	v.until(func() bool { return v.run.State == "finished" && len(v.losses) == before+50 })
	v.conn.Close()
	began := time.Now()
	s.close()
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("closing took %v", took)
	}
}

func TestManyViewersSeeOneRun(t *testing.T) {
	s := serve(t, nil)
	id := s.open(train.Config{Architecture: "tiny", Epochs: 40})
	var group sync.WaitGroup
	for range 20 {
		v := s.connect(id, 0)
		group.Go(func() {
			for len(v.losses) < 200 || len(v.pictures) < 4 {
				if err := v.next(); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
}

// Watching changes no bit.
func TestWatchedRunHasTheSameWeights(t *testing.T) {
	config := train.Config{Architecture: "tiny", Epochs: 3, Seed: 5}
	var weights [][]float32
	for _, viewers := range []int{0, 6} {
		s := serve(t, nil)
		id := s.open(config)
		for range viewers {
			v := s.connect(id, 0)
			var group sync.WaitGroup
			group.Go(func() {
				for v.next() == nil {
				}
			})
			t.Cleanup(group.Wait)
			t.Cleanup(func() { v.conn.Close() })
		}
		// A viewer may have begun the run already, and it may have ended.
		if _, err := s.runs.Command(t.Context(), id, train.Command{Kind: train.Start}); err != nil {
			t.Fatal(err)
		}
		errEnd := errors.New("finished")
		_ = s.runs.Follow(t.Context(), id, func(r train.Record) error {
			if r.Status.State == train.Finished {
				return errEnd
			}
			return nil
		})
		last, err := s.runs.Snapshot(t.Context(), id, 15)
		if err != nil {
			t.Fatal(err)
		}
		weights = append(weights, last.Net.Weights)
	}
	if diff := cmp.Diff(weights[0], weights[1]); diff != "" {
		t.Errorf("six viewers changed the weights:\n%s", diff)
	}
}

// boom panics when a run with its name is asked for.
type boom struct{ web.Runs }

func (b boom) Get(ctx context.Context, id string) (train.Info, error) {
	if id == "boom" {
		panic("boom")
	}
	return b.Runs.Get(ctx, id)
}

func TestPanicInAHandlerStopsNoTraining(t *testing.T) {
	s := serve(t, func(c *web.Config) { c.Runs = boom{c.Runs} })
	id := s.open(small)
	v := s.connect(id, 0)
	v.until(func() bool { return len(v.losses) > 2 })
	s.wantError(s.ask("GET", "/api/runs/boom", ""), 500, "the server made a mistake")
	n := len(v.losses)
	v.until(func() bool { return len(v.losses) > n })
}

// Pings keep an idle connection; this one is paused and must stay.
func TestPausedRunKeepsTalking(t *testing.T) {
	s := serve(t, nil)
	id := s.open(small)
	v := s.connect(id, 0)
	s.ask("POST", "/api/runs/"+id+"/pause", "")
	v.until(func() bool { return v.run.State == "paused" })
	began := time.Now()
	v.until(func() bool { return v.run.State == "paused" && time.Since(began) > 4*time.Second })
	if waited := time.Since(began); waited > 10*time.Second {
		t.Errorf("nothing was heard for %v", waited)
	}
}
