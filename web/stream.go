package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/websocket"

	"filterscope/nn/train"
)

// Limits of a connection.
const (
	writeWait     = 10 * time.Second // for one message to be written
	pongWait      = 30 * time.Second // for the next message or pong to arrive
	pingPeriod    = pongWait * 2 / 3 // must be less than pongWait
	maxMessage    = 4 << 10          // bytes of a message from a browser
	maxViewers    = 2000             // connections in all
	closeGrace    = time.Second      // for the last words to be written
	firstRunWait  = 30 * time.Second // for a run to be there
	firstRunPoll  = 10 * time.Millisecond
	maxReasonText = 120 // bytes of a close frame's reason; the protocol allows 123
)

// upgrader keeps gorilla's own origin check: a browser's Origin must have the
// request's Host, which guard has checked.
var upgrader = websocket.Upgrader{HandshakeTimeout: 5 * time.Second, ReadBufferSize: 1 << 10, WriteBufferSize: 16 << 10}

// stream upgrades a request to a websocket and serves it until the browser
// leaves, the run is deleted or the server closes. The first viewer who may
// change anything starts a run that waits, unless it comes with start=false.
func (s *Server) stream(w http.ResponseWriter, r *http.Request) error {
	asked, err := streamQuery(r)
	if err != nil {
		return err
	}
	id, err := s.runToWatch(r)
	if err != nil {
		return err
	}
	watch, now, err := s.watch(r.Context(), id)
	if err != nil {
		return err
	}
	arch := now.newest.Net.Arch
	hello, err := s.hello(r.Context(), id, arch)
	if err != nil {
		return err
	}
	data, err := s.config.Data()
	if err != nil {
		return err
	}
	if err := s.enter(); err != nil {
		return err
	}
	defer s.leave()
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return nil // the upgrader has answered
	}
	defer conn.Close()
	hello.MayChange = s.mayChange(r)
	v := &viewer{
		server: s, watch: watch, conn: conn, arch: arch, data: data, lenses: defaultLenses(arch),
		options: make(chan streamOptions, 1), points: asked.after, mayStart: asked.starts && hello.MayChange,
	}
	if hello.MayChange && asked.presenter != "" {
		v.presenter = asked.presenter
		s.stage.enter(v.presenter)
		defer s.stage.leave(v.presenter)
	}
	v.serve(hello)
	return nil
}

// runToWatch returns the run that a request names or the newest. A server that
// has just begun answers before it has read its data; whoever comes so early
// waits a moment for the first run.
func (s *Server) runToWatch(r *http.Request) (string, error) {
	if id := r.URL.Query().Get("run"); id != "" {
		_, err := s.config.Runs.Get(r.Context(), id)
		return id, err
	}
	patience, cancel := context.WithTimeout(r.Context(), firstRunWait)
	defer cancel()
	for {
		id, err := s.runOrNewest(r.Context(), "")
		if !errors.Is(err, train.ErrNoRun) || pause(patience, firstRunPoll) != nil {
			return id, err
		}
	}
}

// asking is what the address of a stream says.
type asking struct {
	after     int    // train points that the browser has
	starts    bool   // whether a run that waits is to begin
	presenter string // "" for one who does not lead
}

func streamQuery(r *http.Request) (a asking, err error) {
	q, err := queryOf(r, "run", "after", "start", "presenter")
	if err != nil {
		return a, err
	}
	start, err := q.choice("start", "true", "true", "false")
	if err != nil {
		return a, err
	}
	a.starts, a.presenter = start == "true", q.values.Get("presenter")
	if !isPresenter(a.presenter) {
		return a, badRequest("presenter: %q is impossible; use 16 to 64 letters and digits", a.presenter)
	}
	a.after, err = q.integer("after", 0, 0, 1<<30)
	return a, err
}

// streamOptions are what a browser may say.
type streamOptions struct {
	Type    string `json:"type"` // "options"
	Visible *bool  `json:"visible"`
	// Views are the lenses to look through, by level; none means the default
	// ones.
	Views map[string]lens `json:"views"`
	curveOptions
}

// read reads what the browser says until it leaves or says nonsense, and
// then cancels the writer with the cause. It is the connection's only reader.
func (v *viewer) read(cancel context.CancelCauseFunc) {
	v.conn.SetReadLimit(maxMessage)
	_ = v.conn.SetReadDeadline(time.Now().Add(pongWait))
	v.conn.SetPongHandler(func(string) error { return v.conn.SetReadDeadline(time.Now().Add(pongWait)) })
	for {
		_, text, err := v.conn.ReadMessage()
		if err != nil {
			cancel(err)
			return
		}
		_ = v.conn.SetReadDeadline(time.Now().Add(pongWait))
		options, err := parseOptions(text)
		if err != nil {
			cancel(err)
			return
		}
		select {
		case <-v.options: // the newest counts
		default:
		}
		v.options <- options
	}
}

// A nonsense error is a message from the browser that is not understood.
type nonsense string

func (n nonsense) Error() string { return string(n) }

func parseOptions(text []byte) (streamOptions, error) {
	var o streamOptions
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&o); err != nil {
		return o, nonsense("the message is not the JSON that is expected: " + err.Error())
	}
	if o.Type != "options" {
		return o, nonsense(fmt.Sprintf("the message type %q is not known; use options", o.Type))
	}
	var err error
	if o.curveOptions, err = o.check(); err != nil {
		return o, nonsense(err.Error())
	}
	for level, l := range o.Views {
		if err := l.checkWords(); err != nil {
			return o, nonsense(fmt.Sprintf("%s: %v", level, err))
		}
	}
	return o, nil
}

// farewell says why the connection ends, if anybody still listens.
func (v *viewer) farewell(cause error) {
	code, reason := websocket.CloseNormalClosure, ""
	var closing closeReason
	var wrong nonsense
	switch {
	case errors.As(cause, &closing):
		code, reason = websocket.CloseGoingAway, string(closing)
	case errors.Is(cause, train.ErrNoRun):
		reason = "the run was deleted"
	case errors.Is(cause, errFollow):
		code, reason = websocket.CloseInternalServerErr, errFollow.Error()
	case errors.As(cause, &wrong):
		code, reason = websocket.ClosePolicyViolation, string(wrong)
	case websocket.IsUnexpectedCloseError(cause), errors.Is(cause, websocket.ErrReadLimit):
		return // gorilla has answered
	}
	deadline := time.Now().Add(closeGrace)
	_ = v.conn.SetWriteDeadline(deadline)
	if reason != "" {
		_ = v.conn.WriteJSON(closingMessage{Type: "closing", Reason: reason})
	}
	_ = v.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, cut(reason, maxReasonText)), deadline)
}

func cut(text string, bytes int) string {
	if len(text) <= bytes {
		return text
	}
	return strings.ToValidUTF8(text[:bytes], "")
}
