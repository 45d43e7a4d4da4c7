package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"filterscope/nn/train"
)

// ReportOptions are what a report tells that its run does not know.
type ReportOptions struct {
	Took     time.Duration // of the training; 0 means that it is not told
	Required float64       // accuracy that was asked for; 0 means none
}

// A ReportFile is a part of a report.
type ReportFile struct {
	Name    string // in the report's folder, with slashes
	About   string // what it is, in words
	Content []byte
}

// Report returns all about a run as files: curves, filters at several steps,
// the confusion matrix, metrics, configuration and weights, each as the API
// answers with it, and last of all the page index.html, which shows them.
func (s *Server) Report(ctx context.Context, run string, o ReportOptions) ([]ReportFile, error) {
	_, now, err := s.watch(ctx, run)
	if err != nil {
		return nil, err
	}
	info, err := s.config.Runs.Get(ctx, run)
	if err != nil {
		return nil, err
	}
	r := &report{ctx: ctx, api: s.Handler(), host: s.config.Hosts[0], root: "/api/runs/" + run, now: now, info: info}
	for _, write := range []func() error{r.addCurves, r.addMoments, r.addConfusion, r.addNumbers, r.addWeights} {
		if err := write(); err != nil {
			return nil, err
		}
	}
	page, err := s.reportPage(r, o)
	if err != nil {
		return nil, err
	}
	return append(r.files, page), nil
}

// A report is one that is being made.
type report struct {
	ctx   context.Context
	api   http.Handler
	host  string
	root  string // address of the run
	now   state
	info  train.Info
	files []ReportFile

	moments   []reportMoment
	confusion *reportPicture
}

// reportMoment is a step whose filters are shown.
type reportMoment struct {
	folder, title string
	step          int
	pictures      []reportPicture
}

type reportPicture struct{ Name, Source, Alt string }

// add asks the API for a file.
func (r *report) add(name, path, about string) error {
	body, err := r.ask(path)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	r.files = append(r.files, ReportFile{name, about, body})
	return nil
}

// ask is what the API answers with at a path below the run's address.
func (r *report) ask(path string) ([]byte, error) {
	request, err := http.NewRequestWithContext(r.ctx, http.MethodGet, r.root+path, nil)
	if err != nil {
		return nil, err
	}
	request.Host = r.host
	a := keptAnswer{header: http.Header{}, status: http.StatusOK}
	r.api.ServeHTTP(&a, request)
	if err := r.ctx.Err(); err != nil {
		return nil, err
	}
	if a.status != http.StatusOK {
		return nil, fmt.Errorf("GET %s%s: %d: %s", r.root, path, a.status, bytes.TrimSpace(a.body.Bytes()))
	}
	return a.body.Bytes(), nil
}

// A keptAnswer is an answer that stays in this process.
type keptAnswer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *keptAnswer) Header() http.Header         { return a.header }
func (a *keptAnswer) WriteHeader(status int)      { a.status = status }
func (a *keptAnswer) Write(b []byte) (int, error) { return a.body.Write(b) }

func (r *report) addCurves() error {
	for _, name := range figures {
		for _, format := range []string{"svg", "png", "pdf"} {
			if err := r.add("curves/"+name+"."+format, "/figures/"+name+"."+format, "the "+name+" of every step and of every evaluation"); err != nil {
				return err
			}
		}
	}
	return nil
}

// addMoments adds the filters of step 0, after the first epoch, of the best and
// of the newest step, as far as there are any.
func (r *report) addMoments() error {
	add := func(folder, title string, step int) {
		r.moments = append(r.moments, reportMoment{folder: folder, title: title, step: step})
	}
	add("start", "before training", r.now.kept[0])
	for _, e := range r.now.evaluations {
		if e.Epoch == 1 && e.Set == train.TestSet {
			add("first-epoch", "after the first epoch", e.Step)
			break
		}
	}
	if best := r.now.status.BestStep; best != nil {
		add("best", "best "+r.now.status.BestSet+" accuracy", *best)
	}
	add("last", "last", r.last())
	for i := range r.moments {
		if err := r.addFilters(&r.moments[i]); err != nil {
			return err
		}
	}
	return nil
}

// sheetWidth is how many pixels the sheets of filters are wide, about.
const sheetWidth = 640

// last is the newest kept step.
func (r *report) last() int { return r.now.kept[len(r.now.kept)-1] }

func (r *report) addFilters(m *reportMoment) error {
	for _, level := range append(levelNames(r.now.newest.Net.Arch), classesLevel) {
		path := fmt.Sprintf("/steps/%d/filters/%s", m.step, level)
		if level == classesLevel {
			path = fmt.Sprintf("/steps/%d/classes", m.step)
		}
		told, err := r.ask(path + ".json")
		if err != nil {
			return err
		}
		var header pictureHeader
		if err := json.Unmarshal(told, &header); err != nil {
			return err
		}
		zoom := max(1, sheetWidth/(header.Tile.Gap+header.Columns*(header.Tile.Width+header.Tile.Gap)))
		name := fmt.Sprintf("filters/%s/%s.png", m.folder, level)
		if err := r.add(name, fmt.Sprintf("%s.png?zoom=%d", path, zoom), fmt.Sprintf("%s, step %d: %s", level, m.step, m.title)); err != nil {
			return err
		}
		title := strings.ToUpper(level[:1]) + level[1:]
		if level != classesLevel {
			title += " level"
		}
		m.pictures = append(m.pictures, reportPicture{title, name, header.Alt})
	}
	return nil
}

func (r *report) addConfusion() error {
	e, err := r.now.evaluationAt("latest", train.TestSet)
	if err != nil {
		return nil // nothing has been evaluated
	}
	for _, format := range []string{"svg", "png", "pdf", "csv"} {
		about := fmt.Sprintf("how often images of each label (rows) were taken for each class (columns) at step %d", e.Step)
		if err := r.add("confusion."+format, fmt.Sprintf("/steps/%d/confusion.%s", e.Step, format), about); err != nil {
			return err
		}
	}
	alt := fmt.Sprintf("Confusion matrix of the test set at step %d, whose accuracy is %.2f %%; confusion.csv has its numbers", e.Step, 100*e.Accuracy)
	r.confusion = &reportPicture{Source: "confusion.svg", Alt: alt}
	return nil
}

// addNumbers adds the metrics and the configuration.
func (r *report) addNumbers() error {
	if err := r.add("metrics.csv", "/metrics.csv", "loss and accuracy of every step's batch, and of every evaluation"); err != nil {
		return err
	}
	return r.add("config.json", "/config.json", "the configuration, as -config reads it")
}

func (r *report) addWeights() error {
	for _, m := range r.moments {
		if m.folder != "best" && m.folder != "last" {
			continue
		}
		name, path := "weights/"+m.folder+".safetensors", fmt.Sprintf("/steps/%d/weights.safetensors", m.step)
		if err := r.add(name, path, fmt.Sprintf("the weights of step %d, as -init and PyTorch read them", m.step)); err != nil {
			return err
		}
	}
	return nil
}
