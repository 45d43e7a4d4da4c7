package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"filterscope/nn/train"
	"filterscope/server/runlog"
)

// options are the command line.
type options struct {
	addr     string
	hosts    []string
	data     string
	nats     string
	creds    string
	role     runlog.Role
	fresh    bool  // open a new run even if others are unfinished
	runBytes int64 // that a run may keep
	reserve  int64 // bytes of the disk
	dataset  string
	headless bool
	open     bool
	require  float64
	report   string    // folder; "" means one that the program names
	init     *initFile // weights that a new run starts from; nil means random ones
	pictures float64   // share of all processors
	config   train.Config
	file     configFile // of the configuration; zero means that there is none
}

// A usageError is a wrong command line.
type usageError struct{ error }

// list is a flag that may be given several times.
type list []string

func (l *list) String() string { return strings.Join(*l, ",") }

func (l *list) Set(value string) error {
	*l = append(*l, value)
	return nil
}

// parse reads the command line. Flags count more than the configuration file
// that one of them may name.
func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	var hosts list
	f := flag.NewFlagSet("server", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&o.addr, "addr", "127.0.0.1:8080", "`address` to listen on; off loopback, changes need the control token printed at start")
	f.Var(&hosts, "host", "a further host `name` that requests may use (may be given several times)")
	f.StringVar(&o.data, "data", "", "`directory` where runs are kept; default: filterscope in the user's data folder, and with -headless none")
	f.StringVar(&o.nats, "nats", "", "`URL` of a NATS server with JetStream that keeps the runs instead of -data")
	f.StringVar(&o.creds, "creds", "", "`file` with the credentials for -nats")
	role := f.String("role", "all", "with -nats: all, train (take runs from the queue, serve nothing), or web (show runs, train nothing)")
	runSize := f.Int64("run-size", runlog.DefaultRunBytes>>20, "the most `megabytes` that a run may keep; one that would need more is refused at its start")
	reserve := f.Int64("reserve", runlog.DefaultReserve>>20, "`megabytes` of the disk of -data that stay free: training waits before it takes them")
	f.BoolVar(&o.fresh, "new", false, "open a new run although there are unfinished ones, which go on otherwise")
	f.StringVar(&o.dataset, "dataset", "", "`directory` of IDX files to train on, plain or gzipped, named as MNIST's; default: the embedded MNIST")
	f.BoolVar(&o.headless, "headless", false, "serve nothing: train one run to its end, print its progress, and exit")
	f.Float64Var(&o.pictures, "picture-share", 0.15, "the most that live pictures may use of all processors, a `fraction`; a fifth of it while a run trains at full speed")
	f.BoolVar(&o.open, "open", false, "open the page in the default browser")
	f.Float64Var(&o.require, "require-accuracy", 0, "with -headless: exit with status 1 unless the best `accuracy`, a fraction, is reached")
	f.StringVar(&o.report, "report", "", "with -headless: the `directory`, empty or not there yet, for a report with curves, filters, metrics, configuration and weights; default: filterscope-report- and the time, below the working directory; none writes none")
	weights := f.String("init", "", "safetensors `file` with the weights that a new run starts from; its architecture counts unless -config names one")
	file := f.String("config", "", "JSON `file` with the run's configuration, the body that POST /api/runs takes and …/config.json gives")
	epochs := f.Int("epochs", 0, "passes over the training set; default 5")
	seed := f.Uint64("seed", 0, "of the random start and the shuffling; default 1")
	pace := f.String("pace", "", "max, watch (slow at first, then 10 s per epoch), or a number of steps per second; default: watch, and max with -headless")
	f.Usage = func() {
		fmt.Fprintln(stderr, "Filterscope trains a network on handwritten digits and shows its filters live in a browser.")
		fmt.Fprintln(stderr, "\nUsage: server [flags]")
		f.PrintDefaults()
	}
	if err := f.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return o, err
		}
		return o, usageError{err}
	}
	if f.NArg() > 0 {
		return o, usageError{fmt.Errorf("%q is not a flag; see -h", f.Arg(0))}
	}
	o.hosts = hosts
	o.role = runlog.Role(*role)
	o.runBytes, o.reserve = *runSize<<20, *reserve<<20
	given := map[string]bool{}
	f.Visit(func(g *flag.Flag) { given[g.Name] = true })
	o.fresh = o.fresh || given["config"] || given["seed"] || given["epochs"] || given["init"]
	o.config.Pace.Watch = !o.headless
	if given["config"] {
		var err error
		if o.file, err = readConfig(*file, &o.config); err != nil {
			return o, err
		}
		o.file.given = given
	}
	if given["epochs"] {
		o.config.Epochs = *epochs
	}
	if given["seed"] {
		o.config.Seed = *seed
	}
	if given["pace"] {
		p, err := train.ParsePace(*pace)
		if err != nil {
			return o, usageError{fmt.Errorf("-%w", err)}
		}
		o.config.Pace = p
	}
	if given["report"] && !o.headless {
		return o, usageError{errors.New("-report: needs -headless")}
	}
	if given["report"] && o.report == "" {
		return o, usageError{fmt.Errorf("-report: the name is empty; use a directory, or %q", noReport)}
	}
	if err := o.check(); err != nil {
		return o, err
	}
	if given["init"] {
		if o.role == runlog.Trainer || o.role == runlog.Web {
			return o, usageError{fmt.Errorf("-init: impossible with -role %s, which opens no run", o.role)}
		}
		var err error
		if o.init, err = readInit(*weights); err != nil {
			return o, err
		}
	}
	return o, nil
}

// check refuses flags that do not fit together.
func (o options) check() error {
	if !(o.require >= 0 && o.require <= 1) {
		return usageError{fmt.Errorf("-require-accuracy: %v is impossible; use a fraction from 0 to 1", o.require)}
	}
	if !(o.pictures > 0 && o.pictures <= 1) {
		return usageError{fmt.Errorf("-picture-share: %v is impossible; use a fraction above 0 and up to 1", o.pictures)}
	}
	switch o.role {
	case runlog.All:
	case runlog.Trainer, runlog.Web:
		if o.nats == "" {
			return usageError{fmt.Errorf("-role %s: needs -nats", o.role)}
		}
		if o.headless {
			return usageError{fmt.Errorf("-role %s: impossible with -headless", o.role)}
		}
	default:
		return usageError{fmt.Errorf("-role: %q is not known; use all, train or web", o.role)}
	}
	for _, limit := range []struct {
		name  string
		bytes int64
	}{{"run-size", o.runBytes}, {"reserve", o.reserve}} {
		if limit.bytes < 1<<20 || limit.bytes > 1<<50 {
			return usageError{fmt.Errorf("-%s: %d MB is impossible; use a number from 1", limit.name, limit.bytes>>20)}
		}
	}
	if o.creds != "" && o.nats == "" {
		return usageError{errors.New("-creds: needs -nats")}
	}
	if o.data != "" && o.nats != "" {
		return usageError{errors.New("-data: impossible with -nats, which keeps the runs")}
	}
	if o.open && o.headless {
		return usageError{errors.New("-open: impossible with -headless, which serves no page")}
	}
	if o.require > 0 && !o.headless {
		return usageError{errors.New("-require-accuracy: needs -headless")}
	}
	return nil
}
