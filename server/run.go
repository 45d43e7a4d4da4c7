package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"filterscope/nn/digits"
	"filterscope/server/memory"
	"filterscope/web"
)

// Time limits of the HTTP server.
const (
	headerTimeout = 5 * time.Second
	readTimeout   = 15 * time.Second
	writeTimeout  = 60 * time.Second // pictures may have to be computed first
	idleTimeout   = 2 * time.Minute
	shutdownGrace = time.Second             // for requests under way when the server ends
	endGrace      = 2500 * time.Millisecond // for everything to end
)

// run is the program. It ends when the context does, which is no error.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	leaveRoom()
	data := sync.OnceValues(o.data)
	store := &memory.Store{Data: data}
	if o.headless {
		return headless(ctx, o, store, stdout)
	}
	return serve(ctx, o, store, data, stdout, stderr)
}

// leaveRoom lets requests be answered while every processor trains. With as
// many busy goroutines as processors, Go looks at the network only every
// 10 ms; two more let the operating system divide the time instead.
func leaveRoom() {
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(runtime.NumCPU() + 2)
	}
}

func (o options) data() (*digits.Data, error) {
	if o.dataset == "" {
		return digits.MNIST()
	}
	d, err := digits.Open(os.DirFS(o.dataset), filepath.Base(filepath.Clean(o.dataset)))
	if err != nil {
		return nil, fmt.Errorf("-dataset: %w", err)
	}
	return d, nil
}

// serve answers requests until the context ends.
func serve(ctx context.Context, o options, store *memory.Store, data func() (*digits.Data, error), stdout, stderr io.Writer) error {
	listener, err := net.Listen("tcp", o.addr)
	if err != nil {
		return fmt.Errorf("-addr: %w", err)
	}
	defer listener.Close()
	a := addressOf(o.addr, listener.Addr(), o.hosts)
	site, err := web.New(web.Config{
		Runs: store, Data: data, Hosts: a.hosts, Token: a.token,
		Log: slog.New(slog.NewTextHandler(stderr, nil)),
	})
	if err != nil {
		return err
	}
	group, running := errgroup.WithContext(ctx)
	server := &http.Server{
		Handler: site.Handler(), ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout,
		WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		ErrorLog: slog.NewLogLogger(slog.NewTextHandler(stderr, nil), slog.LevelWarn),
	}
	group.Go(func() error { return unlessClosed(server.Serve(listener)) })
	group.Go(func() error { return unlessCanceled(store.Run(running)) })
	group.Go(func() error {
		_, err := store.Open(running, o.config)
		return unlessCanceled(err)
	})
	group.Go(func() error {
		<-running.Done()
		site.Close("the server is shutting down")
		return shutDown(server)
	})
	fmt.Fprintf(stdout, "Filterscope is at %s\n", a.url)
	if o.open {
		if err := openBrowser(a.url); err != nil {
			fmt.Fprintln(stderr, "filterscope: -open:", err)
		}
	}
	return waitFor(ctx, group)
}

// waitFor returns when the group has ended, or some time after the context
// has: a training step that is under way cannot be interrupted, and a step of
// a very large network takes longer than people wait for a program to end.
func waitFor(ctx context.Context, group *errgroup.Group) error {
	done := make(chan error, 1)
	go func() { done <- group.Wait() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	select {
	case err := <-done:
		return err
	case <-time.After(endGrace):
		return errors.New("ended in the middle of a training step, which took too long to wait for")
	}
}

// shutDown ends the HTTP server, and after the grace also its requests.
func shutDown(server *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), shutdownGrace)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return server.Close()
	}
	return nil
}

func unlessClosed(err error) error {
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

func unlessCanceled(err error) error {
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}
