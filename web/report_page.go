package web

import (
	"bytes"
	"fmt"
	"html/template"
	"runtime"
	"strconv"
	"time"

	"filterscope/nn/digits"
	"filterscope/nn/train"
	"filterscope/static"
	"filterscope/web/bundle"
)

// reportPage is what the page of a report shows. All that it names lies beside
// it in the same folder.
type reportPage struct {
	Title, Result string
	Required      string // whether an accuracy that was asked for was reached; "" means that none was
	Missed        bool
	Style         template.CSS
	Facts         []reportFact
	Curves        []reportPicture
	Moments       []momentSection
	Confusion     *reportPicture
	Files         []fileRow
	Init          string // file that the run started from; "" means a random start
}

type reportFact struct{ Name, Value string }

// momentSection is all moments of one step.
type momentSection struct {
	Title    string
	Pictures []reportPicture
}

type fileRow struct {
	Name, About string
	Size        int
}

func (s *Server) reportPage(r *report, o ReportOptions) (ReportFile, error) {
	data, err := s.config.Data()
	if err != nil {
		return ReportFile{}, err
	}
	style, err := bundle.Inline(static.FS, "report/report.css")
	if err != nil {
		return ReportFile{}, err
	}
	page := reportPage{
		Title: "Report on " + r.info.Name, Result: resultText(r.now.status), Style: template.CSS(style), Facts: r.facts(data, o), Moments: r.sections(), Confusion: r.confusion,
	}
	if o.Required > 0 {
		best := r.now.status.BestAccuracy
		page.Missed = best == nil || *best < o.Required
		page.Required = fmt.Sprintf("The required accuracy of %.4g was %s.", o.Required, map[bool]string{false: "reached", true: "missed"}[page.Missed])
	}
	if init := r.info.Config.Init; init != nil {
		page.Init = init.File
	}
	for _, name := range figures {
		page.Curves = append(page.Curves, reportPicture{Source: "curves/" + name + ".svg", Alt: curveAlt(r.now, name)})
	}
	for _, f := range r.files {
		page.Files = append(page.Files, fileRow{f.Name, f.About, len(f.Content)})
	}
	var body bytes.Buffer
	if err := s.pages.templates.ExecuteTemplate(&body, "report.html", page); err != nil {
		return ReportFile{}, err
	}
	return ReportFile{"index.html", "the report", body.Bytes()}, nil
}

// resultText tells how good a run became.
func resultText(now train.Status) string {
	text := fmt.Sprintf("The run %s at step %d.", map[bool]string{true: "failed", false: "ended"}[now.State == train.Failed], now.Step)
	if now.State == train.Failed {
		text = fmt.Sprintf("The run failed: %s.", now.Message)
	}
	if now.BestAccuracy != nil && now.BestStep != nil {
		text += fmt.Sprintf(" Best %s accuracy %.2f %%, at step %d.", now.BestSet, 100**now.BestAccuracy, *now.BestStep)
	}
	if now.TestAccuracy != nil && now.TestLoss != nil {
		text += fmt.Sprintf(" Last test accuracy %.2f %%, loss %.4f.", 100**now.TestAccuracy, *now.TestLoss)
	}
	return text
}

// facts are the run's settings and what it took.
func (r *report) facts(data *digits.Data, o ReportOptions) []reportFact {
	c, now, arch := r.info.Config, r.now.status, r.now.newest.Net.Arch
	facts := []reportFact{
		{"Architecture", fmt.Sprintf("%s (%d weights and biases)", arch.Text, arch.Parameters())},
		{"Data", fmt.Sprintf("%s: %d training and %d test images; trained on %s", data.Name, data.Train.Len(), data.Test.Len(), c.Data)},
		{"Augmentation", augmentationText(c.Augmentation)},
		{"Start", "random weights"},
		{"Optimizer", c.Optimizer},
		{"Learning rate", fmt.Sprintf("%g, %s", now.LearningRate, c.Schedule)},
		{"Batch", strconv.Itoa(now.BatchSize)},
		{"Epochs", fmt.Sprintf("%d of %d, %d steps", now.Epoch, now.Epochs, now.Step)},
		{"Seed", strconv.FormatUint(c.Seed, 10)},
	}
	if c.Init != nil {
		facts[3].Value = fmt.Sprintf("the weights of %s (SHA-256 %s)", c.Init.File, c.Init.SHA256)
	}
	if c.Momentum > 0 {
		facts[4].Value += fmt.Sprintf(", momentum %g", c.Momentum)
	}
	if c.Validation > 0 {
		facts = append(facts, reportFact{"Held out", fmt.Sprintf("%d training images for validation", c.Validation)})
	}
	if c.TargetAccuracy > 0 {
		facts = append(facts, reportFact{"Stop at accuracy", fmt.Sprint(c.TargetAccuracy)})
	}
	facts = append(facts,
		reportFact{"Begun", r.info.Created.UTC().Format("2006-01-02 15:04:05 UTC")},
		reportFact{"Machine", fmt.Sprintf("%s/%s, %d processors, %s kernels", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), now.Kernel)})
	if o.Took > 0 {
		facts = append(facts, reportFact{"Took", o.Took.Round(10 * time.Millisecond).String()})
	}
	return append(facts, reportFact{"Run", r.info.ID})
}

// augmentationText tells how images are changed.
func augmentationText(a *digits.Augmentation) string {
	if a == nil || a.Off() {
		return "off"
	}
	return fmt.Sprintf("rotation up to %g°, shear %g, scale %g, shift %g pixels, elastic %g, stroke width %g", a.Rotation, a.Shear, a.Scale, a.Shift, a.Elastic, a.Width)
}

// sections are the moments, those of the same step together.
func (r *report) sections() []momentSection {
	var sections []momentSection
	at := map[int]int{}
	for _, m := range r.moments {
		if i, ok := at[m.step]; ok {
			sections[i].Title += ", " + m.title
			continue
		}
		at[m.step] = len(sections)
		sections = append(sections, momentSection{fmt.Sprintf("Step %d: %s", m.step, m.title), m.pictures})
	}
	return sections
}
