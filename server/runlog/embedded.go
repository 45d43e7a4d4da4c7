package runlog

import (
	"fmt"
	"log/slog"
	"net"
	"sync"

	"github.com/nats-io/nats-server/v2/server"
)

// embedded is a server in this process.
type embedded struct {
	folder string
	log    *slog.Logger

	mu     sync.Mutex
	server *server.Server
	mute   bool // the server has left a message without an answer
}

// start starts the server. It flushes every message to the disk before it acknowledges it.
func (e *embedded) start() error {
	s, err := server.NewServer(&server.Options{
		ServerName: "filterscope", DontListen: true, JetStream: true, StoreDir: e.folder,
		SyncAlways: true, NoSigs: true, DisableJetStreamBanner: true, JetStreamMaxMemory: 1 << 20,
	})
	if err != nil {
		return err
	}
	s.SetLoggerV2(serverLog{e.log}, false, false, false)
	s.Start()
	e.mu.Lock()
	e.server, e.mute = s, false
	e.mu.Unlock()
	if !s.ReadyForConnections(startWait) || !s.JetStreamEnabled() {
		e.stop()
		return fmt.Errorf("the runs in %s cannot be opened", e.folder)
	}
	return nil
}

func (e *embedded) stop() {
	e.mu.Lock()
	s := e.server
	e.mu.Unlock()
	s.Shutdown()
	s.WaitForShutdown()
}

// works reports whether the server keeps messages. When its disk is full it stops to, for good: all of it, or the stream that it was
// writing to, which then no longer answers.
func (e *embedded) works() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.server.JetStreamEnabled() && !e.mute
}

// silent notes that the server has left a message without an answer.
func (e *embedded) silent() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.mute = true
}

// InProcessConn connects to the server; the connection finds a server that was started again by itself.
func (e *embedded) InProcessConn() (net.Conn, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.server.InProcessConn()
}

// serverLog passes on what is wrong.
type serverLog struct{ log *slog.Logger }

func (serverLog) Noticef(string, ...any) {}
func (serverLog) Debugf(string, ...any)  {}
func (serverLog) Tracef(string, ...any)  {}

func (l serverLog) Warnf(format string, v ...any) {
	l.log.Warn("run log: " + fmt.Sprintf(format, v...))
}

func (l serverLog) Errorf(format string, v ...any) {
	l.log.Error("run log: " + fmt.Sprintf(format, v...))
}

func (l serverLog) Fatalf(format string, v ...any) { l.Errorf(format, v...) }
