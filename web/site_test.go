package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"filterscope/nn/digits"
	"filterscope/nn/train"
	"filterscope/server/runlog"
	"filterscope/web"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// someDigits is the beginning of MNIST.
var someDigits = sync.OnceValues(func() (*digits.Data, error) {
	d, err := digits.MNIST()
	if err != nil {
		return nil, err
	}
	d.Train, d.Test = d.Train.Head(640), d.Test.Head(640)
	return d, nil
})

// small is a run of 5 steps an epoch that does not end within a test.
var small = train.Config{Architecture: "tiny", Epochs: 1000}

// A site is a real server on loopback with runs in a folder of its own.
type site struct {
	testing.TB
	url   string
	runs  *runlog.Store
	close func() // of the web room; may be called early
}

// serve starts a site that ends with the test. change adapts its
// configuration.
func serve(t testing.TB, change func(*web.Config)) *site {
	t.Helper()
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	config := web.Config{Data: someDigits, Hosts: []string{"127.0.0.1"}, Log: quiet}
	data := func() (*digits.Data, error) { return config.Data() } // as changed
	store, err := runlog.Open(t.Context(), runlog.Config{Dir: t.TempDir(), Data: data, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	config.Runs = store
	if change != nil {
		change(&config)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- store.Run(ctx) }()
	server, err := web.New(config)
	if err != nil {
		t.Fatal(err)
	}
	listener := httptest.NewServer(server.Handler())
	s := &site{TB: t, url: listener.URL, runs: store, close: sync.OnceFunc(func() { server.Close("the test is over") })}
	t.Cleanup(func() {
		s.close()
		listener.Close()
		http.DefaultClient.CloseIdleConnections()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("the store ended with %v", err)
		}
		store.Close()
	})
	return s
}

// within is the same site in a part of the test.
func (s *site) within(t testing.TB) *site {
	part := *s
	part.TB = t
	return &part
}

// open opens a run that waits at step 0.
func (s *site) open(c train.Config) string {
	s.Helper()
	info, err := s.runs.Open(s.Context(), c)
	if err != nil {
		s.Fatal(err)
	}
	return info.ID
}

// An answer is a response with its body read.
type answer struct {
	*http.Response
	body []byte
}

// ask makes a request that does not follow redirects. Headers come in pairs;
// the header Host sets the request's host.
func (s *site) ask(method, path, body string, headers ...string) answer {
	s.Helper()
	r, err := http.NewRequestWithContext(s.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		s.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		s.Fatal(err)
	}
	return answer{response, text}
}

// get asks for something that must be there.
func (s *site) get(path string) answer {
	s.Helper()
	a := s.ask("GET", path, "")
	if a.StatusCode != http.StatusOK {
		s.Fatalf("GET %s: %s: %s", path, a.Status, a.body)
	}
	return a
}

// into decodes an answer.
func (s *site) into(a answer, v any) {
	s.Helper()
	if err := json.Unmarshal(a.body, v); err != nil {
		s.Fatalf("%s %s: %v in %s", a.Request.Method, a.Request.URL, err, a.body)
	}
}

// step takes steps by hand.
func (s *site) step(id string, n int) {
	s.Helper()
	if _, err := s.runs.Command(s.Context(), id, train.Command{Kind: train.Step, Steps: n}); err != nil {
		s.Fatal(err)
	}
}

// wantError checks that an answer is a refusal with a sentence.
func (s *site) wantError(a answer, status int, words string) {
	s.Helper()
	var problem struct{ Error string }
	if err := json.Unmarshal(a.body, &problem); err != nil || a.StatusCode != status || !strings.Contains(problem.Error, words) {
		s.Errorf("%s %s: %s: %s; want %d with %q", a.Request.Method, a.Request.URL, a.Status, bytes.TrimSpace(a.body), status, words)
	}
}
