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
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"filterscope/nn/digits"
	"filterscope/nn/train"
	"filterscope/server/runlog"
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
	saveMemory()
	data := sync.OnceValues(o.images)
	screen := newScreen(stdout)
	log := slog.New(slog.NewTextHandler(screen.above(stderr), nil))
	switch {
	case o.headless:
		folder, err := claimReport(o.report)
		if err != nil {
			return err
		}
		defer folder.giveUp()
		return withStore(ctx, o, data, log, func(store *runlog.Store) error {
			return o.explain((&headlessRun{o, store, data, log, screen, folder}).run(ctx), data)
		})
	case o.role == runlog.Trainer:
		return withStore(ctx, o, data, log, func(store *runlog.Store) error {
			fmt.Fprintf(stdout, "Filterscope trains runs of %s\n", o.nats)
			return unlessCanceled(store.Run(ctx))
		})
	}
	listener, err := net.Listen("tcp", o.addr)
	if err != nil {
		return fmt.Errorf("-addr: %w", err)
	}
	defer listener.Close()
	return withStore(ctx, o, data, log, func(store *runlog.Store) error {
		return serve(ctx, o, listener, store, data, log, stdout, stderr)
	})
}

// withStore opens the runs for a while. Runs without a page need no folder afterwards.
func withStore(ctx context.Context, o options, data func() (*digits.Data, error), log *slog.Logger, use func(*runlog.Store) error) error {
	folder, err := o.folder()
	if err != nil {
		return err
	}
	if o.headless && o.data == "" && o.nats == "" {
		if folder, err = os.MkdirTemp("", "filterscope"); err != nil {
			return err
		}
		defer os.RemoveAll(folder)
	}
	store, err := runlog.Open(ctx, runlog.Config{
		Dir: folder, URL: o.nats, Credentials: o.creds, Role: o.role, Data: data, RunBytes: o.runBytes, Reserve: o.reserve, Log: log,
	})
	if ctx.Err() != nil && o.headless {
		return stopped(train.Status{}, nil)
	}
	if err != nil {
		return unlessCanceled(err)
	}
	defer store.Close()
	return use(store)
}

// folder returns where runs are kept. Other images have another folder, because runs of one cannot go on with those of the other.
func (o options) folder() (string, error) {
	if o.data != "" || o.nats != "" {
		return o.data, nil
	}
	root, err := dataFolder()
	if err != nil {
		return "", fmt.Errorf("there is no folder for runs: %w; name one with -data", err)
	}
	name := "mnist"
	if o.dataset != "" {
		name = "dataset-" + filepath.Base(filepath.Clean(o.dataset))
	}
	return filepath.Join(root, "filterscope", name), nil
}

// dataFolder returns where programs keep data of a user.
func dataFolder() (string, error) {
	switch runtime.GOOS {
	case "darwin", "ios", "windows", "plan9":
		return os.UserConfigDir()
	}
	if folder := os.Getenv("XDG_DATA_HOME"); folder != "" {
		return folder, nil
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, ".local", "share"), err
}

// leaveRoom lets requests be answered while every processor trains. With as
// many busy goroutines as processors, Go looks at the network only every
// 10 ms; two more let the operating system divide the time instead.
func leaveRoom() {
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(runtime.NumCPU() + 2)
	}
}

// saveMemory lets garbage be collected when it is half as much as what is
// used, not as much: there is little of it, and much that is remembered.
func saveMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}
}

func (o options) images() (*digits.Data, error) {
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
func serve(ctx context.Context, o options, listener net.Listener, store *runlog.Store, data func() (*digits.Data, error), log *slog.Logger, stdout, stderr io.Writer) error {
	a := addressOf(o.addr, listener.Addr(), o.hosts)
	site, err := web.New(web.Config{
		Runs: store, Data: data, Hosts: a.hosts, Token: a.token, Addresses: a.room, Log: log, PictureShare: o.pictures,
	})
	if err != nil {
		return err
	}
	group, running := errgroup.WithContext(ctx)
	server := &http.Server{
		Handler: site.Handler(), ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout,
		WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	group.Go(func() error { return unlessClosed(server.Serve(listener)) })
	group.Go(func() error { return unlessCanceled(store.Run(running)) })
	group.Go(func() error { return unlessCanceled(o.explain(openRun(running, o, store, data), data)) })
	group.Go(func() error {
		<-running.Done()
		site.Close("the server is shutting down")
		return shutDown(server)
	})
	if err := announce(stdout, a, isTerminal(stdout)); err != nil {
		log.Warn("the address could not be printed", "error", err)
	}
	if o.open {
		if err := openBrowser(a.url); err != nil {
			fmt.Fprintln(stderr, "filterscope: -open:", err)
		}
	}
	return waitFor(ctx, group)
}

// openRun opens a run, unless there is an unfinished one, which goes on.
func openRun(ctx context.Context, o options, store *runlog.Store, data func() (*digits.Data, error)) error {
	if o.role == runlog.Web {
		return nil
	}
	runs, err := store.List(ctx)
	if err != nil {
		return err
	}
	unfinished := slices.ContainsFunc(runs, func(run train.Info) bool { return !run.Status.State.Ended() })
	if unfinished && !o.fresh {
		return nil
	}
	images, err := data()
	if err != nil {
		return err
	}
	config, err := o.start(images)
	if err != nil {
		return err
	}
	_, err = store.Open(ctx, config)
	return err
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
