package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if of := os.Getenv(crowdVariable); of != "" {
		if beCrowd(of) != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	folder, err := os.MkdirTemp("", "filterscope")
	if err != nil {
		panic(err)
	}
	programFile = filepath.Join(folder, "server")
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		os.RemoveAll(folder)
		os.Exit(code)
	}))
}

// programFile is where build puts the program.
var programFile string

// build builds the program, once, and returns its file.
var build = sync.OnceValues(func() (string, error) {
	out, err := exec.Command("go", "build", "-o", programFile, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return programFile, nil
})

// tinyConfig writes a configuration of a run that takes seconds, and returns
// the file.
func tinyConfig(t testing.TB, more string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "config.json")
	architecture := `"architecture":"tiny"`
	if strings.Contains(more, `"architecture":`) {
		architecture, more = "", strings.TrimPrefix(more, ",")
	}
	if err := os.WriteFile(file, []byte(`{`+architecture+more+`}`), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// program starts the program in this process and returns its address. stop
// ends it and returns its error.
func program(t *testing.T, args ...string) (url string, stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	read, write := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := run(ctx, append([]string{"-addr", "127.0.0.1:0", "-data", t.TempDir()}, args...), write, io.Discard)
		write.CloseWithError(io.EOF)
		done <- err
	}()
	line, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		cancel()
		t.Fatalf("the program said %q and ended: %v", line, <-done)
	}
	go io.Copy(io.Discard, read)
	return strings.TrimSpace(line[strings.Index(line, "http"):]), func() error {
		cancel()
		http.DefaultClient.CloseIdleConnections()
		return <-done
	}
}

func get(t *testing.T, url string) []byte {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %s, %v", url, response.Status, err)
	}
	return body
}

func TestProgramServesAWaitingRun(t *testing.T) {
	url, stop := program(t, "-config", tinyConfig(t, ""), "-epochs", "7", "-seed", "3")
	if !bytes.Contains(get(t, url), []byte("panel-low")) {
		t.Error("its page is no dashboard")
	}
	// The list is empty until the data is read, and the run queued until it is taken.
	var list struct {
		Runs []struct {
			State, Pace, Architecture string
			Epochs                    int
			Seed                      uint64
		}
	}
	for len(list.Runs) == 0 || list.Runs[0].State == "queued" {
		if err := json.Unmarshal(get(t, url+"api/runs"), &list); err != nil {
			t.Fatal(err)
		}
	}
	if r := list.Runs[0]; r.State != "waiting" || r.Pace != "watch" || r.Architecture != "tiny" || r.Epochs != 7 || r.Seed != 3 {
		t.Errorf("its run is %+v", r)
	}
	if err := stop(); err != nil {
		t.Errorf("it ended with %v", err)
	}
}

func TestHeadlessTrainsToTheEnd(t *testing.T) {
	var out bytes.Buffer
	file := tinyConfig(t, `,"epochs":1,"batchSize":512`)
	if err := run(t.Context(), []string{"-headless", "-config", file, "-report", "none", "-require-accuracy", "0.8"}, &out, io.Discard); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	if !strings.Contains(out.String(), "step 118, epoch 1 of 1: test loss") {
		t.Errorf("it printed %q", &out)
	}
	err := run(t.Context(), []string{"-headless", "-config", file, "-report", "none", "-require-accuracy", "1"}, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "below the required 1") {
		t.Errorf("with an accuracy that cannot be reached it ended with %v", err)
	}
}

