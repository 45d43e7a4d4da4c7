package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"

	"filterscope/nn/train"
	"filterscope/web/figure"
)

// An httpError is what a request is answered with when it fails. Message is
// for the person who sent it; err is the cause, for the log.
type httpError struct {
	Status  int
	Message string
	err     error
}

func (e *httpError) Error() string {
	if e.err == nil {
		return e.Message
	}
	return e.Message + ": " + e.err.Error()
}

func (e *httpError) Unwrap() error { return e.err }

func badRequest(format string, args ...any) error {
	return &httpError{Status: http.StatusBadRequest, Message: fmt.Sprintf(format, args...)}
}

func notFoundf(format string, args ...any) error {
	return &httpError{Status: http.StatusNotFound, Message: fmt.Sprintf(format, args...)}
}

func notFound(_ http.ResponseWriter, r *http.Request) error {
	return notFoundf("there is nothing at %s", r.URL.Path)
}

func methodNotAllowed(_ http.ResponseWriter, r *http.Request) error {
	return &httpError{Status: http.StatusMethodNotAllowed, Message: fmt.Sprintf("%s is not possible at %s", r.Method, r.URL.Path)}
}

// handle turns a handler's error into status, body and log line.
func (s *Server) handle(h func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			s.fail(w, r, err)
		}
	}
}

func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		return // nobody is there to be told
	}
	e := asHTTPError(err)
	if e.Status >= 500 {
		s.log.Error("request failed", "method", r.Method, "path", r.URL.Path, "status", e.Status, "error", err)
	}
	w.Header().Set("Cache-Control", "no-store")
	if wantsPage(r) {
		s.pages.writeError(w, e)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(e.Status)
	_ = json.NewEncoder(w).Encode(map[string]string{"error": e.Message})
}

// wantsPage reports whether a person, not a program, made the request.
func wantsPage(r *http.Request) bool {
	path := r.URL.Path
	return strings.Contains(r.Header.Get("Accept"), "text/html") && !strings.HasPrefix(path, "/api/") && path != "/ws"
}

// asHTTPError gives every error of the rooms below its status.
func asHTTPError(err error) *httpError {
	var known *httpError
	var config *train.ConfigError
	var state *train.StateError
	var option *figure.OptionError
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &config):
		return &httpError{Status: http.StatusBadRequest, Message: config.Error()}
	case errors.As(err, &option):
		return &httpError{Status: http.StatusBadRequest, Message: option.Error()}
	case errors.As(err, &state):
		return &httpError{Status: http.StatusConflict, Message: state.Error()}
	case errors.Is(err, train.ErrNoRun), errors.Is(err, train.ErrNoSnapshot), errors.Is(err, train.ErrNoDrawing):
		return &httpError{Status: http.StatusNotFound, Message: err.Error()}
	case errors.Is(err, train.ErrEnded), errors.Is(err, context.Canceled):
		return &httpError{Status: http.StatusServiceUnavailable, Message: "the server is ending", err: err}
	}
	return &httpError{Status: http.StatusInternalServerError, Message: "the server made a mistake; its log has the details", err: err}
}

// recoverPanics answers a request whose handler panicked, and keeps training
// going.
func (s *Server) recoverPanics(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			switch p := recover(); p {
			case nil:
			case http.ErrAbortHandler:
				panic(p)
			default:
				s.log.Error("handler panicked", "path", r.URL.Path, "panic", p, "stack", string(debug.Stack()))
				s.fail(w, r, fmt.Errorf("panic: %v", p))
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// writeJSON answers with a value that may change at any time.
func writeJSON(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if w.Header().Get("Cache-Control") == "" {
		w.Header().Set("Cache-Control", "no-store")
	}
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // an error means that the client has gone
	return nil
}