func TestWrongCommandLines(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	broken := filepath.Join(t.TempDir(), "broken.json")
	if err := os.WriteFile(broken, []byte(`{"epoch":3}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args  []string
		words string
		code  int
	}{
		{[]string{"-pase", "max"}, "pase", 2},
		{[]string{"-pace", "fast"}, "watch", 2},
		{[]string{"-epochs", "x"}, "epochs", 2},
		{[]string{"-epochs", "-2", "-addr", "127.0.0.1:0"}, "epochs", 1},
		{[]string{"extra"}, "extra", 2},
		{[]string{"-require-accuracy", "0.5"}, "-headless", 2},
		{[]string{"-headless", "-require-accuracy", "99"}, "fraction", 2},
		{[]string{"-role", "train"}, "-nats", 2},
		{[]string{"-role", "boss", "-nats", "nats://127.0.0.1:1"}, "train", 2},
		{[]string{"-creds", "x"}, "-nats", 2},
		{[]string{"-data", "x", "-nats", "nats://127.0.0.1:1"}, "-data", 2},
		{[]string{"-nats", "nats://127.0.0.1:1", "-addr", "127.0.0.1:0"}, "-nats", 1},
		{[]string{"-config", "missing.json"}, "missing.json", 1},
		{[]string{"-config", broken}, "epoch", 1},
		{[]string{"-dataset", "no-such-folder", "-addr", "127.0.0.1:0"}, "-dataset", 1},
		{[]string{"-addr", taken.Addr().String()}, "-addr", 1},
	} {
		t.Setenv("XDG_DATA_HOME", t.TempDir())
		err := run(t.Context(), c.args, io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), c.words) || exitCode(err) != c.code {
			t.Errorf("%q ended with %v, want a word of %q and status %d", c.args, err, c.words, c.code)
		}
	}
	var help bytes.Buffer
	if err := run(t.Context(), []string{"-h"}, io.Discard, &help); exitCode(err) != 0 || !strings.Contains(help.String(), "-dataset") {
		t.Errorf("-h ended with %v and printed %q", err, &help)
	}
}

func TestAddresses(t *testing.T) {
	loopback := addressOf("name:80", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80}, []string{"scope"})
	if loopback.url != "http://127.0.0.1:80/" || loopback.token != "" {
		t.Errorf("on loopback: %+v", loopback)
	}
	if got := strings.Join(loopback.hosts, " "); got != "scope 127.0.0.1 name localhost" {
		t.Errorf("on loopback it answers to %s", got)
	}
	six := addressOf("[::1]:80", &net.TCPAddr{IP: net.IPv6loopback, Port: 80}, nil)
	if six.url != "http://[::1]:80/" || six.token != "" {
		t.Errorf("on the IPv6 loopback: %+v", six)
	}
	all := addressOf(":80", &net.TCPAddr{IP: net.IPv4zero, Port: 80}, nil)
	if all.token == "" || !strings.HasPrefix(all.url, "http://127.0.0.1:80/?token=") {
		t.Errorf("on all addresses: %+v", all)
	}
}

func TestFlagsCountMoreThanTheFile(t *testing.T) {
	for _, c := range []struct {
		more string
		args []string
		want string
	}{
		{``, nil, "watch"},
		{``, []string{"-headless"}, "max"},
		{`,"pace":"max"`, nil, "max"},
		{`,"pace":2`, nil, "2"},
		{`,"pace":2`, []string{"-pace", "max"}, "max"},
		{`,"pace":"watch"`, []string{"-headless"}, "watch"},
	} {
		o, err := parse(append([]string{"-config", tinyConfig(t, c.more)}, c.args...), io.Discard)
		if err != nil || o.config.Pace.String() != c.want {
			t.Errorf("file with %q and %q: pace %v, %v; want %s", c.more, c.args, o.config.Pace, err, c.want)
		}
	}
	o, err := parse([]string{"-config", tinyConfig(t, `,"epochs":9,"seed":9`), "-epochs", "4"}, io.Discard)
	if err != nil || o.config.Epochs != 4 || o.config.Seed != 9 || o.config.Architecture != "tiny" {
		t.Errorf("the configuration is %+v, %v", o.config, err)
	}
}

func TestStoppedHeadlessSaysWhere(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := run(ctx, []string{"-headless", "-report", "none", "-config", tinyConfig(t, "")}, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "stopped at step 0") {
		t.Errorf("it ended with %v", err)
	}
}

// A real process, told to end while it trains at full speed and a browser is
// connected, says why and is gone within three seconds.
func TestSignalsEndTheProgram(t *testing.T) {
	file, err := build()
	if err != nil {
		t.Fatal(err)
	}
	for _, signal := range []os.Signal{syscall.SIGINT, syscall.SIGTERM} {
		process := exec.Command(file, "-addr", "127.0.0.1:0", "-data", t.TempDir(), "-pace", "max")
		out, err := process.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := process.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = process.Process.Kill() })
		line, err := bufio.NewReader(out).ReadString('\n')
		if err != nil {
			t.Fatalf("it printed %q: %v", line, err)
		}
		address := strings.TrimSpace(line[strings.Index(line, "127.0.0.1"):])
		conn, _, err := dialWhenReady(t, "ws://"+address+"ws")
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := conn.ReadMessage(); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if err := process.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		for err == nil {
			_, _, err = conn.ReadMessage()
		}
		var closed *websocket.CloseError
		if !errors.As(err, &closed) || closed.Code != websocket.CloseGoingAway || closed.Text == "" {
			t.Errorf("%v ended the stream with %v", signal, err)
		}
		conn.Close()
		if err := process.Wait(); err != nil {
			t.Errorf("%v ended the program with %v", signal, err)
		}
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("%v took %v", signal, took)
		}
	}
}

// dialWhenReady asks for the stream until the run is opened, which it is once
// the data is read.
func dialWhenReady(t *testing.T, url string) (*websocket.Conn, *http.Response, error) {
	t.Helper()
	for {
		conn, response, err := websocket.DefaultDialer.DialContext(t.Context(), url, nil)
		if err == nil || response == nil || response.StatusCode != http.StatusNotFound {
			return conn, response, err
		}
	}
}
